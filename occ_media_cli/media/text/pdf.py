"""The text of a PDF, page by page, by pdfium; also what stands in its forms and notes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import islice
from typing import Any

from occ_media_cli.errors import PartMissing
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.text.passage import MOST_CHARACTERS, Passage, Place, UnreadText

MOST_PAGES = 20_000
_MOST_NOTES = 2_000
_LONGEST_NOTE = 65_536
_MOST_MARKS = 20_000
"""Notes and fields of one page that are read, and the bytes of one."""

_KEYS = (b"Contents", b"V", b"RC")
"""Where the text of a note or of a form's field stands (ISO 32000-1, 12.5.2 and 12.7.4)."""


def pdfium() -> Any:
    """The library that reads PDFs. Raises `PartMissing`."""
    try:
        import pypdfium2  # type: ignore[import-untyped]
    except ImportError:
        raise PartMissing("pypdfium2 is not installed", hint="pip install 'occ-media[safety]'") from None
    return pypdfium2


def read_pdf(source: FileSource) -> Iterator[Passage | UnreadText]:
    """The pages of a PDF in order. Raises `PartMissing` where pypdfium2 is missing."""
    library = pdfium()
    try:
        document = library.PdfDocument(source.data[:])
    except library.PdfiumError as error:
        closed = "password" in str(error).lower()
        yield UnreadText("", "it needs a password" if closed else "no page of it could be opened")
        return
    try:
        count, characters = len(document), 0
        for number in range(min(count, MOST_PAGES)):
            where = f"page {number + 1:,}"
            if characters > MOST_CHARACTERS:
                yield UnreadText(where, f"the text before it has the {MOST_CHARACTERS:,} characters that are read")
                return
            try:
                text = _page(library, document, number)
            except library.PdfiumError:
                yield UnreadText(where, "the page could not be opened")
                continue
            characters += len(text)
            if text:
                yield Passage(text, (Place(0, where),))
        yield from _said_of_it(library, document)
        if count > MOST_PAGES:
            yield UnreadText(f"page {MOST_PAGES + 1:,}", f"only {MOST_PAGES:,} pages are read")
    finally:
        document.close()


def _said_of_it(library: Any, document: Any) -> Iterator[Passage]:
    """Its title and subject, and its bookmarks."""
    try:
        said = [str(each) for each in document.get_metadata_dict(skip_empty=True).values()]
        marks = [_title_of(each) for each in islice(document.get_toc(), _MOST_MARKS)]
    except (library.PdfiumError, UnicodeDecodeError, ValueError):
        return
    if said:
        yield Passage("\n".join(said), (Place(0, "Info"),), of_file=True)
    if marks:
        yield Passage("\n".join(marks), (Place(0, "the bookmarks"),))


def _title_of(mark: Any) -> str:
    return str(mark.get_title() if hasattr(mark, "get_title") else mark.title)


def _page(library: Any, document: Any, number: int) -> str:
    page = document[number]
    try:
        words = page.get_textpage()
        try:
            text = str(words.get_text_range())
        finally:
            words.close()
        notes = _notes(library.raw, page.raw)
        return "\n".join([text, *notes]) if notes else text
    finally:
        page.close()


def _notes(raw: Any, page: Any) -> list[str]:
    found: list[str] = []
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST_NOTES)):
        note = raw.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        try:
            for key in _KEYS:
                size = raw.FPDFAnnot_GetStringValue(note, key, None, 0)
                if 2 < size <= _LONGEST_NOTE:
                    room = ctypes.create_string_buffer(size)
                    raw.FPDFAnnot_GetStringValue(note, key, ctypes.cast(room, ctypes.POINTER(ctypes.c_ushort)), size)
                    found.append(room.raw.decode("utf-16-le", "replace").rstrip("\0"))
        finally:
            raw.FPDFPage_CloseAnnot(note)
    return found
