"""Reading settings documents in TOML, with errors that point at a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import Incomplete, MalformedInput, OccMediaError, StoreInvalid
from occ_media_cli.settings.document import document_schema, toml_scan
from occ_media_cli.settings.field_checks import FieldProblem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from occ_media_cli.settings.document.document_schema import ProfileCheck
    from occ_media_cli.settings.model import Config

_AT = " (at line "

LARGEST = 67_108_864
"""The largest document in bytes that is read; 20,000 inboxes take one of them in a hundred."""

_DEEP = r"""(?<![\w."'-])(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')(?:[ \t]*+\.[ \t]*+(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')){32}"""
"""A key of more than 32 parts. tomllib takes time and memory by the square of their number."""


def parse(
    data: bytes, file: str, *, store: bool, known: Iterable[str] = (), profiles: ProfileCheck | None = None
) -> Config:
    """The configuration of a document.

    store: the document is the store itself (exit code 10), not an input file (20). known: inboxes that are elsewhere,
    which its sections may name too. profiles: see `schema.config`. The error names file and line.
    """
    import re
    import tomllib

    kind: type[OccMediaError] = StoreInvalid if store else MalformedInput
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise kind("not UTF-8", file=file, line=line, hint="save it as UTF-8") from None
    if text.startswith("\ufeff"):
        raise kind("begins with a byte order mark", file=file, line=1, hint="save it as UTF-8 without one (BOM)")
    deep = deep_key(text)
    if deep is not None:
        raise kind("nested too deeply", file=file, line=deep, hint="write it flatter")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise _syntax(kind, str(problem), text, file) from None
    except RecursionError:
        raise kind("nested too deeply", file=file, line=1, hint="write it flatter") from None
    except ValueError:
        line = next((n for n, row in enumerate(text.split("\n"), start=1) if re.search(r"[0-9]{4000}", row)), 1)
        raise kind("a number has too many digits", file=file, line=line, hint="write a smaller number") from None
    try:
        return document_schema.config(document, known, profiles)
    except FieldProblem as problem:
        number = toml_scan.locate(text, problem.path) or 1
        raise kind(
            problem.what,
            file=file,
            line=number,
            hint=problem.hint,
            topic=problem.topic,
            excerpt=excerpt(text, number, problem.path),
        ) from None


def deep_key(text: str) -> int | None:
    """The line of a key that has more parts than any of ours could have, or None."""
    import re

    found = re.search(_DEEP, text)
    return text.count("\n", 0, found.start()) + 1 if found is not None else None


def load_document(
    path: Path, *, store: bool, known: Iterable[str] = (), profiles: ProfileCheck | None = None
) -> Config:
    """`parse` of a file."""
    return parse(read_bytes(path), str(path), store=store, known=known, profiles=profiles)


def read_bytes(path: Path) -> bytes:
    """The bytes of a document that a user named; a device or a pipe without an end is not read for ever."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise Incomplete("no such file", file=str(path), hint="check the path") from None
    except OSError as problem:
        words = (problem.strerror or "unknown problem").lower()
        raise Incomplete(f"cannot be read: {words}", file=str(path), hint="name a readable file") from problem
    if len(data) > LARGEST:
        raise MalformedInput(f"is longer than {LARGEST:,} bytes", file=str(path), hint="name a settings document")
    return data


def _syntax(kind: type[OccMediaError], words: str, text: str, file: str) -> OccMediaError:
    what, _, place = words.partition(_AT)
    digits = place.split(",")[0]
    number = int(digits) if digits.isdigit() else text.count("\n") + 1
    return kind(
        f"not TOML: {what[:1].lower()}{what[1:]}", file=file, line=number, hint="mend that line",
        excerpt=excerpt(text, number, ()),
    )  # fmt: skip


def excerpt(text: str, number: int, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The line of an error and a pointer under its value, for terminals."""
    rows = text.split("\n")
    if not 1 <= number <= len(rows):
        return ()
    row = rows[number - 1].rstrip().replace("\t", " ")
    label = f"{number:>5} | "
    key = str(path[-1]) if path else ""
    start = row.find("=") + 1 if key and "=" in row else 0
    while start < len(row) and row[start] == " ":
        start += 1
    return f"{label}{row}", " " * (len(label) - 2) + "| " + " " * start + "^" * max(1, len(row) - start)
