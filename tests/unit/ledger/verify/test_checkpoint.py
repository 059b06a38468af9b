"""What a checkpoint's file may be, and what its digest and its signature are over."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.errors import MalformedInput
from occ_media_cli.ledger.verify import checkpoint
from occ_media_cli.ledger.verify.checkpoint import Checkpoint, Previous, load_checkpoint, parse_checkpoint
from occ_media_cli.store import who

BY = {"at": "2026-03-01T10:00:00.000Z", "wall": "2026-03-01T10:00:00.001Z", "actor": "dana", "os_user": "d",
      "host": "h", "version": "0.1.0"}  # fmt: skip
RIGHT: dict[str, Any] = {
    "schema": "occ-media/checkpoint/1", "seq": 5, "head": "ab" * 32, "store": "cd" * 32, "entries": 2,
    "made": "2026-03-01T10:00:00.000Z", "made_by": BY,
    "previous": {"seq": 3, "head": "12" * 32, "digest": "34" * 32, "made": "2026-02-01T10:00:00.000Z"},
    "nonce": "00ff00ff00ff00ff", "timestamp": "MAA=",
}  # fmt: skip

LEFT_OUT = object()


def parsed(**changes: Any) -> Checkpoint:
    return parse_checkpoint(json.dumps({**RIGHT, **changes}).encode())


def test_what_is_written_is_read_again() -> None:
    mark = parsed()
    assert (mark.seq, mark.entries, mark.made_by, mark.timestamp) == (5, 2, who.Made.of_json(BY), b"\x30\x00")
    assert mark.previous == Previous(3, "12" * 32, "34" * 32, mark.made - 28 * 86_400_000)
    assert parse_checkpoint(mark.encoded()) == mark
    assert json.loads(mark.encoded()) == RIGHT


def test_the_digest_is_that_of_the_file_without_its_time_stamp() -> None:
    mark = parse_checkpoint(json.dumps({name: value for name, value in RIGHT.items() if name != "timestamp"}).encode())
    assert mark.digest() == sha256(mark.encoded()).digest() == parsed().digest()
    assert parse_checkpoint(json.dumps(RIGHT, indent=7).encode()).digest() == mark.digest()
    for change in ({"seq": 6}, {"made": BY["at"], "made_by": {**BY, "host": "x"}}, {"nonce": "0" * 16}, {"new": 1}):
        assert parsed(**change).digest() != mark.digest()
        assert parsed(**change).signed_bytes() != mark.signed_bytes()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("schema", "occ-media/checkpoint/2"), ("schema", LEFT_OUT), ("seq", "5"), ("seq", 5.0), ("seq", True), ("seq", -1),
        ("seq", 2**63), ("seq", None), ("seq", LEFT_OUT), ("head", "ab" * 31), ("head", "AB" * 32), ("head", "zz" * 32),
        ("head", ["ab"]), ("head", LEFT_OUT), ("store", 5), ("store", LEFT_OUT), ("entries", "2"), ("entries", -1),
        ("entries", 1.5), ("entries", LEFT_OUT), ("made", 5), ("made", "x"), ("made", "2026-03-01T10:00:00.002Z"),
        ("made", LEFT_OUT), ("made_by", None), ("made_by", {}), ("made_by", {**BY, "actor": "\x1b[2J"}),
        ("made_by", {**BY, "actor": 5}), ("made_by", {**BY, "more": "x"}), ("made_by", {**BY, "wall": "today"}),
        ("previous", None), ("previous", {}), ("previous", {**RIGHT["previous"], "seq": 6}),
        ("previous", {**RIGHT["previous"], "seq": "3"}), ("previous", {**RIGHT["previous"], "digest": "x"}),
        ("previous", {**RIGHT["previous"], "more": 1}), ("nonce", 5), ("nonce", "00"), ("nonce", "z" * 16),
        ("signature", None), ("signature", {"key": "ssh-ed25519 AAAA", "signature": "x"}), ("timestamp", None),
        ("timestamp", "%"), ("timestamp", ""),
    ],
)  # fmt: skip
def test_a_member_of_another_shape_makes_it_none(member: str, value: object) -> None:
    document = {**RIGHT, member: value}
    if value is LEFT_OUT:
        del document[member]
    with pytest.raises(ValueError):  # noqa: PT011  # of any words: the file is none
        parse_checkpoint(json.dumps(document).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"seq": 1e999}', b'{"a":' * 990 + b"1" + b"}" * 990,
        json.dumps(RIGHT).encode().replace(b'"seq": 5', b'"seq": 5, "seq": 5', 1),
        json.dumps(RIGHT).encode().replace(b'"seq": 5', b'"seq": 1e999', 1),
        json.dumps(RIGHT).encode().replace(b'"seq": 5', b'"seq": 55555555555555555555555', 1),
        json.dumps(RIGHT).encode() + b" " * checkpoint.LARGEST_FILE,
    ],
)  # fmt: skip
def test_a_crafted_file_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "c.json").write_bytes(data)
    with pytest.raises(MalformedInput, match="not a checkpoint"):
        load_checkpoint(tmp_path / "c.json")


def test_a_file_without_an_end_is_not_read_for_ever() -> None:
    with pytest.raises(MalformedInput, match="not a checkpoint"):
        load_checkpoint(Path("/dev/zero"))
