"""Files in the text of a mail, in any pieces of it."""

from __future__ import annotations

import binascii

import pytest

from occ_media_cli.media.unpack.uuencoded import UuencodedFiles


def found(text: bytes, cut: int = 0) -> list[tuple[str, bytes]]:
    files = UuencodedFiles()
    open_files: dict[str, bytes] = {}
    ended = []
    for step in (files.feed(text[:cut]), files.feed(text[cut:]), files.finish()):
        for name, data in step:
            if data is None:
                ended.append((name, open_files.pop(name)))
            else:
                open_files[name] = open_files.get(name, b"") + data
    assert not open_files
    return ended


LINES = b"begin 644 a b.gif\n" + binascii.b2a_uu(b"x" * 45) + binascii.b2a_uu(b"end") + b"`\nend\n"


def test_a_file_is_found_wherever_the_text_is_cut() -> None:
    text = b"words\n" + LINES + b"more words\n" + LINES.replace(b"a b.gif", b"c")
    for cut in range(len(text)):
        assert found(text, cut) == [("a b.gif", b"x" * 45 + b"end"), ("c", b"x" * 45 + b"end")]
    assert found(text.replace(b"\n", b"\r\n")) == found(text)


@pytest.mark.parametrize(
    ("text", "files"),
    [
        (b"begin 644 and go on\nwith words\n", []),
        (b"we begin 644 a.gif\n" + LINES[18:], []),
        (b"begin 644 empty.txt\n`\nend\n", []),
        (LINES[: LINES.index(b"end\n")], [("a b.gif", b"x" * 45 + b"end")]),
        (LINES[:18] + binascii.b2a_uu(b"cut"), [("a b.gif", b"cut")]),
        (b"y" * 100_000 + b"\n" + LINES, [("a b.gif", b"x" * 45 + b"end")]),
    ],
)
def test_what_only_looks_like_one(text: bytes, files: list[tuple[str, bytes]]) -> None:
    assert found(text) == files
