"""The frontier against RFC 6962 written out as it stands there, and the published vectors."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from ledger.proof import merkle

# The inputs of the certificate-transparency reference tests, and the roots published for them.
INPUTS = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root_as_the_rfc_writes_it(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    left, right = root_as_the_rfc_writes_it(leaves[:k]), root_as_the_rfc_writes_it(leaves[k:])
    return sha256(b"\x01" + left + right).digest()


def test_the_published_roots() -> None:
    frontier: merkle.Frontier = ()
    for size, data in enumerate(INPUTS):
        frontier = merkle.extend(size, frontier, [merkle.leaf_hash(data)])

        assert merkle.root(frontier).hex() == ROOTS[size]


def test_an_empty_log_has_the_hash_of_nothing() -> None:
    assert merkle.root(()) == sha256(b"").digest()


@given(st.lists(st.integers(0, 70), max_size=8))
def test_however_the_leaves_come_the_root_is_the_rfc_s(batches: list[int]) -> None:
    leaves: list[bytes] = []
    frontier: merkle.Frontier = ()
    for length in batches:
        new = [merkle.leaf_hash(bytes([n % 256, length])) for n in range(length)]
        frontier = merkle.extend(len(leaves), frontier, new)
        leaves += new

    assert merkle.root(frontier) == root_as_the_rfc_writes_it(leaves)
    assert len(frontier) == len(leaves).bit_length() - bin(len(leaves))[2:].count("0") * bool(
        leaves
    )
    assert merkle.unpack(merkle.pack(frontier)) == frontier
