"""Formulas that ask another program, start one or fetch something, of a workbook as of a table of plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from occ_media_cli.safety.active.dde import judge_dde
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.links import judge_plain_link
from occ_media_cli.safety.active.targets import TargetKind, classify, names_program
from occ_media_cli.vocabulary import Severity

_BLANKS = re.compile(rb"[ \t]{2,}")
_TOKEN = re.compile(
    rb"(?P<line>\r\n?|\n)|(?P<doubled>\"\")|(?P<quote>\")|"
    rb"(?P<link>\|(?: ?'(?P<quoted>(?:[^'\r\n]|'')*+)' ?!|(?P<bare>[^\s'!|\"]{1,400}+)!) ?[\w$'*.\"])|"
    rb"(?P<call>DDE ?\( ?\"{1,2}(?P<service>[^\"\r\n]{1,200})\"{1,2} ?[;,] ?\"{1,2}(?P<topic>[^\"\r\n]{0,400})\")",
    re.IGNORECASE,
)
_BEGINS = re.compile(rb"[\n\r,;\t\"'|] ?[=+@-]")
_OPERATOR = re.compile(r"[=+@*&^(,;\"<>]")
_BEFORE = 300
"""Bytes before a bar in which the name of a program is looked for: blanks count once."""


def dde_of_text(look: Inspection, data: bytes) -> Iterator[tuple[str, str, int]]:
    """(service, topic, line) of each link `service|'topic'!item` in a cell that begins as a formula does."""
    line, begin, quoted, formula = 0, 0, False, False
    data = _BLANKS.sub(lambda run: b"\t" if b"\t" in run[0] else b" ", b"\n" + data.replace(b"\0", b""))
    for hit in _TOKEN.finditer(data):
        if hit["line"] is not None:
            line += 1
            if not quoted:
                formula, begin = False, hit.start()
        elif hit["quote"] is not None:
            quoted = not quoted
        elif hit["doubled"] is None:
            if not look.step(cost=10):
                return
            formula = formula or _BEGINS.search(data, begin, hit.start()) is not None
            begin = hit.start()
            if not formula:
                continue
            if hit["call"] is not None:
                yield hit["service"].decode("latin-1"), hit["topic"].decode("latin-1"), line
                continue
            before = data[max(0, hit.start() - _BEFORE) : hit.start()].decode("latin-1")
            before = before.replace("\r", "\n").rpartition("\n")[2]
            topic = (hit["quoted"] if hit["quoted"] is not None else hit["bare"]).decode("latin-1")
            yield _OPERATOR.split(before)[-1].strip(" '-"), topic, line


def starts_program(service: str, topic: str) -> bool:
    """Whether a link of a text starts a program. Blanks between letters are no hindrance to Excel."""
    return any(names_program(text) or names_program("".join(text.split())) for text in (service, topic))


_MANY = re.compile(r"\s{2,}")
_LINK = re.compile(
    r"(?<![\w.\\/: ])(?P<service>'[^'|]{1,400}'|[\w.\\/: ]++)\|"
    r"\s*(?:'(?P<quoted>(?:[^']|'')*+)'|(?P<bare>[^\s'!|]{1,400}+))\s*!"
)
_CALL = re.compile(
    r"(?P<name>WEBSERVICE|IMAGE|RTD|HYPERLINK|DDE|FILTERXML|CALL|REGISTER(?:\.ID)?|EXEC)\s*\(", re.IGNORECASE
)
_TEXT = re.compile(r'"((?:[^"]|"")*+)"')
_JOINED = re.compile(r'"\s*&\s*"')
_PATH = re.compile(r"'?((?:\\\\|//|https?:|file:)[^'\[\]!]{1,400}+)(?:\[|')", re.IGNORECASE)


def judge_formula(look: Inspection, text: str, where: str) -> None:
    """One formula of a workbook, entities undone."""
    if not look.step(where, 3 + len(text) // 32):
        return
    text = _MANY.sub(" ", text)
    if "|" in text:
        for hit in _LINK.finditer(text):
            topic = hit["quoted"] if hit["quoted"] is not None else hit["bare"]
            judge_dde(look, hit["service"].strip(" '"), topic, where)
    if "(" in text:
        _calls(look, _JOINED.sub("", text), where)
    for path in _PATH.finditer(text):
        target = classify(path[1])
        if target.kind is TargetKind.UNC:
            words = f"values that come from the file server {target.shown}"
            look.tell("unc-link", words, where, Severity.WARNING)  # Excel asks before it fetches any
        elif target.kind is TargetKind.NET and "[" in path[0]:
            look.tell("remote-workbook", f"values that come from {target.shown}", where)


def _calls(look: Inspection, text: str, where: str) -> None:
    for hit in _CALL.finditer(text):
        place = text.find('"', hit.end())
        if not look.step(where, 15 + ((place if place >= 0 else len(text)) - hit.end()) // 500):
            return
        name = hit["name"].upper()
        said = [each[1] for each in islice(_TEXT.finditer(text, place), 3)] if place >= 0 else []
        if not look.step(where, sum(map(len, said)) // 64):
            return
        first = said[0] if said else ""
        if name == "DDE":
            judge_dde(look, first, said[1] if len(said) > 1 else "", where)
        elif name == "HYPERLINK":
            judge_plain_link(look, first, where)
        elif name in ("WEBSERVICE", "IMAGE"):
            target = classify(first)
            if target.kind is TargetKind.UNC:
                look.tell("unc-link", f"a formula {name} that asks the file server {target.shown}", where)
            elif target.kind is TargetKind.NET:
                code = "remote-image" if name == "IMAGE" else "remote-workbook"
                look.tell(code, f"a formula {name} that fetches from {target.shown}", where)
            elif name == "WEBSERVICE":
                look.tell("remote-workbook", "a formula WEBSERVICE that fetches from a place that a cell names", where)
        elif name == "RTD":
            server = next((each for each in said if each.strip()), "")
            look.tell("dde-data", f"a formula RTD that asks {_shown(server) or 'a program'} for data", where)
        elif name in ("CALL", "EXEC") or name.startswith("REGISTER"):
            look.tell("excel4-macro", f"a formula {name}, which only a macro sheet has", where)


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:40]
