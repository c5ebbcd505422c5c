"""Proofs, held to what others published, to Go's ``sumdb/tlog`` and to ``pymerkle``."""

import json
from base64 import b64decode, b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from ledger.proof import merkle, proving
from tests import go
from tests.ledger.proof.test_merkle import root_as_the_rfc_writes_it

PUBLISHED = Path(__file__).parent / "published"
LEAVES = [merkle.leaf_hash(n.to_bytes(4)) for n in range(300)]
sizes = st.integers(1, 300)


@cache
def node(level: int, index: int) -> bytes:
    return root_as_the_rfc_writes_it(LEAVES[index << level : index + 1 << level])


@cache
def root(size: int) -> bytes:
    return merkle.root(merkle.extend(0, (), LEAVES[:size]))


def published(kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((PUBLISHED / f"{kind}.json").read_text())
    return found


@pytest.mark.parametrize("case", published("inclusion"), ids=lambda c: c["desc"])
def test_published_inclusion_proofs(case: dict[str, Any]) -> None:
    path = [b64decode(one) for one in case["proof"]]

    found = proving.includes(
        b64decode(case["leafHash"]),
        case["leafIdx"],
        case["treeSize"],
        b64decode(case["root"]),
        path,
    )

    assert found is not case["wantErr"]


@pytest.mark.parametrize("case", published("consistency"), ids=lambda c: c["desc"])
def test_published_consistency_proofs(case: dict[str, Any]) -> None:
    roots = b64decode(case["root1"]), b64decode(case["root2"])
    path = [b64decode(one) for one in case["proof"]]

    found = proving.extends(case["size1"], roots[0], case["size2"], roots[1], path)

    assert found is not case["wantErr"]


@settings(deadline=None, max_examples=60)
@given(st.data(), sizes)
def test_an_inclusion_proof_shows_its_leaf_and_no_other(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = proving.inclusion(index, size, node)

    assert proving.includes(LEAVES[index], index, size, root(size), path)
    assert not proving.includes(LEAVES[index], (index + 1), size, root(size), path) or size == 1
    assert not proving.includes(sha256(b"false").digest(), index, size, root(size), path)
    assert not proving.includes(LEAVES[index], index, size, root(size), [*path, LEAVES[0]])
    if path:
        assert not proving.includes(LEAVES[index], index, size, root(size), path[:-1])


@settings(deadline=None, max_examples=60)
@given(st.data(), sizes)
def test_a_consistency_proof_shows_what_came_before(data: st.DataObject, size: int) -> None:
    old = data.draw(st.integers(0, size))
    path = proving.consistency(old, size, node)
    forged = sha256(b"false").digest()

    assert proving.extends(old, root(old), size, root(size), path)
    assert not proving.extends(old, forged, size, root(size), path)
    assert not proving.extends(old, root(old), size, forged, path) or old == 0
    assert not proving.extends(old, root(old), size, root(size), [*path, forged])
    if path:
        assert not proving.extends(old, root(old), size, root(size), path[:-1])


def test_pymerkle_finds_the_same_roots_and_paths() -> None:
    tree = InmemoryTree(algorithm="sha256")
    for n in range(70):
        tree.append_entry(n.to_bytes(4))
    for size in range(1, 71):
        assert tree.get_root(size) == root(size)
        for index in range(0, size, 7):
            theirs = tree.prove_inclusion(index + 1, size).serialize()["path"]
            path = [bytes.fromhex(one) for one in theirs]
            ours = proving.inclusion(index, size, node)

            assert sorted(path) == sorted([LEAVES[index], *ours])


def test_go_accepts_every_proof() -> None:
    asked = []
    for size in range(1, 67):
        for index in range(0, size, 5):
            old = index + 1
            asked.append(
                {
                    "leaf": _64(LEAVES[index]),
                    "index": index,
                    "size": size,
                    "root": _64(root(size)),
                    "inclusion": [_64(one) for one in proving.inclusion(index, size, node)],
                    "old": old,
                    "oldRoot": _64(root(old)),
                    "consistency": [_64(one) for one in proving.consistency(old, size, node)],
                }
            )

    assert go.checked(asked) == "all well\n"
    assert go.checked([{**asked[-1], "root": _64(root(5))}]).startswith("refused")


def _64(data: bytes) -> str:
    return b64encode(data).decode()
