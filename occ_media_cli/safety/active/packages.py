"""What the Packager of Windows put into a document: a program, a document, a link or a plain file."""

from __future__ import annotations

from occ_media_cli.media.readers.ole_package import Package
from occ_media_cli.safety.active.contents import HEAD, document_kind, is_program_name, program_in
from occ_media_cli.safety.active.inspection import Inspection
from occ_media_cli.safety.active.targets import hide_unprintable


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
