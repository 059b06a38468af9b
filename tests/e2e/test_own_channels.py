"""The channel profiles of docs/checking.md, taken from the page itself, and what their words do to files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.program import occ_media
from tests.unit.media.build import VALID, png_chunk

PAGE = Path(__file__).resolve().parents[2] / "docs" / "checking.md"
MORE = """
[channels.band]
title = "A channel with a band"
[[channels.band.rule]]
direction = "send"
as = "image"
types = ["png"]
near_bytes = 1000000
max_bytes = 1048576
"""


def padded(size: int) -> bytes:
    """A PNG of exactly so many bytes."""
    whole = VALID["png"]
    end = whole.rindex(b"IEND") - 4
    return whole[:end] + png_chunk(b"teXt", bytes(size - len(whole) - 12)) + whole[end:]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (example,) = re.findall(r"```toml\n(\[channels.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "s.toml").write_text("[inboxes.vip]\nsend = true\n\n" + example + MORE)
    return tmp_path


def says(folder: Path, channel: str, name: str, content: bytes, code: int) -> str:
    (folder / name).write_bytes(content)
    argv = ("--store", "s.toml", "check", name, "--channel", channel, "--direction", "send")
    return occ_media(*argv, cwd=folder, code=code).out.splitlines()[0]


def test_a_limit_in_words_holds_without_max_bytes(folder: Path) -> None:
    assert says(folder, "kiosk", "a.png", padded(999_999), 0) == "a.png: accepted: png, 1.0 MB"
    assert "over-limit: 2.3 MB, over the 1 MB limit of kiosk" in says(folder, "kiosk", "a.png", padded(2_300_000), 1)
    assert "channel-unsupported: kiosk does not take pdf" in says(folder, "kiosk", "a.pdf", VALID["pdf"], 1)


def test_a_profile_narrows_its_base(folder: Path) -> None:
    assert says(folder, "our-portal", "a.png", padded(1_900_000), 0).startswith("a.png: accepted")
    assert says(folder, "web-widget", "a.png", padded(2_300_000), 0).startswith("a.png: accepted")
    assert "over-limit: 2.3 MB, over the 2 MB limit of our-portal" in says(
        folder, "our-portal", "a.png", padded(2_300_000), 1
    )
    assert "our-portal does not take 3gp" in says(folder, "our-portal", "a.3gp", VALID["3gp"], 1)
    assert "our-portal blocks .htm" in says(folder, "our-portal", "a.htm", b"<html></html>\n", 1)


def test_between_near_and_max_bytes_is_a_warning(folder: Path) -> None:
    assert says(folder, "band", "a.png", padded(1_000_000), 0) == "a.png: accepted: png, 1.0 MB"
    assert "size-near-limit" in says(folder, "band", "a.png", padded(1_000_001), 0)
    assert "size-near-limit" in says(folder, "band", "a.png", padded(1_048_576), 0)
    assert "over-limit" in says(folder, "band", "a.png", padded(1_048_577), 1)
