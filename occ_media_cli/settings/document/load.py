"""Reading settings documents in TOML, with errors that point at a line."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import Incomplete, MalformedInput, OccMediaError, Refused, Slip, StoreInvalid
from occ_media_cli.settings import agents
from occ_media_cli.settings.document import document_schema, toml_scan
from occ_media_cli.settings.field_checks import FieldProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path as FilePath

    from occ_media_cli.settings.document.document_schema import ProfileCheck, RuleCheck
    from occ_media_cli.settings.field_checks import Path
    from occ_media_cli.settings.model import Config

_AT = " (at line "

MOST = 21
"""So many mistakes of a document are told, where nobody asks for all of them."""

EVERY = 1_000
"""So many are told where somebody asks for all of them."""

NOT_TOML = "not TOML: "

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
    most: int = MOST,
) -> Config:
    """The configuration of a document.

    store: the document is the store itself (exit code 10), not an input file (20). known: inboxes that are elsewhere,
    which its sections may name too. profiles, rules: see `document_schema.config`. The error names file and line, and
    has the others that there are in `more`: `most` in all.
    """
    kind: type[OccMediaError] = StoreInvalid if store else MalformedInput
    text = _text_of(data, file, kind)
    document, not_toml, mended = _tables_of(text, file, kind)
    problems: list[FieldProblem] = []
    try:
        found = document_schema.config(document, known, profiles, rules)
        if not not_toml:
            _refuse_unclear_agents(found, text, file, StoreInvalid if store else Refused)
            return found
    except FieldProblem as problem:
        problems = [problem]
    wrong: list[OccMediaError] = []
    if problems:
        if len(text) <= _LONG or most > MOST:
            from occ_media_cli.settings.document.every_problem import problems as every_problem

            every = every_problem(document, known, profiles, rules, most)
            problems = every if any(each.what == problems[0].what for each in every) else [*problems, *every]
        places = toml_scan.lines(mended)
        headers = {_header_above(text, error.line or 1) for error in not_toml}
        located = [_located(kind, each, text, file, places) for each in problems]
        # What a table lacks may stand in the line of it that is no TOML.
        wrong = [error for error in located if error.line not in headers]
    names = document.get("agents")
    if isinstance(names, dict):
        wrong += _unclear_agents(names, text, file, kind)
    # What is no TOML stands first: some of the rest may come of it.
    first, *others = [*not_toml, *sorted(wrong, key=lambda error: error.line or 0)][:most]
    first.more = tuple(others)
    raise first


def _text_of(data: bytes, file: str, kind: type[OccMediaError]) -> str:
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
    return text


def _tables_of(text: str, file: str, kind: type[OccMediaError]) -> tuple[dict[str, Any], list[OccMediaError], str]:
    """The tables of a text, the lines that are no TOML, and the text without these.

    A line is left out and the rest is read, as long as each mistake stands behind the one before it: what is wrong in
    several lines, as an open string is, ends the reading.
    """
    import re
    import tomllib

    wrong: list[OccMediaError] = []
    rows = text.split("\n")
    while True:
        left = "\n".join(rows)
        try:
            return tomllib.loads(left), wrong, left
        except tomllib.TOMLDecodeError as problem:
            error = _syntax(kind, str(problem), text, file)
        except RecursionError:
            raise kind("nested too deeply", file=file, line=1, hint="write it flatter") from None
        except ValueError:
            line = next((n for n, row in enumerate(rows, start=1) if re.search(r"[0-9]{4000}", row)), 1)
            raise kind("a number has too many digits", file=file, line=line, hint="write a smaller number") from None
        number = error.line or 1
        row = rows[number - 1].strip() if number <= len(rows) else ""
        last = (wrong[-1].line or 0) if wrong else 0
        over = _runs_over_lines(row) or "unclosed" in error.what
        if over or number <= last or len(wrong) >= MOST or len(text) > _LONG:
            first = wrong[0] if wrong else error
            first.more = tuple([*wrong, error][1:]) if number > last else tuple(wrong[1:])
            raise first
        wrong.append(error)
        rows[number - 1] = ""


def _runs_over_lines(row: str) -> bool:
    """Whether a line may be part of something that others are part of too: a text, an array, a table by its header."""
    return not row or any(mark in row for mark in ('"""', "'''")) or row.startswith(("[", "]", "}"))


def _header_above(text: str, number: int) -> int:
    """The line of the header of the table in which a line stands."""
    rows = text.split("\n")
    return next((at for at in range(number, 0, -1) if rows[at - 1].lstrip().startswith("[")), 0)


def _refuse_unclear_agents(found: Config, text: str, file: str, kind: type[OccMediaError]) -> None:
    """An agent whose name may be read as another's is refused where it is read already, or a plan would promise it."""
    rows: Mapping[str, Any] = found.sections["agents"]  # type: ignore[assignment]  # a mapping by name
    problems = _unclear_agents(rows, text, file, kind)
    if problems:
        problems[0].more = tuple(problems[1:])
        raise problems[0]


def _unclear_agents(names: Mapping[str, Any], text: str, file: str, kind: type[OccMediaError]) -> list[OccMediaError]:
    return [
        _located(kind, FieldProblem(("agents", name), what, hint), text, file)
        for name, what, hint in islice(agents.unclear_names((), names), MOST)
    ]


def _located(
    kind: type[OccMediaError],
    problem: FieldProblem,
    text: str,
    file: str,
    places: Mapping[Path, int] | None = None,
) -> OccMediaError:
    """A problem with its line. places: the lines of the text, where they were looked for already."""
    number = toml_scan.nearest_line(toml_scan.lines(text) if places is None else places, problem.path) or 1
    return kind(
        problem.what, file=file, line=number, hint=problem.hint, topic=problem.topic,
        excerpt=excerpt(text, number, problem.path),
    )  # fmt: skip


_LONG = 1_000_000
"""A longer document is told its first mistake only, but where somebody asks for all: each other one takes another look
at much of it."""


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
    most: int = MOST,
) -> Config:
    """`parse` of a file."""
    return parse(read_bytes(path), str(path), store=store, known=known, profiles=profiles, rules=rules, most=most)


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
        f"{NOT_TOML}{what[:1].lower()}{what[1:]}", file=file, line=number, hint="mend that line",
        excerpt=excerpt(text, number, ()),
    )  # fmt: skip


def excerpt(text: str, number: int, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """The line of an error and a pointer under its value, for terminals."""
    rows = text.split("\n", number)
    if not 1 <= number <= len(rows):
        return ()
    row = rows[number - 1].rstrip().replace("\t", " ")
    label = f"{number:>5} | "
    key = str(path[-1]) if path else ""
    start = row.find("=") + 1 if key and "=" in row else 0
    while start < len(row) and row[start] == " ":
        start += 1
    return f"{label}{row}", " " * (len(label) - 2) + "| " + " " * start + "^" * max(1, len(row) - start)
