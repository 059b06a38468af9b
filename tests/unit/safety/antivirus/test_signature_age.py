"""How old signatures are, by clamd's word and by the files of a folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from occ_media_cli.safety.antivirus.signature_age import look_into, read_time


def test_the_time_behind_a_version_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    try:
        assert read_time("Sun Nov 29 08:00:00 2026") == 1_795_939_200_000
        assert read_time("Sun Nov  1 08:00:00 2026") == 1_793_520_000_000
    finally:
        monkeypatch.undo()
        time.tzset()
    for other in ("", "yesterday", "Sun Foo 29 08:00:00 2026", "2026-11-29T08:00:00Z"):
        assert read_time(other) is None


def test_the_newest_file_of_signatures_tells_their_age(tmp_path: Path) -> None:
    for name, seconds, content in [("a.ndb", 1_000, "x:0:*:00\ny:0:*:01\n"), ("b.hsb", 2_000, "z\n"), ("note.txt", 9_000, "n\n"),
                                   ("c.ign2", 8_000, "i\n")]:  # fmt: skip
        (tmp_path / name).write_text(content)
        os.utime(tmp_path / name, (seconds, seconds))
    assert look_into(str(tmp_path)) == (2_000_000, 3)


def test_a_database_of_clamav_tells_its_own_time_and_number(tmp_path: Path) -> None:
    head = "ClamAV-VDB:29 Nov 2026 08-00 +0000:27824:2071234:90:X:X:someone:1795939200"
    (tmp_path / "daily.cld").write_bytes(head.encode().ljust(512) + b"\0" * 100)
    assert look_into(str(tmp_path)) == (1_795_939_200_000, 2_071_234)
    (tmp_path / "daily.cld").write_bytes(b"nothing of the kind")
    assert look_into(str(tmp_path)) == (None, None)


def test_an_empty_folder_empty_files_and_links_tell_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "signatures"
    folder.mkdir()
    assert look_into(str(folder)) == (None, None)
    (folder / "a.ndb").write_bytes(b"")
    (tmp_path / "b.ndb").write_text("x\n")
    (folder / "b.ndb").symlink_to(tmp_path / "b.ndb")
    assert look_into(str(folder)) == (None, None)
    with pytest.raises(FileNotFoundError):
        look_into(str(tmp_path / "none"))
