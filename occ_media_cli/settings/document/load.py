"""Reading settings documents in TOML, with errors that point at a line."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import Incomplete, MalformedInput, OccMediaError, Refused, Slip, StoreInvalid
from occ_media_cli.settings import agents
from occ_media_cli.settings.document import document_schema, toml_scan
from occ_media_cli.settings.field_checks import FieldProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path as FilePath

    from occ_media_cli.settings.document.document_schema import ProfileCheck, RuleCheck
    from occ_media_cli.settings.field_checks import Path
    from occ_media_cli.settings.model import Config

_AT = " (at line "

LARGEST = 67_108_864
"""The largest document in bytes that is read; 20,000 inboxes take one of them in a hundred."""

_DEEP = r"""(?<![\w."'-])(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')(?:[ \t]*+\.[ \t]*+(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')){32}"""
"""A key of more than 32 parts. tomllib takes time and memory by the square of their number."""


def parse(
    data: bytes,
    file: str,
    *,
    store: bool,
    known: Iterable[str] = (),
    profiles: ProfileCheck | None = None,
    rules: RuleCheck | None = None,
) -> Config:
    """The configuration of a document.

    store: the document is the store itself (exit code 10), not an input file (20). known: inboxes that are elsewhere,
    which its sections may name too. profiles, rules: see `document_schema.config`. The error names file and line.
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
        found = document_schema.config(document, known, profiles, rules)
    except FieldProblem as problem:
        more = _other_problems(document, problem, known, profiles, rules) if len(text) <= _LONG else []
        first, *others = (_located(kind, each, text, file) for each in (problem, *more))
        first.more = tuple(sorted(others, key=lambda other: other.line or 0))
        raise first from None
    _refuse_unclear_agents(found, text, file, StoreInvalid if store else Refused)
    return found


def _refuse_unclear_agents(found: Config, text: str, file: str, kind: type[OccMediaError]) -> None:
    """An agent whose name may be read as another's is refused where it is read already, or a plan would promise it."""
    rows: Mapping[str, Any] = found.sections["agents"]  # type: ignore[assignment]  # a mapping by name
    problems = [
        _located(kind, FieldProblem(("agents", name), what, hint), text, file)
        for name, what, hint in islice(agents.unclear_names((), rows), _MOST + 1)
    ]
    if problems:
        problems[0].more = tuple(problems[1:])
        raise problems[0]


def _located(kind: type[OccMediaError], problem: FieldProblem, text: str, file: str) -> OccMediaError:
    number = toml_scan.locate(text, problem.path) or 1
    return kind(
        problem.what, file=file, line=number, hint=problem.hint, topic=problem.topic,
        excerpt=excerpt(text, number, problem.path),
    )  # fmt: skip


_LONG = 1_000_000
"""A longer document is told its first mistake only: each other one takes another look at all of it."""
_MOST = 20
"""So many more mistakes are told."""


def _other_problems(
    document: dict[str, Any],
    first: FieldProblem,
    known: Iterable[str],
    profiles: ProfileCheck | None,
    rules: RuleCheck | None,
) -> list[FieldProblem]:
    """What is wrong beside a first problem: the document is looked at again without each thing that is wrong.

    What seems wrong only because something in it was left out is no mistake of the document.
    """
    order = {id(member): (number, member) for number, member in _members(document)}
    there, found = list(known), list[FieldProblem]()
    left_out: list[Path] = []
    problem = first
    while len(problem.path) > 1 and len(found) < _MOST:
        now, problem.path = problem.path, _as_written(document, problem.path, order)
        if problem is not first and not any(path[: len(problem.path)] == problem.path for path in left_out):
            found.append(problem)
        left_out.append(problem.path)
        if problem.path[0] == "inboxes" and len(problem.path) == 2:
            there.append(str(problem.path[1]))
        if not _leave_out(document, now):
            break
        try:
            document_schema.config(document, there, profiles, rules)
        except FieldProblem as other:
            problem = other
        else:
            break
    return found


def _members(value: Any) -> Iterator[tuple[int, Any]]:
    """Every table that is a member of an array, with its number there."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _members(item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, dict):
                yield number, item
                yield from _members(item)


def _as_written(document: dict[str, Any], path: Path, order: Mapping[int, tuple[int, Any]]) -> Path:
    """The path of a problem in the document as it was before members of arrays were left out."""
    found: list[str | int] = []
    place: Any = document
    for key in path:
        there = key in place if isinstance(place, dict) else isinstance(place, list) and isinstance(key, int)
        place = place[key] if there else None
        found.append(order.get(id(place), (key, None))[0] if isinstance(key, int) else key)
    return tuple(found)


def _leave_out(document: dict[str, Any], path: Path) -> bool:
    """Take away what a path leads to, or what holds it where there is nothing; False where that is the document."""
    if not path:
        return False
    place: Any = document
    for key in path[:-1]:
        if not (key in place if isinstance(place, dict) else isinstance(place, list) and isinstance(key, int)):
            return False
        place = place[key]
    if isinstance(place, dict) and path[-1] in place:
        del place[path[-1]]
        return True
    if isinstance(place, list) and isinstance(path[-1], int) and path[-1] < len(place):
        del place[path[-1]]
        return True
    return _leave_out(document, path[:-1])


def deep_key(text: str) -> int | None:
    """The line of a key that has more parts than any of ours could have, or None."""
    import re

    found = re.search(_DEEP, text)
    return text.count("\n", 0, found.start()) + 1 if found is not None else None


def load_document(
    path: FilePath,
    *,
    store: bool,
    known: Iterable[str] = (),
    profiles: ProfileCheck | None = None,
    rules: RuleCheck | None = None,
) -> Config:
    """`parse` of a file."""
    return parse(read_bytes(path), str(path), store=store, known=known, profiles=profiles, rules=rules)


def read_bytes(path: FilePath) -> bytes:
    """The bytes of a document that a user named; a device or a pipe without an end is not read for ever."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except FileNotFoundError:
        from occ_media_cli.report.meant import file_meant
        from occ_media_cli.report.words import question

        near = file_meant(str(path))
        slip = Slip(str(path), (near,)) if near is not None else None
        raise Incomplete(f"no such file{question(near)}", file=str(path), hint="check the path", slip=slip) from None
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
