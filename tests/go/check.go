// Checks with Go's sumdb/note and sumdb/tlog what the ledger has signed and proved.
// JSON on stdin; what was found on stdout. Shares no code with the ledger.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type asked struct {
	Vkey, Skey, Note, Text string
	Leaf                   []byte
	Inclusion, Consistency [][]byte
	Index, Size, Old       int64
	Root, OldRoot          []byte
}

func hash(b []byte) (h tlog.Hash) { copy(h[:], b); return }

func hashes(all [][]byte) (hs []tlog.Hash) {
	for _, b := range all {
		hs = append(hs, hash(b))
	}
	return
}

func must(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(0)
	}
}

func main() {
	var all []asked
	must(json.NewDecoder(os.Stdin).Decode(&all))
	for _, a := range all {
		if a.Vkey != "" {
			v, err := note.NewVerifier(a.Vkey)
			must(err)
			n, err := note.Open([]byte(a.Note), note.VerifierList(v))
			must(err)
			fmt.Printf("signed by %s: %q\n", n.Sigs[0].Name, n.Text)
		}
		if a.Skey != "" {
			s, err := note.NewSigner(a.Skey)
			must(err)
			signed, err := note.Sign(&note.Note{Text: a.Text}, s)
			must(err)
			fmt.Print(string(signed))
		}
		if a.Leaf != nil {
			must(tlog.CheckRecord(hashes(a.Inclusion), a.Size, hash(a.Root), a.Index, hash(a.Leaf)))
		}
		if a.Old != 0 {
			must(tlog.CheckTree(hashes(a.Consistency), a.Size, hash(a.Root), a.Old, hash(a.OldRoot)))
		}
	}
	fmt.Println("all well")
}
