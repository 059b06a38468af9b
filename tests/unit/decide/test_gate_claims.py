"""What an entry of the gate states of the bytes at its path is held to them."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.decide import gate_claims
from tests.unit.library.conftest import Desk, desk

__all__ = ["desk"]

HASHES = ("sha256", "md5", "sha1")


def entry(**more: object) -> dict[str, Any]:
    return {"id": "m1", "time": "2026-01-10", "inbox": "vip", "direction": "receive", "name": "one.pdf",
            "path": "one.pdf"} | more  # fmt: skip


def digest(name: str, file: str = "one.pdf") -> bytes:
    return hashlib.new(name, Path(file).read_bytes()).digest()


def test_what_is_true_of_the_file_lets_it_pass(desk: Desk) -> None:
    size = Path("one.pdf").stat().st_size
    for form in (bytes.hex, lambda it: it.hex().upper(), lambda it: base64.b64encode(it).decode()):
        stated = {name: form(digest(name)) for name in HASHES}
        assert desk().gate(entry(size=size, **stated)).allow
        for name in HASHES:
            assert desk().gate(entry(**{name: stated[name]})).allow


@pytest.mark.parametrize("direction", ["send", "receive"])
@pytest.mark.parametrize("name", HASHES)
def test_a_hash_of_another_file_is_told_and_denied(desk: Desk, name: str, direction: str) -> None:
    reply = desk().gate(entry(direction=direction, **{name: digest(name, "two.pdf").hex()}))
    assert (reply.allow, reply.malformed) == (False, True)
    assert reply.problems[0].message == f"its {name} is not that of the bytes at its path"
    assert reply.problems[0].help == "state what the file at the path is, or leave it out"


@pytest.mark.parametrize("off", [-1, 1, 5_000_000_000])
def test_another_size_is_told_and_denied(desk: Desk, off: int) -> None:
    size = Path("one.pdf").stat().st_size
    reply = desk().gate(entry(size=size + off))
    assert (reply.allow, reply.malformed) == (False, True)
    assert reply.problems[0].message == f"its size is not that of the bytes at its path, {size:,} bytes"


def test_one_wrong_claim_among_right_ones_is_enough(desk: Desk) -> None:
    right = {name: digest(name).hex() for name in HASHES}
    for name in HASHES:
        reply = desk().gate(entry(**right | {name: digest(name, "two.pdf").hex()}))
        assert not reply.allow
        assert reply.problems[0].message.startswith(f"its {name} ")


@pytest.mark.parametrize(("name", "length"), [("md5", 16), ("sha1", 20), ("sha256", 32)])
def test_a_hash_that_is_none_is_no_entry(desk: Desk, name: str, length: int) -> None:
    for wrong in ("xx", "", "0" * (2 * length + 2)):
        reply = desk().gate(entry(**{name: wrong}))
        assert reply.malformed
        assert reply.problems[0].message == f"{name} is neither {2 * length} hex digits nor base64 of {length} bytes"


def test_a_file_that_is_replaced_between_two_looks_is_not_proved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    stated = digest("md5", "two.pdf").hex()
    seen = gate_claims.untrue_claim

    def replaced(*given: Any) -> str | None:
        Path("one.pdf").write_bytes(Path("two.pdf").read_bytes())
        return seen(*given)

    monkeypatch.setattr("occ_media_cli.decide.gate_serving.untrue_claim", replaced)
    reply = desk().gate(entry(md5=stated))
    assert not reply.allow
    assert reply.problems[0].message == (
        "its md5 cannot be held to the bytes at its path: the file was changed meanwhile"
    )


def test_a_file_that_cannot_be_read_is_denied_whatever_is_stated(desk: Desk) -> None:
    reply = desk().gate(entry(path="none.pdf", size=3, md5="0" * 32))
    assert [each.code for each in reply.problems] == ["unreadable"]
    assert not reply.allow
