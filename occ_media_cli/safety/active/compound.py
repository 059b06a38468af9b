"""Compound files: old Office documents, projects of VBA, objects inside of other documents."""

from __future__ import annotations

from occ_media_cli.media.kinds import ole
from occ_media_cli.media.readers.cfb import CfbBroken, CfbEntry, CompoundFile, shown_path
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.active.biff import judge_workbook
from occ_media_cli.safety.active.contents import HEAD, document_kind, inflated, program_in
from occ_media_cli.safety.active.inspection import MOST_PART, Inspection
from occ_media_cli.safety.active.links import judge_fetched, judge_plain_link
from occ_media_cli.safety.active.monikers import targets
from occ_media_cli.safety.active.packages import judge_package, native
from occ_media_cli.safety.active.ppt import judge_presentation
from occ_media_cli.safety.active.targets import TargetKind, classify
from occ_media_cli.safety.active.vba import source_places
from occ_media_cli.safety.active.vba_project import judge_project, judge_stray_source
from occ_media_cli.safety.active.word_text import judge_document

_EQUATIONS = frozenset((
    bytes.fromhex("02ce020000000000c000000000000046"), bytes.fromhex("00ce020000000000c000000000000046"),
    bytes.fromhex("01ce020000000000c000000000000046"), bytes.fromhex("03ce020000000000c000000000000046"),
))  # fmt: skip
_CONTROLS = frozenset(("\x03OCXNAME", "\x03OCXDATA", "CTLS", "\x03ACTIVEX"))
_PROJECTS = frozenset(("MACROS", "_VBA_PROJECT_CUR", "VBA"))
_MAIN = frozenset(("WORDDOCUMENT", "WORKBOOK", "BOOK", "POWERPOINT DOCUMENT"))
_QUIET = frozenset(("DATA", "1TABLE", "0TABLE", "PICTURES", "\x05SUMMARYINFORMATION", "\x05DOCUMENTSUMMARYINFORMATION"))
"""Streams of a document whose first bytes say nothing about what they are."""

_ZLIB = (b"x\x9c", b"x\x01", b"x\xda", b"x\x5e")

Streams = dict[tuple[str, ...], CfbEntry]


def inspect_compound(look: Inspection, source: FileSource) -> None:
    """Every stream of a compound file, and what its program makes of it."""
    if not source.head.startswith(b"\xd0\xcf"):
        _bare_workbook(look, source)
        return
    try:
        file = CompoundFile(source)
    except (CfbBroken, ValueError, IndexError, OverflowError) as error:
        look.pass_over("", f"it is no whole OLE file: {error}" if str(error) else "it is no whole OLE file")
        if look.depth:
            look.tell("embedded-file", "an object of OLE that cannot be read")
        return
    streams: Streams = {}
    for path, entry in file.walk():
        if not look.step():
            return
        if entry.clsid in _EQUATIONS:
            look.tell("equation-object", "an object of the old equation editor", shown_path(path))
        if entry.kind == 2:
            streams.setdefault(path, entry)
    if file.root.clsid in _EQUATIONS:
        look.tell("equation-object", "an object of the old equation editor")
    _encryption(look, source, {path[0].upper() for path in streams if len(path) == 1})
    judge_project(look, file, streams)
    if not look.has("macro") and any(part.upper() in _PROJECTS for path in streams for part in path[:-1]):
        look.tell("macro", "a place for macros, without a project that can be read")
    for path, entry in streams.items():
        _stream(look, file, path, entry)


def _encryption(look: Inspection, source: FileSource, roots: set[str]) -> None:
    if roots & {"WORKBOOK", "BOOK"}:
        return  # said where it is read
    found = ole.recognise(source)
    if "ENCRYPTEDPACKAGE" in roots or (found is not None and found.facts.get("encrypted")):
        look.tell("encrypted", "it needs a password to open")
        look.pass_over("", "it is encrypted")


