"""Rich Text: objects, fields and templates, however their hexadecimal is broken up."""

from __future__ import annotations

import re

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers import cfb
from occ_media_cli.media.source import ByteView, FileSource
from occ_media_cli.safety.active.contents import HEAD, program_in
from occ_media_cli.safety.active.dde import Fields
from occ_media_cli.safety.active.inspection import MOST_PART, Inspection
from occ_media_cli.safety.active.packages import judge_package, native
from occ_media_cli.safety.active.targets import TargetKind, classify, hide_unprintable, is_remote

_WORDS = Pattern(rb"(?<!\\)(?:\\\\)*+\\(objdata|objupdate|objautlink|objocx|fldinst|template)(?![a-z])(?:-?\d{1,10})?")
"""Not where a backslash stands before the word: a document about Rich Text shows it."""

_TOKEN = re.compile(
    rb"([{}])|\\bin(\d{1,9}) ?|\\'([0-9a-fA-F]{2})|\\u(-?\d{1,6}) ?|"
    rb"\\([a-z]{1,32})(?:-?\d{1,10})? ?|\\([^a-z])|([^\\{}\r\n]+)"
)
_HEX = re.compile(rb"[^0-9a-fA-F]+")
_LONGEST_FIELD = 200_000
_MOST_OBJECTS = 500


def inspect_rtf(look: Inspection, source: FileSource) -> None:
    """Every word of a document that matters; what stands between them is text and pictures."""
    data, passed, objects = source.data, 0, 0
    for hit in _WORDS.finditer(data):
        if hit.start() < passed:
            continue
        if not look.step():
            return
        word, where = hit[1], f"byte {hit.start():,}"
        if word in (b"objupdate", b"objautlink"):
            look.tell("object-auto-update", "an object that is loaded when the file is opened", where)
        elif word == b"objocx":
            look.tell("activex", "an ActiveX control", where)
        elif word == b"template":
            _template(look, data[hit.end() : hit.end() + 4096], where)
        elif word == b"fldinst":
            passed = _fields(look, data, hit.end(), where)
        elif word == b"objdata":
            objects += 1
            if objects > _MOST_OBJECTS:
                look.pass_over(where, f"it has more than {_MOST_OBJECTS} objects")
                return
            passed = _object(look, data, hit.end(), where)


def _template(look: Inspection, raw: bytes, where: str) -> None:
    text = raw.partition(b"}")[0].decode("latin-1").strip().replace("\\\\", "\\")
    text = re.sub(r"\\'([0-9a-fA-F]{2})", lambda hit: chr(int(hit[1], 16)), text)
    target = classify(text)
    if is_remote(target):
        look.tell("remote-template", f"a template that is fetched from {target.shown}", where)
    elif target.kind is TargetKind.PROGRAM:
        look.tell("program-link", f"a template that leads to {target.shown}", where)


def _fields(look: Inspection, data: ByteView, begin: int, where: str) -> int:
    """The words of a field up to the end of their group; fields inside of it give their words to it."""
    fields, depth = Fields(look, where), 0
    fields.begin()
    opened, skipped = [0], -1
    piece = data[begin : begin + _LONGEST_FIELD]
    end = len(piece)
    for hit in _TOKEN.finditer(piece):
        if not look.step(where, 2):
            break
        brace, binary, quoted, wide, word, symbol, text = hit.groups()
        if brace == b"{":
            depth += 1
        elif brace == b"}":
            if depth == skipped:
                skipped = -1
            if opened and depth == opened[-1]:
                opened.pop()
                fields.end()
            depth -= 1
            if depth < 0:
                end = hit.end()
                break
        elif word == b"fldinst" and skipped < 0:
            fields.begin()
            opened.append(depth)
        elif word in (b"fldrslt", b"datafield", b"pict") and skipped < 0:
            skipped = depth
        elif skipped >= 0 or binary is not None:
            continue
        elif quoted is not None:
            fields.says(bytes((int(quoted, 16),)).decode("cp1252", "replace"))
        elif wide is not None:
            fields.says(chr(int(wide) % 0x10000))
        elif symbol in (b"\\", b"{", b"}"):
            fields.says(symbol.decode())
        elif text is not None:
            fields.says(text.decode("latin-1"))
    fields.close()
    return begin + end


