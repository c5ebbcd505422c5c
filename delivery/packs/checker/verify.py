"""
Check an evidence pack: python verify.py PACK.zip, or a folder with the files of the pack.

Needs Python 3.9 or later; for signatures also the package "cryptography" (pip install
cryptography). Nothing is sent anywhere and nothing is installed. This file shares no code
with the program that made the pack: you may write your own from docs/proof.md.

  --key KEY          a public key that you had from elsewhere (may be repeated)
  --checkpoint FILE  a checkpoint of the same school that you kept yourself

Ends with 0 if all is well, 4 if anything is not as it was recorded, 2 if there is no pack.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import sys
import zipfile

PAGES = "pack.pdf"
MARKS = {"mark-recorded", "mark-amended", "amendment-observed", "mark-vanished"}


def sha(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Check:
    def __init__(self, files):
        self.files, self.faults, self.wells, self.notes = files, [], [], []

    def fault(self, where, what):
        self.faults.append((where, what))

    def run(self, keys, kept):
        for step in (self.manifest, self.entries, self.root, self.signatures, self.register,
                     self.amendments, self.letters, self.order):  # fmt: skip
            try:
                step(keys, kept) if step == self.signatures else step()
            except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
                self.fault(step.__name__, f"cannot be read ({type(problem).__name__}: {problem})")

    def manifest(self):
        listed = json.loads(self.files["manifest.json"])["files"]
        for name in sorted(listed.keys() | self.files.keys() - {"manifest.json", PAGES}):
            if name not in self.files:
                self.fault(name, "is listed and missing")
            elif name not in listed:
                self.fault(name, "is not of this pack")
            elif sha(self.files[name]).hex() != listed[name]:
                self.fault(name, "is not the file that the manifest lists")
        self.wells.append(f"{len(listed)} files, each with the hash in the manifest")

    def entries(self):
        """Each entry's parts against its envelope; the envelopes' hashes are the leaves."""
        self.record = json.loads(self.files["record.json"])
        if self.record["format"] != "attendance.pack/1":
            raise ValueError("this is another format")
        self.leaves, self.held = {}, []
        for shown in self.record["entries"]:
            number, text = shown["entry"], shown["envelope"]
            envelope = json.loads(text)
            parts = dict(shown["parts"])
            parts["act"] = self.record["acts"].get(envelope["act"])
            where = f"entry {number}"
            if parts["act"] is None:
                self.fault(where, "has no act")
                parts.pop("act")
            if envelope["entry"] != number or number - 1 in self.leaves:
                self.fault(where, "is another entry, or stands here twice")
            for name, part in parts.items():
                made = sha(bytes.fromhex(part["salt"]) + canonical(part["value"]).encode())
                if envelope.get(name) != made.hex():
                    self.fault(where, f"its {name} is not what was recorded")
            given = set(parts) | set(shown["withheld"])
            missing = {"act", "mark", "fact", "prior", "reason"} & set(envelope) - given
            if missing:
                self.fault(where, f"its {', '.join(sorted(missing))} is neither shown nor withheld")
            self.leaves[number - 1] = sha(b"\x00" + text.encode())
            values = {}
            for name in ("mark", "fact", "prior", "reason"):
                values.update(parts[name]["value"] if name in parts else {})
            self.held.append((number, envelope["event"], values))
        self.wells.append(f"{len(self.held)} entries, each part as its envelope says")

    def root(self):
        """From the leaves, with the neighbours given, up to the root of the whole log."""
        size, row = self.record["log"]["entries"], dict(self.leaves)
        given = {(level, at): bytes.fromhex(node) for level, at, node in self.record["nodes"]}
        level, width = 0, size
        while width > 1:
            above = {}
            for at in list(row):
                other = at ^ 1
                if other < width:
                    beside = row.get(other) or given.get((level, other))
                    if beside is None:
                        return self.fault("the log", f"a hash is missing above entry {at + 1}")
                    pair = (row[at], beside) if other > at else (beside, row[at])
                    above[at >> 1] = sha(b"\x01" + pair[0] + pair[1])
                else:
                    above[at >> 1] = row[at]
            row, level, width = above, level + 1, (width + 1) >> 1
        if row and row.get(0) != bytes.fromhex(self.record["log"]["root"]):
            return self.fault("the log", "the entries do not lead to the root that is printed")
        self.wells.append(
            f"all in one log of {size:,} entries with root {self.record['log']['root']}"
        )

    def signatures(self, keys, kept):
        """The checkpoint (C2SP tlog-checkpoint in a signed note) is of this log, and signed."""
        ours = self.record["log"]["entries"], self.record["log"]["root"]
        own = [self.files["checkpoint.txt"].decode()] if "checkpoint.txt" in self.files else []
        for note in own + kept:
            text, _, lines = note.rpartition("\n\n")
            origin, size, root = (text + "\n").split("\n")[:3]
            said = int(size), base64.b64decode(root).hex()
            if said[0] != ours[0] and note in kept:
                other = f"the checkpoint kept is of {said[0]:,} entries and not of {ours[0]:,}"
                self.notes.append(f"{other}: ask the school for a consistency proof")
            elif said != ours:
                self.fault("the checkpoint", f"of {origin} is of another log than this pack")
            self.signed(text + "\n", lines, keys, origin)
        if not own + kept:
            self.notes.append("no signed checkpoint: compare the root printed at the foot of each "
                              "page with one that the school gave out before")  # fmt: skip

    def signed(self, text, lines, keys, origin):
        given = keys or self.files.get("keys.txt", b"").decode().split()
        if not given:
            self.notes.append(f"the signature on the checkpoint of {origin} was not checked: "
                              "give the school's public key with --key")  # fmt: skip
            return
        good, known = 0, {}
        for key in given:
            name, number, data = key.split("+", 2)
            known[name, bytes.fromhex(number)] = base64.b64decode(data)
        for line in lines.splitlines():
            _, name, data = line.split(" ")
            raw = base64.b64decode(data)
            public = known.get((name, raw[:4]))
            if public is None or public[0] not in (1, 4):
                continue
            message, signature = text.encode(), raw[4:]
            if public[0] == 4:  # a witness: the time, then the signature
                at = int.from_bytes(signature[:8], "big")
                message = f"cosignature/v1\ntime {at}\n{text}".encode()
                signature = signature[8:]
            if ed25519(public[1:], signature, message):
                good += 1
                self.wells.append(f"checkpoint of {origin} signed by {name}")
            else:
                self.fault("the checkpoint", f"the signature of {name} is false")
        if not good and not any(where == "the checkpoint" for where, _ in self.faults):
            self.fault("the checkpoint", "is signed by none of the keys given")
        elif not keys:
            self.notes.append("the keys came with the pack: compare them with keys from elsewhere")

    def register(self):
        """Each printed session against the last entry about it; the printed figures added up."""
        codes, last, whose = {}, {}, self.record["pupil"]["id"]
        for number, event, values in self.held:
            if event not in MARKS or "stream" not in values:
                continue
            if values["pupil"] != whose:
                self.fault(f"entry {number}", "is about another pupil")
            session = " ".join(values["stream"].split("/")[1:3])
            code = values.get("amended") or values.get("code") or values.get("original")
            codes[session], last[session] = code, number
        sums = {"attended": 0, "authorised": 0, "unauthorised": 0, "late": 0}
        for line in self.record["register"]:
            session, entered = line["session"], line["entered"]
            if entered != codes.pop(session, None):
                self.fault(session, f"the register says {entered} and the entries do not")
            elif entered is not None and line["entry"] < last[session]:
                self.fault(session, f"the register leaves out entry {last[session]}")
            counts = {"present": "attended", "attending elsewhere": "attended"}.get(
                line["as"], line["as"]
            )
            if counts in sums:
                sums[counts] += 1
            sums["late"] += line["late"]
        for session in codes:
            self.fault(session, "has entries and is not in the register")
        printed = self.record["figures"]
        sums["possible"] = sums["attended"] + sums["authorised"] + sums["unauthorised"]
        if any(printed[name] != count for name, count in sums.items()):
            self.fault("the figures", f"are {printed}; the register adds up to {sums}")
        told = ", ".join(f"{count} {name}" for name, count in sorted(sums.items()))
        self.wells.append(f"the register and its figures are what the entries say: {told}")

    def amendments(self):
        """Each amendment replaces the code that the entry before it left."""
        stands, count = {}, 0
        for number, event, values in sorted(self.held, key=lambda one: one[0]):
            if event not in MARKS or "stream" not in values:
                continue
            session = " ".join(values["stream"].split("/")[1:3])
            before = stands.get(session)
            if event == "mark-recorded":
                stands[session] = values["code"]
                continue
            count += 1
            if values.get("original") != before:
                self.fault(f"entry {number}", f"amends {values.get('original')} where {before} "
                           f"stood ({session}): an entry between is missing")  # fmt: skip
            stands[session] = values.get("amended")
        self.wells.append(f"{count} amendments, each of the code that stood before it")

    def letters(self):
        """Each letter attached is, to the byte, the one whose hash was recorded when sent."""
        sent = [values for _, event, values in self.held if event == "letter-sent" and values]
        for values in sent:
            name = "letter-" + values["stream"].split("/")[1] + ".pdf"
            if name not in self.files:
                self.fault(name, "was sent and is missing")
            elif sha(self.files[name]).hex() != values["pdf"]:
                self.fault(name, "is not, to the byte, the letter that was sent")
        self.wells.append(f"{len(sent)} letters, as sent")

    def order(self):
        """The pupil's own streams are numbered from 1: a gap shows that something is not here."""
        streams, hidden = {}, len(self.record["left_out"])
        for _, event, values in self.held:
            if "stream" in values and event not in MARKS:
                streams.setdefault(values["stream"], []).append(values["version"])
        for stream, versions in sorted(streams.items()):
            gone = sorted(set(range(1, max(versions) + 1)) - set(versions))
            if gone and hidden:
                self.notes.append(f"{stream}: versions {gone} are withheld or left out, as said")
            elif gone:
                self.fault(stream, f"versions {gone} are missing and nothing says why")


