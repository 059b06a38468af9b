"""Documents of Word 97 ([MS-DOC]) and before: fields in their text, and the template that they are attached to."""

from __future__ import annotations

import re
import struct

from occ_media_cli.safety.active.dde import Fields
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.targets import TargetKind, classify, is_remote

_MARK = re.compile("[\x13\x14\x15]")
_TEMPLATES, _PIECES = 0x19A, 0x1A2
"""Where the header says where the names that belong to the document stand, and the pieces of its text."""

_WORD_97 = 0x00C1
_MOST_PIECES = 100_000


def judge_document(look: Inspection, data: bytes, table: bytes, where: str) -> None:
    """data: the stream `WordDocument`. table: the stream `0Table` or `1Table`, empty where there is none."""
    if len(data) < 32 or data[11] & 1:
        return
    version = int.from_bytes(data[2:4], "little")
    text = _text(data, table) if version >= _WORD_97 and len(data) > _PIECES + 8 else ""
    if not text:
        begin, end = struct.unpack_from("<II", data, 24)
        raw = data[begin : min(end, len(data))] if begin < end else data[32:]
        text = raw.decode("latin-1").replace("\0", "")
    _fields(look, text, where)
    if version >= _WORD_97 and len(data) > _PIECES + 8:
        _template(look, data, table, where)


def _text(data: bytes, table: bytes) -> str:
    """The text, put together from its pieces ([MS-DOC] 2.4.1); empty where the list of them cannot be read."""
    begin, length = struct.unpack_from("<II", data, _PIECES)
    pieces = table[begin : begin + length]
    at = 0
    while at + 3 <= len(pieces) and pieces[at] == 1:  # formats that saving quickly left behind
        at += 3 + int.from_bytes(pieces[at + 1 : at + 3], "little")
    if at + 5 > len(pieces) or pieces[at] != 2:
        return ""
    size = int.from_bytes(pieces[at + 1 : at + 5], "little")
    plan = pieces[at + 5 : at + 5 + size]
    count = min((len(plan) - 4) // 12, _MOST_PIECES)
    if count < 1:
        return ""
    ends = struct.unpack_from(f"<{count + 1}I", plan)
    found, room = [], 2 * len(data)
    for number in range(count):
        letters = ends[number + 1] - ends[number]
        place = int.from_bytes(plan[4 * (count + 1) + 8 * number + 2 :][:4], "little")
        if letters <= 0 or room <= 0:
            continue
        if place & 0x40000000:
            start = (place & 0x3FFFFFFF) // 2
            piece = data[start : start + min(letters, room)].decode("cp1252", "replace")
        else:
            piece = data[place : place + 2 * min(letters, room)].decode("utf-16-le", "replace")
        room -= len(piece)
        found.append(piece)
    return "".join(found)


def _fields(look: Inspection, text: str, where: str) -> None:
    fields, at = Fields(look, where), 0
    inside = 0
    for hit in _MARK.finditer(text):
        if not look.step(where):
            break
        if inside and hit.start() > at:
            fields.says(text[at : hit.start()])
        at = hit.end()
        if hit[0] == "\x13":
            fields.begin()
            inside += 1
        elif hit[0] == "\x14":
            fields.separate()
        elif inside:
            fields.end()
            inside -= 1
    if inside:
        fields.says(text[at : at + 20_000])
    fields.close()


def _template(look: Inspection, data: bytes, table: bytes, where: str) -> None:
    """The second of the names that belong to a document is that of its template ([MS-DOC] 2.9.273)."""
    begin, length = struct.unpack_from("<II", data, _TEMPLATES)
    names = table[begin : begin + length]
    if len(names) < 10 or names[:2] != b"\xff\xff":
        return
    at = 6
    for number in range(2):
        count = int.from_bytes(names[at : at + 2], "little")
        text = names[at + 2 : at + 2 + 2 * count].decode("utf-16-le", "replace")
        at += 2 + 2 * count
        if number != 1 or not text:
            continue
        target = classify(text)
        if is_remote(target):
            look.tell("remote-template", f"a template that is fetched from {target.shown}", where)
        elif target.kind is TargetKind.PROGRAM:
            look.tell("program-link", f"a template that leads to {target.shown}", where)
