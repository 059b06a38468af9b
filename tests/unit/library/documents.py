"""Documents of four types that say what a test wants, and what a second save of them looks like."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from occ_media_cli.library.read_text import DocumentFile, read_documents
from occ_media_cli.sandbox.pool import Failed, Job
from tests.unit.media.text.office_files import W, X

TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
DEFAULTS = (
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
)
OFFICE = "application/vnd.openxmlformats-officedocument."
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Target="{}"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
CORE = '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">{}</cp:coreProperties>'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def text_of(count: int, seed: int = 1) -> list[str]:
    """Lines of ten words, every one of which is another."""
    rng = random.Random(seed)
    words = [f"w{rng.randrange(10**7)}" for _ in range(count)]
    return [" ".join(words[at : at + 10]) for at in range(0, count, 10)]


def _package(main: str, kind: str, parts: dict[str, str], by: str) -> bytes:
    override = f'<Override PartName="/{main}" ContentType="{OFFICE}{kind}+xml"/>'
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES.format(DEFAULTS + override))
        archive.writestr("_rels/.rels", RELATIONS.format(main))
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.writestr("docProps/core.xml", CORE.format(f"<creator>{by}</creator>"))
    return held.getvalue()


def docx(lines: Sequence[str], by: str = "Ann") -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    parts = {
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/header2.xml": f"<w:hdr {W}><w:p><w:r><w:t>two</w:t></w:r></w:p></w:hdr>",
        "word/header10.xml": f"<w:hdr {W}><w:p><w:r><w:t>ten</w:t></w:r></w:p></w:hdr>",
    }
    return _package("word/document.xml", "wordprocessingml.document.main", parts, by)


def xlsx(lines: Sequence[str], by: str = "Ann") -> bytes:
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = "".join(f"<row>{''.join(map(cell.format, line.split()))}</row>" for line in lines)
    parts = {
        "xl/workbook.xml": f'<workbook {X}><sheets><sheet name="Prices" sheetId="1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f"<worksheet {X}><sheetData>{rows}</sheetData></worksheet>",
    }
    return _package("xl/workbook.xml", "spreadsheetml.sheet.main", parts, by)


def pptx(lines: Sequence[str], by: str = "Ann") -> bytes:
    parts = {"ppt/presentation.xml": f"<p:presentation {P}/>"}
    for number, line in enumerate(lines, 1):
        parts[f"ppt/slides/slide{number}.xml"] = f"<p:sld {P}><a:p><a:r><a:t>{line}</a:t></a:r></a:p></p:sld>"
    return _package("ppt/presentation.xml", "presentationml.presentation.main", parts, by)


def pdf(lines: Sequence[str], by: str = "Ann") -> bytes:
    from tests.unit.media.text import office_files

    made = office_files.pdf(*lines, info={"Author": by})
    return bytes(made.data[: made.size])


MAKERS: dict[str, Callable[..., bytes]] = {"docx": docx, "xlsx": xlsx, "pptx": pptx, "pdf": pdf}


def saved_again(kind: str, content: bytes) -> bytes:
    """The same document as another program would write it: other bytes, another order, other properties."""
    held = io.BytesIO()
    if kind == "pdf":
        import pikepdf

        with pikepdf.open(io.BytesIO(content)) as file:
            file.docinfo["/Author"] = "Somebody Else"
            file.docinfo["/ModDate"] = "D:20270101"
            file.save(held, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=True)
        return held.getvalue()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as new:
        for name in reversed(old.namelist()):
            part = old.read(name)
            new.writestr(name, part.replace(b"Ann", b"Somebody Else") if name.startswith("docProps") else part)
    return held.getvalue()


def jobs(*paths: Path) -> Iterator[Job]:
    """Open files, as `Look.jobs` gives them."""
    for path in paths:
        if path.exists():
            yield Job(os.open(path, os.O_RDONLY), path.stat().st_size, path.name, os.fsencode(path))
        else:
            yield Job(-1, -1, "", os.fsencode(path), Failed("there is no such file"))


def read(*paths: Path, known: Sequence[str] = ()) -> list[DocumentFile]:
    """What is known of files."""
    return list(read_documents(jobs(*paths), frozenset(known)))


def some_words(count: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    return [f"word{rng.randrange(3 * count)}" for _ in range(count)]
