"""A plan of orphans as people and programs read it: the form of any plan, with the time of each file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.cli.retention.plan_view import SCHEMA, head, what_if, why
from occ_media_cli.report.blocks import Column, Lines, Table
from occ_media_cli.report.model import Report
from occ_media_cli.report.words import count, items, plural, size
from occ_media_cli.retention.orphans import NANOSECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.retention.plan.orphan_plan import Candidate, Drafted

COLUMNS = (
    Column("decision", "Decision", "state"),
    Column("entry", "Orphan", "id"),
    Column("path", "Path", "path"),
    Column("size", "Size", "size"),
    Column("mtime", "Written", "time"),
    Column("sha256", "sha256", "id"),
    Column("reasons", "Reasons", "text", of=why),
)

WHY = "no entry names it or knows its sha256"
"""Why an orphan may go."""


def written(mtime: int | None) -> str | None:
    """An mtime in nanoseconds as a time; one that no calendar here has is left out."""
    try:
        return times.text(mtime // NANOSECONDS) if mtime is not None else None
    except (ValueError, OverflowError):
        return None


def _record(file: Candidate) -> dict[str, Json]:
    code, words = (file.kept.code, file.kept.words) if file.kept is not None else ("orphan", WHY)
    return {
        "entry": f"#{file.orphan}" if file.orphan else None,
        "source": None,
        "path": file.path,
        "sha256": file.sha256.hex() if file.sha256 is not None else None,
        "size": file.size,
        "mtime": written(file.mtime),
        "decision": "keep" if file.kept is not None else "remove",
        "reasons": [{"code": code, "message": words}],
        "expires": None,
    }


def report(made: Drafted, root: str) -> Report:
    """The plan that was just made."""
    plan = made.plan
    hints = []
    if made.summary["remove"]:
        hints = [
            "read every file first: --format csv --output plan.csv",
            f"next: another person: occ-media retention approve {plan.plan}",
        ]
    return Report(
        schema=SCHEMA,
        title=f"Retention plan of orphans {plan.plan}",
        head={**head(plan), "kind": plan.content["kind"], "older_than": plan.content["older_than"]},
        records_key="files",
        records=(_record(file) for file in made.candidates()),
        blocks=[Lines([*_lines(made), *what_if(plan)])],
        answer=f"plan {plan.plan}, of orphans under {root}; nothing has been removed",
        hints=hints,
        sheet=Table.of(COLUMNS, (_record(file) for file in made.candidates())),
    )


def _lines(made: Drafted) -> Iterator[Line]:
    removed, kept = made.summary["remove"], made.kept()
    yield f"{plural(made.files, 'file')} under the root, {count(removed + made.summary['keep'])} named by no entry"
    yield f"remove   {plural(removed, 'orphan')}, {size(made.summary['bytes'])}: {WHY}"
    for _, words, files, many in kept:
        yield f"keep     {plural(files, 'file')}, {size(many)}: {words}"
    if made.holds:
        names = items(made.holds)
        yield f"note     nobody can say whether an orphan is what these holds are about: {names}"
