"""Another reader opens what a way has made, and says so where it cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from occ_media_cli.convert.read_back import read_back
from tests.unit.media.build import VALID, office, png


def said(content: bytes, kind: str, folder: Path) -> str | None:
    path = folder / "copy"
    path.write_bytes(content)
    fd = os.open(path, os.O_RDONLY)
    try:
        return read_back(fd, len(content), kind)
    finally:
        os.close(fd)


@pytest.mark.parametrize("kind", ["gif", "docx", "xlsx", "pptx", "txt"])
def test_what_is_whole_is_read(kind: str, tmp_path: Path) -> None:
    assert said(VALID[kind], kind, tmp_path) is None


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png()[:45], "png"), (png(), "jpg"), (office("docx")[:-30], "docx"), (b"%PDF-1.7\nnothing", "pdf"), (b"x" * 99, "webp"),
    ],
)  # fmt: skip
def test_what_is_not_is_refused(content: bytes, kind: str, tmp_path: Path) -> None:
    assert "another reader" in str(said(content, kind, tmp_path))
