"""Capturing the bytes of entries."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from pathlib import Path

import pytest

from occ_media_cli.errors import Incomplete
from occ_media_cli.ledger.capture import capture
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import Ledger, row


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)


@pytest.fixture
def media(tmp_path: Path) -> Path:
    root = tmp_path / "media"
    (root / "in").mkdir(parents=True)
    (root / "in" / "a.png").write_bytes(PNG)
    return root


def entry(number: int, path: str, **values: object) -> dict[str, object]:
    return row(number, **{"path": path, "name": path.rpartition("/")[2], "sha256": None, "size": None, **values})


def test_hash_size_and_type_come_from_the_bytes(ledger: Ledger, media: Path) -> None:
    ledger.ingest(entry(1, "in/a.png"), entry(2, "in/a.png", outcome="blocked"), entry(3, "in/a.png", deleted=5))
    done = capture(ledger.connection, media, 5)
    assert (done.looked, done.captured, done.problems) == (1, 1, [])
    content = hashlib.sha256(PNG).hexdigest()
    assert ledger.all("SELECT sha256, size, detected, type FROM entry WHERE seq = (SELECT min(seq) FROM record)") == [
        (content, len(PNG), "image/png", "png")
    ]
    assert capture(ledger.connection, media, 6).looked == 0
    assert verify_ledger(ledger.connection).intact


def test_bytes_that_contradict_the_entry_change_nothing(ledger: Ledger, media: Path) -> None:
    ledger.ingest(entry(1, "in/a.png", sha256="0" * 64), entry(2, "in/a.png", size=5), entry(3, "in/none.png"))
    done = capture(ledger.connection, media, 5)
    assert [words for _, words in done.problems] == [
        "its bytes are not those of the recorded sha256", f"it has {len(PNG)} bytes, and the entry says 5",
        "there is no such file",
    ]  # fmt: skip
    assert ledger.one("SELECT count(*) FROM correction") == 0


def test_no_link_on_the_way_is_followed(ledger: Ledger, media: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.png").write_bytes(PNG)
    (media / "out").symlink_to(tmp_path / "outside")
    (media / "in" / "c.png").symlink_to(tmp_path / "outside" / "b.png")
    os.mkfifo(media / "in" / "d.png")
    ledger.ingest(*[entry(n, path) for n, path in enumerate(("out/b.png", "in/c.png", "in/d.png", "in"))])
    done = capture(ledger.connection, media, 5)
    assert done.captured == 0
    assert len(done.problems) == 4


def test_a_file_of_no_known_type_is_looked_at_once(ledger: Ledger, media: Path) -> None:
    (media / "in" / "x.bin").write_bytes(os.urandom(64))
    ledger.ingest(entry(1, "in/x.bin"))
    assert capture(ledger.connection, media, 5).captured == 1
    assert capture(ledger.connection, media, 5).looked == 0
    with pytest.raises(Incomplete, match="no such file"):
        capture(ledger.connection, media / "none", 5)
