"""Archives that are documents: the parts of an Office package, of OpenDocument, of a plain zip.

Every part is looked at, whatever the package says that it is: what it says and what is there are both told.
"""

from __future__ import annotations

import zlib
from contextlib import suppress

from occ_media_cli.media.kinds.ooxml import MOST_XML
from occ_media_cli.media.readers.opc import ContentTypes, Dtd, Malformed, relationships
from occ_media_cli.media.readers.signatures import kind_of
from occ_media_cli.media.readers.zip_stream import stream_member
from occ_media_cli.media.readers.zipfiles import Archive, Member, TooLarge, ZipBroken
from occ_media_cli.media.source import FileSource
from occ_media_cli.media.types import extension_of
from occ_media_cli.safety.active.contents import HEAD, document_kind, is_program_name, program_in
from occ_media_cli.safety.active.formula_parts import judge_formulas
from occ_media_cli.safety.active.inspection import MOST_PART, Inspection
from occ_media_cli.safety.active.office_links import judge_relationship
from occ_media_cli.safety.active.office_parts import TRIGGERS, judge_part
from occ_media_cli.safety.active.xlsb import judge_binary_part
from occ_media_cli.safety.active.xml_words import encoding_of, in_utf8

_XML = frozenset(("xml", "vml", "rels"))
_PAGES = frozenset(("htm", "html", "mht", "mhtml", "xht", "xhtml", "hta"))
_PAGE_TYPES = frozenset(("text/html", "message/rfc822", "application/xhtml+xml", "multipart/related"))
_LEAVES = frozenset((
    "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "svg", "fntdata", "odttf", "ttf", "wav", "mp3",
    "mp4", "m4a", "mov", "avi", "wmv", "ico", "webp", "wdp", "jfif", "psmdcp", "xml", "vml", "rels",
))  # fmt: skip
"""Parts that are no file inside of the document: what it shows and plays."""

_TYPES = "[content_types].xml"
_LONGEST_ELEMENT = 4_000_000
_LONGEST_TRIGGER = max(len(word) for word in TRIGGERS)


def inspect_zip(look: Inspection, source: FileSource) -> None:
    """Every part of an archive."""
    try:
        archive = Archive(source)
        keys = archive.keys
    except (ZipBroken, TooLarge) as error:
        look.pass_over("", str(error))
        return
    parts = _Parts(look, source, archive)
    types = parts.types(keys)
    for member, key in zip(archive.entries, keys, strict=True):
        if not look.step():
            return
        if key.endswith("/") and not member.size:
            continue
        try:
            parts.judge(member, key, types.type_of_part(key) or "" if types else "", office=types is not None)
        except (ZipBroken, TooLarge, Malformed, Dtd) as error:
            look.pass_over(member.shown, str(error))
        except zlib.error:
            look.pass_over(member.shown, "it cannot be unpacked")
    _between(look, archive)


def _between(look: Inspection, archive: Archive) -> None:
    """What stands between the members and belongs to none of them."""
    with suppress(ZipBroken):
        for content, behind in archive.gaps():
            what = kind_of(content.lstrip(b"\0 \t\r\n"))
            if what in ("a program", "a script"):
                look.tell("embedded-program", f"{what} that belongs to no part", f"behind {behind}")


