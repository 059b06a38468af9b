"""Documents of Word 97 ([MS-DOC]) and before: fields in their text, and the template that they are attached to."""

from __future__ import annotations

import re
import struct

from occ_media_cli.media.readers.word_header import ASSOCIATED, PIECES, PLACES, table_place, text_pieces
from occ_media_cli.safety.active.dde import Fields
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.links import judge_fetched
from occ_media_cli.safety.active.targets import classify

_MARK = re.compile("[\x13\x14\x15]")
_LEAST = PLACES + 8 * (PIECES + 1)
"""Bytes of a header that tells of the pieces of its text."""

_WORD_97 = 0x00C1


def judge_document(look: Inspection, data: bytes, table: bytes, where: str) -> None:
    """data: the stream `WordDocument`. table: the stream `0Table` or `1Table`, empty where there is none."""
    if len(data) < 32 or data[11] & 1:
        return
    version = int.from_bytes(data[2:4], "little")
    text = _text(data, table) if version >= _WORD_97 and len(data) > _LEAST else ""
    if not text:
        begin, end = struct.unpack_from("<II", data, 24)
        raw = data[begin : min(end, len(data))] if begin < end else data[32:]
        text = raw.decode("latin-1").replace("\0", "")
    _fields(look, text, where)
    if version >= _WORD_97 and len(data) > _LEAST:
        _template(look, data, table, where)


def _text(data: bytes, table: bytes) -> str:
    """The text, put together from its pieces; empty where the list of them cannot be read."""
    found, room = [], 2 * len(data)
    for piece in text_pieces(data, table):
        letters = min(piece.last - piece.first, room)
        if letters <= 0:
            continue
        step, encoding = (2, "utf-16-le") if piece.wide else (1, "cp1252")
        found.append(data[piece.start : piece.start + step * letters].decode(encoding, "replace"))
        room -= len(found[-1])
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
    begin, length = table_place(data, ASSOCIATED)
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
        judge_fetched(look, classify(text), "a template", where, "remote-template")
