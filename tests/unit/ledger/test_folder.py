"""A folder of media as a source."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.errors import Incomplete
from occ_media_cli.ledger.ingest import Summary, ingest
from occ_media_cli.ledger.sources import Options
from tests.unit.ledger.conftest import Ledger

MTIME = Options(inbox="vip", direction="receive", time="mtime")


@pytest.fixture
def media(tmp_path: Path) -> Path:
    root = tmp_path / "media"
    (root / "2026" / "03").mkdir(parents=True)
    (root / "2026" / "03" / "receipt.pdf").write_bytes(b"%PDF-1.4")
    os.utime(root / "2026" / "03" / "receipt.pdf", ns=(0, 1_772_359_200_123_456_789))
    return root


def take(ledger: Ledger, root: Path, options: Options = MTIME, rejects: Path | None = None) -> Summary:
    return ingest(ledger.connection, "folder", str(root), options=options, rejects=rejects)


def reasons(ledger: Ledger, root: Path, options: Options = MTIME) -> list[str]:
    rejects = ledger.folder / "rejects"
    take(ledger, root, options, rejects)
    return [json.loads(line)["reason"] for line in rejects.read_text().splitlines()]


def test_a_file_is_an_entry_with_its_hash(ledger: Ledger, media: Path) -> None:
    take(ledger, media)
    content = hashlib.sha256(b"%PDF-1.4").hexdigest()
    assert ledger.all("SELECT source, id, time, name, path, size, sha256 FROM entry") == [
        ("folder", f"2026/03/receipt.pdf:{content}", "2026-03-01T10:00:00.123Z", "receipt.pdf", "2026/03/receipt.pdf",
         8, content)
    ]  # fmt: skip
    assert take(ledger, media).counts.duplicate == 1


def test_a_replaced_file_is_another_entry(ledger: Ledger, media: Path) -> None:
    take(ledger, media)
    (media / "2026" / "03" / "receipt.pdf").write_bytes(b"%PDF-1.5")
    assert take(ledger, media).counts.new == 1


def test_a_sidecar_gives_what_a_name_cannot(ledger: Ledger, media: Path) -> None:
    sidecar: dict[str, Any] = {"time": "2026-01-02T03:04:05Z", "inbox": "lab", "direction": "send", "customer": "7",
                               "name": "Rechnung.pdf", "declared": "application/pdf", "id": "ignored"}  # fmt: skip
    (media / "2026" / "03" / "receipt.pdf.json").write_text(json.dumps(sidecar))
    assert take(ledger, media, Options()).counts.new == 1
    assert ledger.all("SELECT time, inbox, direction, customer, name, path FROM entry") == [
        ("2026-01-02T03:04:05.000Z", "lab", "send", "7", "Rechnung.pdf", "2026/03/receipt.pdf")
    ]


def test_what_is_missing_is_asked_for(ledger: Ledger, media: Path) -> None:
    assert reasons(ledger, media, Options(inbox="vip", direction="send")) == ["no time"]
    assert reasons(ledger, media, Options(inbox="vip", time="mtime")) == ["no direction"]
    assert reasons(ledger, media, Options(direction="send", time="mtime")) == ["no inbox"]
    (media / "2026" / "03" / "receipt.pdf.json").write_text("{")
    assert reasons(ledger, media) == ["bad sidecar"]


def test_links_special_files_and_the_quarantine_are_passed_over(ledger: Ledger, media: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(b"outside")
    (media / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (media / "loop").symlink_to(media)
    os.mkfifo(media / "pipe")
    (media / ".occ-media-quarantine").mkdir()
    (media / ".occ-media-quarantine" / "gone.pdf").write_bytes(b"gone")
    (media / "2026" / ".DS_Store").write_bytes(b"mac")
    (media / "2026" / "~$receipt.docx").write_bytes(b"lock")
    summary = take(ledger, media)
    assert (summary.counts.read, summary.counts.new, summary.counts.skipped) == (1, 1, 6)
    assert summary.notes == (
        "links and special files that were passed over: 3",
        "system files and the quarantine that were passed over: 3",
    )


def test_a_folder_that_only_has_the_name_of_the_quarantine_hides_nothing(ledger: Ledger, media: Path) -> None:
    (media / "2026" / ".occ-media-quarantine").mkdir()
    (media / "2026" / ".occ-media-quarantine" / "bad.docx").write_bytes(b"MZ")
    assert take(ledger, media).counts.new == 2


def test_names_that_are_no_text_are_refused_not_lost(ledger: Ledger, media: Path) -> None:
    with open(os.fsencode(media) + b"/\xff.pdf", "wb") as stream:  # noqa: PTH123 - the name is bytes
        stream.write(b"x")
    assert reasons(ledger, media) == ["not Unicode"]


def test_a_path_past_the_limit_of_the_system_is_walked(ledger: Ledger, media: Path) -> None:
    folder = os.open(media, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("d" * 100, dir_fd=folder)
        below = os.open("d" * 100, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = below
    os.close(os.open("deep.pdf", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    assert take(ledger, media).counts.new == 2


def test_no_such_folder(ledger: Ledger, media: Path) -> None:
    with pytest.raises(Incomplete, match="no such file"):
        take(ledger, media / "none")
