"""ZIP archives that are documents: Office (ECMA-376), OpenDocument, EPUB, and those that are not."""

from __future__ import annotations

from collections.abc import Mapping

from occ_media_cli.media.readers.zipfiles import Archive, TooLarge, ZipBroken
from occ_media_cli.media.recognition import Structure
from occ_media_cli.media.source import FileSource

MOST_XML = 8_000_000
_TYPES = b"[Content_Types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MS = "application/vnd.ms-"
MAIN_TYPES: dict[str, str] = {
    _OFFICE + "wordprocessingml.document.main+xml": "docx",
    _MS + "word.document.macroenabled.main+xml": "docm",
    _OFFICE + "wordprocessingml.template.main+xml": "dotx",
    _MS + "word.template.macroenabledtemplate.main+xml": "dotm",
    _MS + "word.template.macroenabled.main+xml": "dotm",
    _OFFICE + "spreadsheetml.sheet.main+xml": "xlsx",
    _MS + "excel.sheet.macroenabled.main+xml": "xlsm",
    _OFFICE + "spreadsheetml.template.main+xml": "xltx",
    _MS + "excel.template.macroenabled.main+xml": "xltm",
    _MS + "excel.addin.macroenabled.main+xml": "xlam",
    _MS + "excel.sheet.binary.macroenabled.main": "xlsb",
    _OFFICE + "presentationml.presentation.main+xml": "pptx",
    _MS + "powerpoint.presentation.macroenabled.main+xml": "pptm",
    _OFFICE + "presentationml.template.main+xml": "potx",
    _MS + "powerpoint.template.macroenabled.main+xml": "potm",
    _OFFICE + "presentationml.slideshow.main+xml": "ppsx",
    _MS + "powerpoint.slideshow.macroenabled.main+xml": "ppsm",
    _MS + "powerpoint.addin.macroenabled.main+xml": "ppam",
    _OFFICE + "presentationml.slide.main+xml": "sldx",
    _MS + "powerpoint.slide.macroenabled.main+xml": "sldm",
    _OFFICE + "theme+xml": "thmx",
    _MS + "visio.drawing.main+xml": "vsdx",
    _MS + "visio.drawing.macroenabled.main+xml": "vsdm",
}
_MIMETYPES = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.oasis.opendocument.graphics": "odg",
    "application/vnd.oasis.opendocument.formula": "odf",
    "application/epub+zip": "epub",
}

FIRST: frozenset[int] | None = frozenset(b"P")


def claims(source: FileSource) -> bool:
    """A local header at the very start; also an archive that is empty or split."""
    return source.head.startswith((b"PK\3\4", b"PK\5\6", b"PK\7\x08"))


def recognise(source: FileSource) -> Structure | None:
    """Read the directory, then the two parts that say what the package is."""
    found = Structure(None, "ooxml")
    try:
        archive = Archive(source)
    except ZipBroken as error:
        found.note("damaged", str(error))
        return found
    except TooLarge as error:
        found.type = "zip"
        found.note("over-limit", str(error))
        return found
    found.end, found.type = archive.end, "zip"
    found.facts["members"] = len(archive.members)
    if archive.shift:
        found.note("damaged", "something stands before its first member")
    try:
        _decide(found, archive)
    except (ZipBroken, TooLarge) as error:
        found.type = None
        found.note("damaged", str(error))
    return found


def _decide(found: Structure, archive: Archive) -> None:
    members = archive.members
    types_name, rels_name = archive.find_member(_TYPES), archive.find_member(b"_rels/.rels")
    if types_name is not None:
        from occ_media_cli.media.readers.opc import Dtd, Malformed, content_type_of, main_part

        try:
            part = main_part(archive.read(rels_name, MOST_XML)) if rels_name is not None else None
            types = archive.read(types_name, MOST_XML)
            content_type = content_type_of(types, part) if part is not None else None
        except (Dtd, Malformed) as error:
            found.type = None
            found.note("damaged", str(error))
            return
        found.facts["main_part"] = part
        kind = MAIN_TYPES.get((content_type or "").lower())
        if kind is None or part is None:
            if part is not None and part.lower().endswith(".fdseq"):
                found.type = "xps"
            return
        if part.encode() not in members and not _present(part, members):
            found.type = None
            found.note("damaged", "its main part is missing")
            return
        found.type = kind
        if kind in ("docx", "xlsx", "pptx") and any(name.lower().endswith(b"vbaproject.bin") for name in members):
            found.facts["macros"] = True
            found.note("active-content", "it has macros, which its type does not allow")
        return
    if b"mimetype" in members:
        declared = archive.read(b"mimetype", 1000).decode("latin-1").strip()
        found.type = _MIMETYPES.get(declared.removesuffix("-template"), "zip")
    elif b"AndroidManifest.xml" in members:
        found.type = "apk"
    elif b"META-INF/MANIFEST.MF" in members:
        found.type = "jar"
    if found.type == "zip":
        inside = {name.rpartition(b".")[2].decode("utf-8", "replace").casefold() for name in members if b"." in name}
        found.facts["inside"] = sorted(inside)[:200]  # for channels that block extensions inside archives too


def _present(part: str, members: Mapping[bytes, object]) -> bool:
    wanted = part.casefold()
    return any(name.decode("utf-8", "replace").casefold() == wanted for name in members)