def _object(look: Inspection, data: ByteView, begin: int, where: str) -> int:
    """An object, as OLE 1 wrote it; returns where its group ends."""
    raw, end = _unhexed(look, data, begin, where)
    if len(raw) < 8:
        return end
    kind = int.from_bytes(raw[4:8], "little")
    name, at = _counted(raw, 8)
    topic, at = _counted(raw, at)
    _, at = _counted(raw, at)
    if "equation" in name.lower():
        look.tell("equation-object", "an object of the old equation editor", where)
    if kind == 1 and topic:
        _linked(look, topic, where)
    content = raw[at + 4 : at + 4 + int.from_bytes(raw[at : at + 4], "little")]
    compound = raw.find(cfb.SIGNATURE)
    if name.lower() == "package" and (package := native(content)) is not None:
        judge_package(look, package, where)
    elif compound >= 0:
        look.look_into(raw[compound:], where)
    elif (what := program_in(content[:HEAD])) is not None:
        look.tell("embedded-program", f"{what} as an object", where)
    elif not look.look_into(content, where) and kind == 2 and name:
        look.tell("embedded-file", f"an object of the kind {hide_unprintable(name)[:40]}", where)
    return end


def _linked(look: Inspection, topic: str, where: str) -> None:
    target = classify(topic)
    if is_remote(target):
        look.tell("remote-object", f"an object that is fetched from {target.shown}", where)
    elif target.kind is TargetKind.PROGRAM:
        look.tell("program-link", f"an object that leads to {target.shown}", where)
    else:
        look.tell("local-link", "an object that is a link to a file of the computer", where)


def _unhexed(look: Inspection, data: ByteView, begin: int, where: str) -> tuple[bytes, int]:
    """(bytes of an object, where its group ends). Groups inside of it are passed over where readers pass over them."""
    close = data.find(b"}", begin)
    close = len(data) if close < 0 else close
    if data.find(b"\\", begin, close) < 0 and data.find(b"{", begin, close) < 0:
        if not look.afford((close - begin) // 2, where):
            return b"", close
        return _digits(data[begin:close]), close
    found = bytearray()
    digits: list[bytes] = []
    depth, ignored, at = 0, -1, 0
    piece = data[begin : begin + 2 * MOST_PART]
    size = len(piece)
    while at < size:
        hit = _TOKEN.match(piece, at)
        if hit is None:
            at += 1
            continue
        if not look.step(where, 2):
            break
        at = hit.end()
        brace, binary, _, _, _, symbol, text = hit.groups()
        if brace == b"{":
            depth += 1
        elif brace == b"}":
            depth -= 1
            ignored = -1 if depth < ignored else ignored
            if depth < 0:
                break
        elif symbol == b"*" and depth and ignored < 0:
            ignored = depth
        elif ignored >= 0:
            continue
        elif binary is not None:
            found += _digits(b"".join(digits))
            digits.clear()
            length = min(int(binary), size - at)
            if look.afford(length, where):
                found += piece[at : at + length]
            at += length
        elif text is not None:
            digits.append(text)
    found += _digits(b"".join(digits))
    return bytes(found), begin + at


def _digits(text: bytes) -> bytes:
    plain = _HEX.sub(b"", text)
    return bytes.fromhex(plain[: len(plain) & ~1].decode("ascii"))


def _counted(raw: bytes, at: int) -> tuple[str, int]:
    length = int.from_bytes(raw[at : at + 4], "little")
    if length > 4096:
        return "", at + 4
    return raw[at + 4 : at + 4 + length].partition(b"\0")[0].decode("latin-1"), at + 4 + length
