"""Words of text files, PDFs and old Office files."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from occ_media_cli.errors import PartMissing
from occ_media_cli.media.source import source_of
from occ_media_cli.media.text import old_office, plain
from occ_media_cli.media.text.passage import Passage
from occ_media_cli.media.text.words import read_words
from tests.unit.media.text.office_files import pdf, place_of, unread, words


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_a_text_is_read_in_its_encoding(encoding: str) -> None:
    source = source_of("Gruß\nzweite Zeile: 4111\n".encode(encoding))
    assert words(source, "txt").removeprefix("\ufeff") == "Gruß\nzweite Zeile: 4111\n"
    assert place_of(source, "txt", "4111") == "line 2"


def test_lines_are_counted_over_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "LENGTH", 64)
    lines = [f"line number {number}\n" for number in range(1, 200)]
    source = source_of("".join(lines).encode())
    found = [each for each in read_words(source, "txt") if isinstance(each, Passage)]
    assert len(found) > 20
    assert "".join(each.text for each in found) == "".join(lines)
    assert place_of(source, "txt", "number 150") == "line 150"
    assert [each.goes_on for each in found[:3]] == [False, True, True]


def test_pages_and_their_notes_are_read() -> None:
    source = pdf("first page", "second page")
    assert place_of(source, "pdf", "second page") == "page 2"


def test_notes_and_fields_of_a_page_are_read() -> None:
    import io

    import pikepdf

    with pikepdf.open(io.BytesIO(pdf("page").data[:])) as made:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents="a remark"
        )
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Widget,
            FT=pikepdf.Name.Tx,
            T="card",
            V="4111",
            Rect=[0, 0, 9, 9],
        )
        held_field = made.make_indirect(field)
        made.pages[0].Annots = pikepdf.Array([made.make_indirect(note), held_field])
        made.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([held_field]))
        held = io.BytesIO()
        made.save(held)
    assert {"a remark", "4111"} <= set(words(source_of(held.getvalue()), "pdf").splitlines())


def test_a_pdf_that_needs_a_password_or_is_none_is_unread() -> None:
    import io

    import pikepdf

    held = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(held, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert [tuple(each) for each in unread(source_of(held.getvalue()), "pdf")] == [("", "it needs a password")]
    assert [each.reason for each in unread(source_of(b"%PDF-1.4 nothing"), "pdf")] == ["no page of it could be opened"]


def test_without_its_library_a_pdf_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(PartMissing) as caught:
        words(source_of(b"%PDF-1.4"), "pdf")
    assert caught.value.hint == "pip install 'occ-media[safety]'"


def test_runs_of_both_widths_and_numbers_of_cells_are_found() -> None:
    stream = (
        b"\0\1\2Wide? no: narrow text here\0\0\0" + "wide Ünïcode text".encode("utf-16-le") + b"\0\0"
        + struct.pack("<HHHHHd", 0x0203, 14, 8, 2, 15, 4111111111111111.0) + b"\0"
    )  # fmt: skip
    runs = "\n".join(each.text for each in old_office._runs(stream, "Workbook"))
    assert "narrow text here" in runs
    assert "wide Ünïcode text" in runs
    (cells,) = old_office._numbers(stream)
    assert cells.text == "4111111111111111\n"
    assert cells.place_at(0).where == "row 9, column 3"


def test_streams_that_share_their_sectors_are_read_up_to_twice_the_size_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from occ_media_cli.media.readers.cfb import CfbEntry

    taken: list[int] = []

    class Shared:
        def __init__(self, _: object) -> None:
            self.streams = [CfbEntry(f"s{number:03}", 2, 0, 0, 0, b"", 0, 2**31) for number in range(100)]

        def read(self, _: CfbEntry, most: int) -> bytes:
            taken.append(most)
            return b"some words " * (most // 11)

    monkeypatch.setattr(old_office, "CompoundFile", Shared)
    source = source_of(b"\xd0\xcf\x11\xe0" + b"\0" * 10_996)
    found = list(old_office.read_old_office(source))
    assert source.size < sum(taken) <= 2.1 * source.size
    assert len(found) - sum(isinstance(each, Passage) for each in found) == 100, "each is told"


CORPUS = Path("/work/shared/corpus/valid")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the labelled corpus")
@pytest.mark.parametrize("kind", ["doc", "xls", "ppt", "docx", "xlsx", "pptx", "pdf"])
def test_valid_documents_are_read_whole_and_hold_words(kind: str) -> None:
    files = sorted(CORPUS.rglob(f"*.{kind}"))[:5]
    assert files
    for file in files:
        source = source_of(file.read_bytes())
        assert not [each for each in unread(source, kind) if "password" not in each.reason], file