def read_stream(look: Inspection, file: CompoundFile, path: tuple[str, ...], entry: CfbEntry) -> bytes | None:
    """A stream as a whole, or None where it cannot be had; that is noted."""
    size = min(entry.size, file.size)
    if not look.afford(size, shown_path(path)):
        return None
    try:
        content = file.read_remains(entry, size)
    except (CfbBroken, IndexError, ValueError) as error:
        look.pass_over(shown_path(path), str(error) or "its chain of sectors is broken")
        return None
    if len(content) < size:
        look.pass_over(shown_path(path), "it is cut off")
    return content


def _stream(look: Inspection, file: CompoundFile, path: tuple[str, ...], entry: CfbEntry) -> None:
    name, where = path[-1].upper(), shown_path(path)
    if name in _CONTROLS:
        look.tell("activex", "an ActiveX control", shown_path(path[:-1]) or where)
    if name == "EQUATION NATIVE":
        look.tell("equation-object", "an object of the old equation editor", shown_path(path[:-1]) or where)
    if not entry.size or (name in _QUIET and name != "DATA"):
        return
    content = read_stream(look, file, path, entry)
    if content is None:
        return
    if name in ("WORKBOOK", "BOOK"):
        judge_workbook(look, content, where)
    elif name == "WORDDOCUMENT":
        table = _beside(look, file, path, "1TABLE" if content[11:12] and content[11] & 2 else "0TABLE")
        judge_document(look, content, table, where)
    elif name == "POWERPOINT DOCUMENT":
        judge_presentation(look, content, where)
    if name in _MAIN and len(path) > 1:
        look.tell("embedded-document", "a document inside of the document", shown_path(path[:-1]))
    if name in ("\x01OLE10NATIVE", "OLE10NATIVE") or (name == "PACKAGE" and content[:1] == b"\x02"):
        _native(look, content, where)
    elif name == "\x01OLE":
        _link(look, content, where)
    else:
        for target in targets(content):
            judge_plain_link(look, target, where)
        _content(look, content, where, main=name in _MAIN)
    if source_places(content) and not look.has("macro"):
        judge_stray_source(look, content, where)


def _beside(look: Inspection, file: CompoundFile, path: tuple[str, ...], name: str) -> bytes:
    wanted = (*path[:-1], name)
    for other, entry in file.walk():
        if tuple(part.upper() for part in other) == tuple(part.upper() for part in wanted) and entry.kind == 2:
            return read_stream(look, file, other, entry) or b""
    return b""


def _native(look: Inspection, content: bytes, where: str) -> None:
    package = native(content)
    if package is not None:
        judge_package(look, package, where)
        return
    body = content[4:]
    if (what := program_in(body[:HEAD])) is not None:
        look.tell("embedded-program", f"{what} as an object", where)
    elif document_kind(body[:HEAD]) is not None:
        look.tell("embedded-document", "a document inside of the document", where)
        look.look_into(body, where)


def _link(look: Inspection, content: bytes, where: str) -> None:
    """The stream that says whether an object is linked, and to what ([MS-OLEDS] 2.3.3)."""
    if len(content) < 8 or not content[4] & 1:
        return
    for text in targets(content):
        target = classify(text)
        if not judge_fetched(look, target, "an object", where) and target.kind is TargetKind.LOCAL:
            look.tell("local-link", "an object that is a link to a file of the computer", where)


def _content(look: Inspection, content: bytes, where: str, *, main: bool) -> None:
    if content[4:6] in _ZLIB and not main and (plain := inflated(content[4:], MOST_PART)):
        content = plain  # as Word 2003 put objects into its XML: the length, then the object compressed
    head = content[:HEAD]
    kind = document_kind(head)
    if kind is not None and not main:
        look.tell("embedded-document", "a document inside of the document", where)
        look.look_into(content, where)
    elif not main and (what := program_in(head)) is not None:
        look.tell("embedded-program", f"{what} as a stream", where)


def _bare_workbook(look: Inspection, source: FileSource) -> None:
    """A workbook of the time before compound files."""
    if look.afford(source.size, ""):
        judge_workbook(look, source.data[:], "")
