"""Reading a history that was kept elsewhere: a whole export, or one object a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from occ_media_cli.decoding import Undecodable, decode
from occ_media_cli.errors import MalformedInput
from occ_media_cli.settings import field_checks, inbox_fields, inbox_names
from occ_media_cli.settings.document.load import LARGEST
from occ_media_cli.settings.field_checks import FieldProblem
from occ_media_cli.values import value

if TYPE_CHECKING:
    from pathlib import Path

    from occ_media_cli.settings.model import InboxChange

SCHEMA = "occ-media/history/1"

IGNORED = frozenset({
    "schema", "version", "superseded_by", "actor", "message_source", "next", "inbox_id", "uncertain", "uncertain_since",
    "recorded", "valid_to", "kind", "changed", "before",
})  # fmt: skip
"""Members of a version that say how it was recorded there; here it gets a number and an actor of its own."""


@value
class ImportedRow:
    """Settings of an inbox from a moment on; fields that the file does not have keep their value."""

    inbox: str
    start: int
    change: InboxChange
    reason: str | None
    line: int


def load_history(path: Path) -> list[ImportedRow]:
    """The rows of a file, by time; MalformedInput with file and line for a broken one."""
    from occ_media_cli.settings.document.load import read_bytes

    file = str(path)
    try:
        text = read_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedInput("not UTF-8", file=file, hint="save it as UTF-8") from None
    found = []
    for line, item in _objects(text, file):
        try:
            row = _row(item, line)
        except FieldProblem as problem:
            raise MalformedInput(problem.what, file=file, line=line, hint=problem.hint, topic=problem.topic) from None
        if row is not None:
            found.append(row)
    return sorted(found, key=lambda row: row.start)


def _objects(text: str, file: str) -> Iterator[tuple[int, Any]]:
    """Each version with its line. The lines of one document are those of its records, which it prints one a line."""
    start = text.lstrip("\ufeff \n\t")
    if start.startswith("{") and f'"{SCHEMA}"' in start.partition("\n")[0] and '"versions"' in start.partition("\n")[0]:
        document = _parsed(text, file, 1)
        rows = document.get("versions")
        if not isinstance(rows, list):
            raise MalformedInput("versions must be an array", file=file, line=1, hint="export it again")
        yield from ((number + 2, row) for number, row in enumerate(rows))
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, _parsed(line, file, number)


def _parsed(text: str, file: str, line: int) -> Any:
    try:
        return decode(text, largest=LARGEST)
    except Undecodable as problem:
        raise MalformedInput(
            problem.words, file=file, line=line + problem.line - 1,
            hint="write one JSON object a line, or an export of another history",
        ) from None  # fmt: skip


def _row(item: Any, line: int) -> ImportedRow | None:
    """One version; None for one that was replaced there."""
    fields = dict(field_checks.table(item, ("version",), ""))
    if fields.get("superseded_by") is not None:
        return None
    name = field_checks.string(fields.pop("name", None), ("name",), "")
    try:
        name = inbox_names.inbox_name(name)
    except ValueError as problem:
        raise FieldProblem(("name",), str(problem), "give it another name") from None
    start = field_checks.moment(fields.pop("valid_from", None), ("valid_from",), inbox_fields.inbox_words(name))
    reason = fields.pop("reason", None)
    if fields.get("message_source") != "own" and "message_source" in fields:
        fields["message"] = None
    for key in IGNORED:
        fields.pop(key, None)
    change = inbox_fields.checked(fields, inbox_fields.inbox_words(name))
    return ImportedRow(
        name, start, change, None if reason is None else field_checks.string(reason, ("reason",), ""), line
    )
