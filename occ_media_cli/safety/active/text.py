"""Text that a program takes for more: tables that start programs, SYLK, and documents that are one file of XML."""

from __future__ import annotations

import binascii
import re

from occ_media_cli.media.readers.opc import relationship_of
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.active.biff import AUTO_NAME
from occ_media_cli.safety.active.contents import inflated
from occ_media_cli.safety.active.dde import judge_dde
from occ_media_cli.safety.active.formulas import dde_of_text, starts_program
from occ_media_cli.safety.active.inspection import MOST_PART, Inspection
from occ_media_cli.safety.active.office_links import judge_relationship
from occ_media_cli.safety.active.office_parts import TRIGGERS, judge_part
from occ_media_cli.safety.active.xml_words import elements, in_utf8

_SYLK_MACRO = re.compile(rb"^O;(?:[^;\r\n]*;)*E(?:;|\s|$)", re.MULTILINE)
_SYLK_FORMULA = re.compile(rb";[ME]")
_SYLK_NAME = re.compile(rb"^NN;N([^;\r\n]{1,60})", re.MULTILINE)
_BOOK_2003 = re.compile(rb"<(?:\w+:)?Path>([^<|]{1,100})\|([^<]{0,400})</")
_OFFICE = (b"mso-application", b"wordDocument", b"<pkg:package", b"urn:schemas-microsoft-com:office")
_ACTIVE_MIME = b"ActiveMime"
_MOST_ENCODED = 500


def inspect_text(look: Inspection, source: FileSource) -> None:
    """What is active in a text."""
    if not look.afford(source.size, ""):
        return
    data = in_utf8(source.data[:])
    data = data.removeprefix(b"\xef\xbb\xbf")
    start = data.lstrip()
    if start.startswith(b"<"):
        _xml(look, data)
        return
    if start[:3].upper() == b"ID;":
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        _sylk(look, data)
        data = _SYLK_FORMULA.sub(b"\t=", data)
    if b"|" not in data and b"DDE" not in data.upper():
        return
    for service, topic, line in dde_of_text(look, data):
        if starts_program(service, topic):
            look.tell("dde-program", "a formula that starts a program (DDE)", f"line {line:,}")


def _sylk(look: Inspection, data: bytes) -> None:
    if (macro := _SYLK_MACRO.search(data)) is not None:
        look.tell("excel4-macro", "a macro sheet of Excel 4 (SYLK)", _line(data, macro.start()))
    for hit in _SYLK_NAME.finditer(data):
        name = hit[1].decode("latin-1")
        if AUTO_NAME.match(name):
            words = f"a name that runs a macro sheet by itself ({name[:40]})"
            look.tell("macro-auto-run", words, _line(data, hit.start()))


def _line(data: bytes, at: int) -> str:
    line = data.count(b"\n", 0, at) + 1
    return f"line {line:,}"


def _xml(look: Inspection, data: bytes) -> None:
    """Documents of Office as one file: of 2003, and packages that are written flat."""
    if not any(word in data[:65_536] for word in _OFFICE):
        return
    if any(word in data for word in TRIGGERS):
        judge_part(look, data, "", "")
    for hit in _BOOK_2003.finditer(data):
        if look.step():
            service, topic = hit[1].decode("utf-8", "replace"), hit[2].decode("utf-8", "replace")
            judge_dde(look, service, topic, f"byte {hit.start():,}")
    for _, said, _ in elements(data, "Relationship"):
        if look.step():
            judge_relationship(look, relationship_of(said), "")
    for number, (_, said, begin) in enumerate(elements(data, "binData", "binaryData", "docOleData")):
        if number >= _MOST_ENCODED:
            look.pass_over("", f"it has more than {_MOST_ENCODED} parts that are written as text")
            return
        _binary(look, data, begin, said.get("name", "") or f"byte {begin:,}")
    if b'macrosPresent="yes"' in data[:65_536]:
        look.tell("macro", "macros (VBA)")


def _binary(look: Inspection, data: bytes, begin: int, where: str) -> None:
    """A part that is written as text: base 64, with the letters MSO and a deflated file in it since Word 2003."""
    end = data.find(b"<", begin)
    raw = data[begin : end if end >= 0 else len(data)]
    if not look.afford(len(raw), where):
        return
    try:
        content = binascii.a2b_base64(raw)
    except binascii.Error:
        look.pass_over(where, "it is no base 64")
        return
    if content.startswith(_ACTIVE_MIME):
        content = _inflated(content)
    if content.startswith((b"\xd0\xcf\x11\xe0", b"PK")):
        look.tell("embedded-document", "an object of OLE or a document inside of the document", where)
    look.look_into(content, where)


def _inflated(content: bytes) -> bytes:
    for at in (0x32, 0x22A, content.find(b"x\x9c"), content.find(b"x\x01")):
        if 0 < at < len(content) and (found := inflated(content[at:], MOST_PART)):
            return found
    return b""