class _Parts:
    """The parts of one archive."""

    def __init__(self, look: Inspection, source: FileSource, archive: Archive) -> None:
        self._look, self._source, self._archive = look, source, archive

    def types(self, keys: list[str]) -> ContentTypes | None:
        """What an Office package says of its parts, or None where it is none or that cannot be read."""
        if _TYPES not in keys:
            return None
        member = self._archive.entries[keys.index(_TYPES)]
        try:
            return ContentTypes(self._archive.unpack(member, MOST_XML))
        except (ZipBroken, TooLarge, Malformed, Dtd) as error:
            self._look.pass_over(member.shown, str(error))
            return None

    def judge(self, member: Member, key: str, said: str, *, office: bool) -> None:
        """One part: what its name and the package say, and what is in it."""
        look, where, extension = self._look, member.shown, extension_of(key)
        _said(look, key, said, where)
        head = self._begin(member)
        if is_program_name(key) and extension not in _LEAVES:
            look.tell("embedded-program", f"a program or script among its parts (.{extension[:12]})", where)
        elif (what := program_in(head, text_may_run=extension not in _LEAVES)) is not None:
            look.tell("embedded-program", f"{what} among its parts", where)
        elif office and (extension in _PAGES or said in _PAGE_TYPES):
            look.tell("embedded-file", f"a page of the web as a part (.{extension[:12]})", where)
        elif key.endswith(".rels"):
            if not look.step(where, member.size // 10):
                return
            for each in relationships(self._whole(member)):
                if not look.step(where, 3):
                    return
                judge_relationship(look, each, where)
        elif extension in _XML or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or encoding_of(head) is not None:
            wide = encoding_of(head) is not None
            if wide or self._triggered(member):
                judge_part(look, in_utf8(self._whole(member)), key, where, formulas=wide)
        elif document_kind(head) is not None:
            if office and not _is_project(key, said) and "activex" not in key:
                wrapped = head.startswith(b"\xd0\xcf") and extension == "bin"
                words = "an object of OLE" if wrapped else "a document inside of the document"
                look.tell("embedded-document", words, where)
            look.look_into(self._whole(member), where)
        elif extension == "bin" and office and said.startswith("application/vnd.ms-excel"):
            judge_binary_part(look, self._whole(member), key, said, where)
        elif office and extension not in _LEAVES and ("embedding" in key or "package" in said or "oleobject" in said):
            look.tell("embedded-file", f"a file inside of the document (.{extension[:12] or '?'})", where)

    def _whole(self, member: Member) -> bytes:
        if not self._look.afford(member.size, member.shown):
            return b""
        return self._archive.unpack(member, MOST_PART)

    def _begin(self, member: Member) -> bytes:
        """The first bytes of a part, without its checksum."""
        begin = self._archive.begin_of(member)
        if member.flags & 1:
            self._look.tell("encrypted", "it needs a password to open")
            raise ZipBroken("it is encrypted")
        if member.method == 0:
            return self._archive.raw(begin, min(member.packed, HEAD))
        if member.method != 8:
            raise ZipBroken("it is packed in a way that no office file uses")
        return zlib.decompressobj(-15).decompress(self._archive.raw(begin, min(member.packed, 8 * HEAD)), HEAD)

    def _triggered(self, member: Member) -> bool:
        """Whether a part of XML has any of the words that matter; formulas are judged as it is unpacked."""
        look, found = self._look, False
        if not look.afford_passing(member.size, member.shown):
            return False
        tail = rest = b""
        for piece in stream_member(self._source, self._archive, member, member.size):
            window = tail + piece
            found = found or any(word in window for word in TRIGGERS)
            tail = window[-_LONGEST_TRIGGER:]
            rest += piece
            cut = rest.rfind(b"</")
            if cut >= 0:
                judge_formulas(look, rest[: cut + 2], member.shown)
                rest = rest[cut:]
            elif len(rest) > _LONGEST_ELEMENT:
                look.pass_over(member.shown, "an element of it is longer than is looked at")
                rest = b""
        return found


def _said(look: Inspection, key: str, said: str, where: str) -> None:
    """What the package itself says of a part, whatever is in it."""
    if "macrosheet" in said or "/macrosheets/" in f"/{key}":
        look.tell("excel4-macro", "a macro sheet of Excel 4", where)
    if "activex" in said or "/activex/" in f"/{key}":
        look.tell("activex", "an ActiveX control", where)
    if _is_project(key, said):
        look.tell("macro", "macros (VBA)", where)
    if said == "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml" or "querytable" in said:
        look.tell("data-connection", "a connection to a source of data", where)


def _is_project(key: str, said: str) -> bool:
    return "vbaproject" in said or key.endswith("vbaproject.bin")
