"""Hostile input costs itself: it ends in time, raises nothing, and what was passed over is told."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from occ_media_cli.media.source import source_of
from occ_media_cli.safety.active.look import active_content
from tests.unit.media.build import compound, office
from tests.unit.safety.active.made import biff, looked, native, pdf, rels, vba, word

SECONDS = 4.0
"""Of processor time; each takes about a third of one, and what goes over all again for each thing takes many."""


def wide(content: bytes) -> bytes:
    return office("docx", {"word/a.xml": content})


HOSTILE: dict[str, Callable[[], bytes]] = {
    "fields": lambda: wide(b"<d>" + b"<w:instrText>A</w:instrText>" * 350_000),
    "marks of fields": lambda: wide(b"<w:instrText>" + b'<w:fldChar w:fldCharType="begin"/>' * 250_000),
    "attributes": lambda: wide(b"<w:instrText " + b'a="b" ' * 1_000_000 + b">"),
    "quotes": lambda: wide(b'<w:instrText a="' * 400_000),
    "relationships": lambda: office("docx", {f"word/_rels/{n}.rels": b"<a>" + b"<b/>" * 500_000 + b"</a>" for n in range(9)}),
    "braces": lambda: b"{\\rtf1{\\object\\objdata " + b"{" * 500_000,
    "digits": lambda: b"{\\rtf1{\\object\\objdata {\\*\\x}" + b"0 \r\n" * 125_000 + b"}",
    "nested templates": lambda: b"{\\rtf1" + b"{\\*\\template " * 38_000,
    "bars and quotes": lambda: b"\"=cmd|'" * 80_000,
    "nested fields": lambda: b"{\\rtf1" + b"{\\fldinst A" * 45_000,
    "bars": lambda: b"=a" * 500 + b"|" * 500_000,
    "actions": lambda: pdf(*[b"<</S/JavaScript/JS(a)>>"] * 6_000),
    "dictionaries": lambda: pdf(b"[/JS " + b"<</a<<>>>>" * 45_000 + b"]"),
    "names": lambda: b"%PDF-1.7 " + b"/S /Launch " * 45_000,
    "records": lambda: compound({"Workbook": biff(*[(0x18, b"\x20\0\0\1" + b"\0" * 11 + b"\1")] * 25_000)}),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_it_ends_in_time(kind: str) -> None:
    data = HOSTILE[kind]()
    begun = time.process_time()
    looked(data, "txt" if kind.startswith("bars") else None)
    assert time.process_time() - begun < SECONDS


def test_mutated_files_raise_nothing() -> None:
    samples = [
        office("docm", {"word/vbaProject.bin": vba(("A", "Sub AutoOpen()\r\nEnd Sub")), "word/b.xml": word("DDE cmd"),
                        "word/_rels/b.xml.rels": rels(("oleObject", "http://a"))}),
        compound({"Workbook": biff((0x85, b"\0\0\0\0\1\1\1\0A")), "\x01Ole10Native": native("a.exe", b"MZ")}),
        compound({"WordDocument": b"\xec\xa5\xc1\0" + b"\1" * 2000, "0Table": b"\2" * 500}),
        pdf(b"<</S/Launch/F(a)>>", b"<</F(a.txt)/EF<</F 6 0 R>>>>", b"<</Length 3>>stream\nabc\nendstream", catalog=b"/OpenAction 4 0 R"),
        b"{\\rtf1{\\object\\objdata 0105000002000000080000005061636b61676500}{\\field{\\*\\fldinst DDE cmd}}}",
        b"<?mso-application?><w:wordDocument><w:binData w:name='a'>0M8R4KGxGuE=</w:binData></w:wordDocument>",
    ]  # fmt: skip
    chance = random.Random(16)
    for _ in range(600):
        data = bytearray(chance.choice(samples))
        for _ in range(chance.choice((1, 4, 20))):
            at = chance.randrange(len(data))
            data[at : at + chance.choice((1, 4))] = chance.choice(
                (b"", b"\0", b"\xff\xff\xff\xff", bytes((chance.randrange(256),)))
            )
        active_content(source_of(bytes(data)), None)