def ed25519(public, signature, message):
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        sys.exit("To check signatures: pip install cryptography")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def read(place):
    if place.is_dir():
        return {one.name: one.read_bytes() for one in place.iterdir() if one.is_file()}
    with zipfile.ZipFile(place) as pack:
        names = pack.namelist()
        if len(names) != len(set(names)):
            sys.exit("The zip holds two files of one name: this is no pack as it was made.")
        return {name: pack.read(name) for name in names}


def main():
    asked = argparse.ArgumentParser(description="Check an evidence pack.")
    asked.add_argument("pack", type=pathlib.Path)
    asked.add_argument("--key", action="append", default=[])
    asked.add_argument("--checkpoint", action="append", default=[], type=pathlib.Path)
    given = asked.parse_args()
    try:
        check = Check(read(given.pack))
        kept = [one.read_text(encoding="utf-8") for one in given.checkpoint]
    except (OSError, zipfile.BadZipFile) as problem:
        asked.error(f"{given.pack} cannot be read: {problem}")
    if "record.json" not in check.files:
        asked.error(f"{given.pack} holds no record.json: give the zip, or a folder with the files")
    check.run(given.key, kept)
    for well in [] if check.faults else check.wells:
        print(f"good   {well}")
    for where, what in check.faults:
        print(f"FALSE  {where}: {what}")
    for note in check.notes:
        print(f"note   {note}")
    print("note   not proved by hashes: that no later entry of this pupil was kept back; "
          "the head teacher's certificate states it, and the whole register shows it")  # fmt: skip
    print("Verdict: " + ("NOT as it was recorded" if check.faults else "as it was recorded"))
    return 4 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main())
