"""Workbooks of BIFF ([MS-XLS]): macro sheets of Excel 4, names that run by themselves, links to programs and files.

Only the records that stand before the sheets are read, and the first one of each sheet: cells hold nothing active.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from occ_media_cli.safety.active.dde import is_command, judge_dde
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.links import judge_fetched
from occ_media_cli.safety.active.targets import TargetKind, classify
from occ_media_cli.vocabulary import Severity

_BOF = frozenset((0x0009, 0x0209, 0x0409, 0x0809))
_EOF, _FILEPASS, _SHEET, _EXTERN_SHEET, _EXTERN_NAME, _BOOK = 0x0A, 0x2F, 0x85, 0x17, 0x23, 0x1AE
_NAMES = frozenset((0x18, 0x218))
_EXTERN_NAMES = frozenset((_EXTERN_NAME, 0x223))
_MACRO_SHEET = 0x40
_BUILTIN = {1: "Auto_Open", 2: "Auto_Close", 10: "Auto_Activate", 11: "Auto_Deactivate"}
AUTO_NAME = re.compile(r"(?:_xlnm\.)?auto_?(?:open|close|activate|deactivate)", re.IGNORECASE)
"""How a name begins that runs a macro sheet: Excel does not regard what follows."""

_STATES = ("", "hidden ", "very hidden ")


def judge_workbook(look: Inspection, data: bytes, where: str) -> None:
    """What is active in a stream `Workbook` or `Book`, or in a bare file of records."""
    book = _Workbook(look, where)
    if len(data) >= 8 and int.from_bytes(data[:2], "little") in _BOF and _kind(data, 0) == _MACRO_SHEET:
        look.tell("excel4-macro", "a macro sheet of Excel 4", where)
    for kind, content in _records(look, data, where):
        if kind == _FILEPASS:
            look.tell("encrypted", "it needs a password to open", where)
            look.pass_over(where, "it is encrypted")
            book.encrypted = True
        elif kind in _BOF:
            book.version = int.from_bytes(content[:2], "little")
        elif kind == _SHEET and len(content) >= 6:
            book.sheet(data, content)
        elif not book.encrypted:
            book.record(kind, content)
    book.finish()


def _records(look: Inspection, data: bytes, where: str) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of every record up to the end of what stands before the sheets."""
    at = 0
    while at + 4 <= len(data) and look.step(where):
        kind, length = data[at] | data[at + 1] << 8, data[at + 2] | data[at + 3] << 8
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == _EOF:
            return


def _kind(data: bytes, at: int) -> int:
    """What a BOF record at this place begins: 0x10 a sheet, 0x40 a macro sheet."""
    if data[at] | data[at + 1] << 8 not in _BOF:
        return 0
    return data[at + 6] | data[at + 7] << 8


class _Workbook:
    """What was read so far."""

    def __init__(self, look: Inspection, where: str) -> None:
        self._look, self._where = look, where
        self.version = 0
        self.encrypted = False
        self._asks: tuple[str, str] | None = None

    def sheet(self, data: bytes, content: bytes) -> None:
        """A line of the list of sheets; what the sheet itself begins with counts as much as what the line says."""
        place = int.from_bytes(content[:4], "little")
        real = _kind(data, place) if 0 < place <= len(data) - 8 else 0
        if (not self.encrypted and content[5] == 1) or real == _MACRO_SHEET:
            name = "" if self.encrypted else self._text(content[6:])
            state = "" if self.encrypted else _STATES[min(content[4] & 3, 2)]
            self._look.tell("excel4-macro", f"a {state}macro sheet of Excel 4", name or self._where)

    def record(self, kind: int, content: bytes) -> None:
        """One record of those before the sheets."""
        if kind in _NAMES:
            self._name(content)
        elif kind == _BOOK:
            self._settle()
            self._book(content)
        elif kind == _EXTERN_SHEET and self.version < 0x0600:
            self._settle()
            self._path(content[1:].decode("latin-1"), content[1:])
        elif kind in _EXTERN_NAMES and self._asks is not None:
            self._settle(linked=bool(content[:1] and content[0] & 0x10))

    def finish(self) -> None:
        """The records are at their end."""
        self._settle()

    def _name(self, content: bytes) -> None:
        if len(content) < 15:
            return
        if content[0] & 0x20:
            place = 15 if self.version >= 0x0600 else 14
            name = _BUILTIN.get(content[place] if len(content) > place else -1, "")
        else:
            raw = content[14 : 14 + 1 + 2 * content[3]]
            name = _letters(raw, content[3]) if self.version >= 0x0600 else raw[: content[3]].decode("latin-1")
        if AUTO_NAME.match(name):
            self._look.tell("macro-auto-run", f"a name that runs a macro sheet by itself ({name[:40]})", self._where)

    def _book(self, content: bytes) -> None:
        count = int.from_bytes(content[2:4], "little")
        if len(content) > 5 and 1 <= count <= 0xFF:
            text = _letters(content[4:], count)
            self._path(text, b"")

    def _path(self, text: str, raw: bytes) -> None:
        """What a link leads to ([MS-XLS] 2.5.277): `service\\x03topic`, or a path with codes for its parts."""
        if not text:
            return
        if text[0] >= " ":
            service, mark, topic = text.partition("\x03")
            if mark:
                self._asks = (service, topic)
            return
        if text[0] != "\x01" or len(text) < 3:
            return
        look, where = self._look, self._where
        if text[1:3] == "\x01@":
            look.tell("unc-link", "values that come from a file server", where, Severity.WARNING)
        elif text[1] == "\x05":
            target = classify(text[3:])
            if target.kind is TargetKind.UNC:
                words = f"values that come from the file server {target.shown}"
                look.tell("unc-link", words, where, Severity.WARNING)  # Excel asks before it fetches any
            elif target.kind is TargetKind.PROGRAM:
                look.tell("program-link", f"values that come from {target.shown}", where)
            else:
                look.tell("remote-workbook", f"values that come from {target.shown}", where)
        else:
            look.tell("local-link", "values that come from another file", where)

    def _settle(self, *, linked: bool = False) -> None:
        """Judge a link to another program once it is known whether it is one of OLE to a file."""
        if self._asks is None:
            return
        (service, topic), self._asks = self._asks, None
        if not linked or is_command(service):  # an object has a name of its kind there, such as `Word.Document.8`
            judge_dde(self._look, service, topic, self._where)
        elif not judge_fetched(self._look, classify(topic), "an object", self._where):
            self._look.tell("local-link", "an object that is a link to a file of the computer", self._where)

    def _text(self, raw: bytes) -> str:
        """A short text: its length, and from BIFF 8 on whether its letters are wide."""
        if not raw:
            return ""
        text = _letters(raw[1:], raw[0]) if self.version >= 0x0600 else raw[1 : 1 + raw[0]].decode("latin-1")
        return "".join(letter for letter in text if letter.isprintable())


def _letters(raw: bytes, count: int) -> str:
    """Letters behind the byte that says whether they are wide."""
    if not raw:
        return ""
    return raw[1 : 1 + 2 * count].decode("utf-16-le", "replace") if raw[0] & 1 else raw[1 : 1 + count].decode("latin-1")
