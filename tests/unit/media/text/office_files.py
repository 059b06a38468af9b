"""Small Office packages, put together part by part, and PDFs with one line of text a page."""

from __future__ import annotations

import io
import zipfile

from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.media.text.passage import Passage, UnreadText
from occ_media_cli.media.text.words import read_words

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
X = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def package(parts: dict[str, str | bytes], *, compress: bool = True) -> FileSource:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return source_of(held.getvalue())


def document(body: str, **more: str | bytes) -> FileSource:
    return package({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>", **more})


def workbook(sheet: str, strings: str = "", name: str = "Sheet1") -> FileSource:
    return package({
        "xl/workbook.xml": f'<workbook {X} {R}><sheets><sheet name="{name}" sheetId="1" r:id="rId7"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="rId7" Target="worksheets/first.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {X}>{strings}</sst>",
        "xl/worksheets/first.xml": f"<worksheet {X}><sheetData>{sheet}</sheetData></worksheet>",
    })  # fmt: skip


def pdf(*pages: str, info: dict[str, str] | None = None) -> FileSource:
    import pikepdf

    held = io.BytesIO()
    with pikepdf.new() as made:
        for text in pages:
            made.add_blank_page(page_size=(400, 400))
            page = made.pages[-1]
            font = pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font)))
            page.Contents = made.make_stream(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        for name, value in (info or {}).items():
            made.docinfo[f"/{name}"] = value
        made.save(held)
    return source_of(held.getvalue())


def words(source: FileSource, kind: str) -> str:
    return "".join(each.text for each in read_words(source, kind) if isinstance(each, Passage))


def unread(source: FileSource, kind: str) -> list[UnreadText]:
    return [each for each in read_words(source, kind) if isinstance(each, UnreadText)]


def place_of(source: FileSource, kind: str, wanted: str) -> str:
    for each in read_words(source, kind):
        if isinstance(each, Passage) and wanted in each.text:
            return each.place_at(each.text.index(wanted)).where
    raise AssertionError(f"{wanted} is nowhere")
