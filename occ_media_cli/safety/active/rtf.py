"""Rich Text: objects, fields and templates, however their hexadecimal is broken up."""

from __future__ import annotations

import re

from occ_media_cli.media.patterns import Pattern
from occ_media_cli.media.readers import cfb
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.active.contents import HEAD, program_in
from occ_media_cli.safety.active.inspection import MOST_PART, Inspection
from occ_media_cli.safety.active.links import judge_fetched, judge_plain_link
from occ_media_cli.safety.active.packages import judge_package, native
from occ_media_cli.safety.active.rtf_words import TOKEN, GroupWords
from occ_media_cli.safety.active.targets import TargetKind, classify, hide_unprintable

_WORDS = Pattern(
    rb"(?<!\\)(?:\\\\)*+\\(objdata|objupdate|objautlink|objocx|fldinst|template|mmdatasource|mmheadersource|mmodsosrc|hlsrc|sn|sv)(?![a-z])(?:-?\d{1,10})?"
)
"""Not where a backslash stands before the word: a document about Rich Text shows it."""

_PLAIN_NAME = re.compile(rb" ?\s*([A-Za-z0-9]{1,60})\s*}")
_HEX = re.compile(rb"[^0-9a-fA-F]+")
_MOST_OBJECTS = 500


def inspect_rtf(look: Inspection, source: FileSource) -> None:
    """Every word of a document that matters; what stands between them is text and pictures."""
    data = bytes(source.data[: source.size])
    passed = past_object = objects = 0
    property_name = ""

    def judge(word: bytes, text: str, where: str) -> None:
        _named(look, word, text, where, property_name)

    for hit in _WORDS.finditer(data):
        word, where = hit[1], f"byte {hit.start():,}"
        if not look.step():
            return
        if word in (b"objupdate", b"objautlink"):
            look.tell("object-auto-update", "an object that is loaded when the file is opened", where)
        elif word == b"objocx":
            look.tell("activex", "an ActiveX control", where)
        elif word == b"objdata":
            if hit.start() < past_object:
                continue
            objects += 1
            if objects > _MOST_OBJECTS:
                look.pass_over(where, f"it has more than {_MOST_OBJECTS} objects")
                return
            past_object = _object(look, data, hit.end(), where)
        elif word == b"sn":
            plain = _PLAIN_NAME.match(data, hit.end())
            property_name = plain[1].decode("ascii") if plain else "pib"  # written in pieces: it may be any
        elif hit.start() >= passed and (word != b"sv" or "pib" in property_name or "Blip" in property_name):
            passed = GroupWords(look, where, judge).read(data, hit.end(), word)


def _named(look: Inspection, word: bytes, text: str, where: str, property_name: str) -> None:
    """What the name of a file or a place does that stands in a destination."""
    target = classify(text.replace("\\\\", "\\") if not text.lstrip().startswith("\\\\") else text)
    if word == b"hlsrc":
        judge_plain_link(look, text, where)
    elif word == b"sv":
        if "pib" not in property_name and "Blip" not in property_name:
            return
        if target.kind is TargetKind.UNC:
            look.tell("unc-link", f"a picture that is fetched from the file server {target.shown}", where)
        elif target.kind is TargetKind.NET:
            look.tell("remote-image", f"a picture that is fetched from {target.shown}", where)
        elif target.kind is TargetKind.PROGRAM:
            look.tell("program-link", f"a picture that leads to {target.shown}", where)
    elif word == b"template":
        judge_fetched(look, target, "a template", where, "remote-template")
    else:
        judge_fetched(look, target, "a list of addresses", where)


def _object(look: Inspection, data: bytes, begin: int, where: str) -> int:
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
    if not judge_fetched(look, classify(topic), "an object", where):
        look.tell("local-link", "an object that is a link to a file of the computer", where)


def _unhexed(look: Inspection, data: bytes, begin: int, where: str) -> tuple[bytes, int]:
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
        hit = TOKEN.match(piece, at)
        if hit is None:
            at += 1
            continue
        if not look.step(where, 2):
            break
        at = hit.end()
        brace, binary, _, _, _, _, symbol, text = hit.groups()
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
