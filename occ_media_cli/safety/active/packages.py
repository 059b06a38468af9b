"""A file inside of an OLE object: the stream that the Packager of Windows writes, which OLE 1 had too."""

from __future__ import annotations

from typing import NamedTuple

from occ_media_cli.safety.active.contents import HEAD, document_kind, is_program_name, program_in
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.targets import hide_unprintable

_LONGEST_NAME = 1024


class Package(NamedTuple):
    """label and path: as its maker's computer called the file. content: its bytes, or as many as are there."""

    label: str
    path: str
    content: bytes
    linked: bool


def native(data: bytes) -> Package | None:
    """A stream `Ole10Native`, or the data of an object of the class Package, or None where it is something else."""
    for begin in (4, 0):  # the length of what follows stands before it, except where somebody left it out
        if data[begin : begin + 2] == b"\x02\0" and (found := _package(data, begin + 2)) is not None:
            return found
    return None


def _package(data: bytes, at: int) -> Package | None:
    label, at = _name(data, at)
    path, at = _name(data, at)
    if label is None or path is None:
        return None
    kind = int.from_bytes(data[at + 2 : at + 4], "little")
    at += 4
    if kind == 1:
        return Package(label, path, b"", linked=True)
    length = int.from_bytes(data[at : at + 4], "little")
    if length > _LONGEST_NAME:
        return None
    command = data[at + 4 : at + 4 + length].partition(b"\0")[0].decode("latin-1")
    at += 4 + length
    size = int.from_bytes(data[at : at + 4], "little")
    return Package(label, command or path, data[at + 4 : at + 4 + size], linked=False)


def _name(data: bytes, at: int) -> tuple[str | None, int]:
    end = data.find(b"\0", at, at + _LONGEST_NAME)
    if end < 0:
        return None, at
    return data[at:end].decode("latin-1"), end + 1


def judge_package(look: Inspection, found: Package, where: str) -> None:
    """A program, a document to be looked into, or a plain file."""
    name = next((each for each in (found.label, found.path) if is_program_name(each)), None)
    head = found.content[:HEAD]
    if name is not None:
        look.tell("embedded-program", f"a program or script as an object (.{_extension(name)})", where)
        return
    if (what := program_in(head, text_may_run=True)) is not None:
        look.tell("embedded-program", f"{what} as an object, under another name", where)
        return
    if found.linked:
        look.tell("local-link", "an object that is a link to a file of the computer", where)
        return
    look.tell("embedded-file", f"a file as an object ({_shown(found.label)})", where)
    if document_kind(head) is not None:
        look.look_into(found.content, where)


def _extension(name: str) -> str:
    return _printable(name.rpartition(".")[2])[:12].lower()


def _shown(label: str) -> str:
    extension = label.rpartition(".")[2] if "." in label else ""
    return f".{_printable(extension)[:12].lower()}" if extension else "without a name"


def _printable(text: str) -> str:
    return hide_unprintable(text.strip("\0 ."))
