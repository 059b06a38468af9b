"""A plan as people and programs read it: contracts.md §8 and the mock-up of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from occ_media_cli import times
from occ_media_cli.report.blocks import Column, Lines, Table
from occ_media_cli.report.known_sizes import known_bytes, known_size
from occ_media_cli.report.model import Report
from occ_media_cli.report.words import count, plural, size
from occ_media_cli.retention.model import KEEP_CODES
from occ_media_cli.retention.plan import saved

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from occ_media_cli.report.blocks import Block, Line
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.retention.plan.draft import PlanGroup
    from occ_media_cli.retention.plan.make import Planned

SCHEMA = "occ-media/plan/1"

COLUMNS = (
    Column("decision", "Decision", "state"),
    Column("entry", "Entry", "id"),
    Column("path", "Path", "path"),
    Column("size", "Size", "size"),
    Column("sha256", "sha256", "id"),
    Column("expires", "Expires", "time"),
    Column("reasons", "Reasons", "text", of=lambda file: why(file)),
)


def why(file: Record) -> str:
    """The reasons of a file in one cell."""
    return "; ".join(str(reason["message"]) for reason in cast("list[dict[str, str]]", file["reasons"]))


def head(plan: saved.Plan) -> dict[str, Json]:
    """What the document says of any plan."""
    content = plan.content
    return {
        "plan": plan.plan,
        "ledger_head": content["ledger_head"],
        "created": times.text(content["created"]),
        "actor": plan.planner,
        "root": content["root"]["path"],
        "summary": content["summary"],
        "made": times.text(plan.wall),
        "what_if": plan.is_what_if,
        "made_by": dict(plan.made.as_json()),
    }


def what_if(plan: saved.Plan) -> list[Line]:
    """What must be said of a plan for a later moment; nothing of any other."""
    if not plan.is_what_if:
        return []
    created, made = times.text(plan.content["created"]), times.text(plan.wall)
    return [f"what-if: as of {created}, later than this machine's clock, {made}; a purge keeps what is not due"]


def record(file: saved.File) -> dict[str, Json]:
    """One file as contracts.md §8 has it."""
    reasons: list[Json] = [
        {"code": code, "message": words, **({"hold": hold} if hold is not None else {})}
        for code, words, hold in file.reasons
    ]
    found: dict[str, Json] = {
        "entry": file.entry,
        "source": file.source,
        "path": file.path,
        "sha256": file.sha256.hex() if file.sha256 is not None else None,
        "size": file.size,
        "decision": "remove" if file.remove else "keep",
        "reasons": reasons,
        "expires": times.optional_text(file.expires),
    }
    return found


def report(connection: sqlite3.Connection, made: Planned, root: str, format: str) -> Report:  # noqa: A002  # the option's name
    """The plan that was just made."""
    plan, draft = made.plan, made.draft
    blocks: list[Block] = [Lines([*_lines(made, root), *what_if(plan)])]
    answer: Line = f"plan {plan.plan}, for {root}; nothing has been removed"
    hints = []
    if draft.removed:
        hints = [
            f"next: another person: occ-media retention approve {plan.plan}",
            "every file with its reasons: --format csv --output plan.csv",
        ]
    elif not made.rules and plan.content["scope"]["customer"] is False:
        blocks.append(Lines(["No retention rules: every file is kept"]))
        hints = ["add one: occ-media retention set default --remove-after 365d"]
    elif draft.next_due is not None:
        blocks.append(Lines([f"Nothing is due; the next {_next(made)}"]))
    else:
        blocks.append(Lines(["Nothing is due"]))
    return Report(
        schema=SCHEMA,
        title=f"Retention plan {plan.plan}",
        head=head(plan),
        records_key="files",
        records=(record(file) for file in saved.files(connection, plan)),
        blocks=blocks,
        answer=answer,
        hints=hints,
        sheet=Table.of(COLUMNS, (record(file) for file in saved.files(connection, plan))),
    )


def _next(made: Planned) -> str:
    draft = made.draft
    return f"{plural(draft.next_files, 'file')} on {times.text(draft.next_due or 0)}"


def _lines(made: Planned, root: str) -> Iterator[Line]:
    draft = made.draft
    removed = [(words, group) for (_, words), group in draft.remove.items()]
    rank = {code: number for number, code in enumerate(KEEP_CODES)}
    kept = []
    for (code, words), group in sorted(draft.keep.items(), key=lambda item: rank.get(item[0][0], 99)):
        text = f"{words}; the next {count(draft.next_files)} on {times.text(draft.next_due)}" if (
            code == "not-due" and draft.next_due is not None
        ) else words  # fmt: skip
        kept.append((text, group))
    blocks = (
        ("remove", draft.removed, size(draft.bytes), removed),
        ("keep", draft.kept, _size(*(group for _, group in kept)), kept),
    )  # fmt: skip
    groups = [group for _, group in (*removed, *kept)]
    first = max(len(count(number)) for number in (draft.removed, draft.kept, *(group.files for group in groups)))
    second = max(map(len, (*(block[2] for block in blocks), *map(_size, groups))))
    for word, total, many, rows in blocks:
        noun = "file " if total == 1 else "files"
        yield f"{word:<7}  {count(total):>{first}} {noun}  {many:>{second}}"
        rows.sort(key=lambda row: (-row[1].files, row[0]))
        yield from _groups(rows, first, second)


def _size(*groups: PlanGroup) -> str:
    files, known, without = (sum(getattr(group, name) for group in groups) for name in ("files", "bytes", "without"))
    return known_size(known_bytes(known, files, without), without)


def _groups(rows: list[tuple[str, PlanGroup]], first: int, second: int) -> Iterator[Line]:
    for words, group in rows:
        yield f"  {count(group.files):>{first + 7}}        {_size(group):>{second}}  {words}"
