"""Presentations of PowerPoint 97 ([MS-PPT]): objects packed in the stream, controls, links, what a click does."""

from __future__ import annotations

from occ_media_cli.safety.active.contents import HEAD, inflated, program_in
from occ_media_cli.safety.active.inspection import MOST_PART, Inspection
from occ_media_cli.safety.active.links import judge_plain_link
from occ_media_cli.safety.active.targets import classify, is_remote

_OBJECT, _CONTROL, _LINK, _TEXT, _HYPERLINK, _CLICK = 0x1011, 0x0FEE, 0x0FCE, 0x0FBA, 0x0FD7, 0x0FF3
_RUNS_PROGRAM, _RUNS_MACRO = 2, 1
_MOST_NESTED = 20


def judge_presentation(look: Inspection, data: bytes, where: str) -> None:
    """Every record, in those that hold others too."""
    ends: list[tuple[int, int]] = []
    at = 0
    while at + 8 <= len(data) and look.step(where):
        while ends and at >= ends[-1][1]:
            ends.pop()
        head = data[at] | data[at + 1] << 8
        kind = data[at + 2] | data[at + 3] << 8
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        holds = head & 0xF == 0xF
        if kind == _CONTROL and holds:
            look.tell("activex", "an ActiveX control", where)
        if holds and len(ends) < _MOST_NESTED:
            ends.append((kind, at + 8 + length))
            at += 8
            continue
        content = data[at + 8 : at + 8 + length]
        if kind == _OBJECT:
            _object(look, content, f"{where}, object at byte {at:,}", packed=head >> 4 == 1)
        elif kind == _TEXT:
            _target(look, content, [each for each, _ in ends], where)
        elif kind == _CLICK and len(content) > 8:
            _click(look, content[8], where)
        at += 8 + length


def _object(look: Inspection, content: bytes, where: str, *, packed: bool) -> None:
    """An object of OLE, a control or the project of VBA: a compound file, mostly compressed."""
    if packed:
        size = int.from_bytes(content[:4], "little")
        if not look.afford(min(size, MOST_PART + 1), where):
            return
        content = inflated(content[4:], min(size, MOST_PART))
        if not content:
            look.pass_over(where, "it cannot be unpacked")
            return
    if not look.look_into(content, where) and (what := program_in(content[:HEAD])) is not None:
        look.tell("embedded-program", f"{what} as an object", where)


def _target(look: Inspection, content: bytes, above: list[int], where: str) -> None:
    """A text inside of a link: what it leads to."""
    text = content.decode("utf-16-le", "replace")
    if _HYPERLINK in above:
        if ":" in text or "\\" in text or text.startswith("//"):
            judge_plain_link(look, text, where)
    elif _LINK in above and is_remote(target := classify(text)):
        look.tell("remote-object", f"an object that is fetched from {target.shown}", where)


def _click(look: Inspection, action: int, where: str) -> None:
    if action == _RUNS_PROGRAM:
        look.tell("program-link", "a click on it starts a program", where)
    elif action == _RUNS_MACRO and not look.has("macro"):
        look.tell("macro", "a click on it runs a macro", where)
