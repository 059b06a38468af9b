"""Binary workbooks of Excel 2007 ([MS-XLSB]): names that run by themselves, and links to other programs."""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.safety.active.biff import AUTO_NAME
from occ_media_cli.safety.active.dde import judge_dde
from occ_media_cli.safety.active.inspection import Inspection

_NAME, _BEGIN_BOOK = 39, 360
_DDE = 1


def judge_binary_part(look: Inspection, content: bytes, key: str, said: str, where: str) -> None:
    """A part of records. key, said: its name and the type that the package gives it."""
    if not ("workbook" in key or "sheet.binary" in said or "externallink" in key + said):
        return
    for kind, record in _records(look, content, where):
        if kind == _NAME:
            _name(look, record, where)
        elif kind == _BEGIN_BOOK and int.from_bytes(record[:2], "little") == _DDE:
            service, at = _text(record, 2)
            topic, _ = _text(record, at)
            judge_dde(look, service, topic, where)


def _records(look: Inspection, data: bytes, where: str) -> Iterator[tuple[int, bytes]]:
    """(kind, content): a kind has one byte or two, a length up to four of seven bits each."""
    at, size = 0, len(data)
    while at < size and look.step(where):
        kind = data[at]
        at += 1
        if kind & 0x80 and at < size:
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        for _ in range(4):
            if at >= size:
                return
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[at : at + length]
        at += length


def _name(look: Inspection, record: bytes, where: str) -> None:
    """A defined name ([MS-XLSB] 2.4.717): flags, a key, the sheet that it is of, then its text."""
    name, _ = _text(record, 9)
    if AUTO_NAME.match(name):
        look.tell("macro-auto-run", f"a name that runs a macro sheet by itself ({name[:40]})", where)


def _text(data: bytes, at: int) -> tuple[str, int]:
    length = int.from_bytes(data[at : at + 4], "little")
    end = min(at + 4 + 2 * length, len(data))
    return data[at + 4 : end].decode("utf-16-le", "replace"), end
