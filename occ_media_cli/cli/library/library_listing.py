"""`occ-media library list`: what is approved, for whom and until when, what waits, and what is over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import one_of
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterable

    from occ_media_cli.library.library_list import LibraryFile
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report

HELP = """List the library: one row for each file of each version.

\b
Examples:
  occ-media library list --state approved --inbox vip
  occ-media library list --expires-within 30d
  occ-media library list --name 'guides/*' --format csv
"""

SCHEMA = "occ-media/library/1"

Names = Annotated[
    list[str] | None, typer.Option("--name", metavar="GLOB", help="Documents of such a name, in any case.")
]
States = Annotated[
    list[str] | None,
    typer.Option("--state", metavar="S", help="Only these.", click_type=one_of.OneOf("library.library_states:STATES")),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("list", help=HELP, epilog=GLOBAL_LINE)(command(run))


def run(
    session: Session,
    states: States = None,
    inboxes: Annotated[
        list[str] | None, typer.Option("--inbox", metavar="N", help="What is for this inbox, by name or by a tag.")
    ] = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="What is for this tag.")] = None,
    names: Names = None,
    expires_within: Annotated[
        str | None, typer.Option("--expires-within", metavar="30d", help="What ends in so long, and has not ended.")
    ] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """List the library."""
    from occ_media_cli.cli.library.proposed_view import warn_of_alike
    from occ_media_cli.library.library_list import filters_of, list_library
    from occ_media_cli.library.names_alike import names_alike

    end = None
    if expires_within is not None:
        end = times.later(session.now, times.duration(expires_within, "--expires-within"), "--expires-within")
    with session.reading() as store:
        found: Iterable[LibraryFile] = ()
        filters = filters_of(
            store, states=states or (), inboxes=inboxes or (), tags=tags or (), names=names or (), ends_by=end,
            now=session.now,
        )  # fmt: skip
        if store.connection is not None:
            found = list(list_library(store.connection, session.now, filters))
        session.emit(report(found), format, output)
        if store.connection is not None:
            warn_of_alike(session, names_alike(store.connection, [(f.name, f.version) for f in found], session.now))
    return None


def report(found: Iterable[LibraryFile]) -> Report:
    """The library for people and programs."""
    from occ_media_cli.report.blocks import Column, Table
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    records = [record_of(each) for each in found]
    columns = (
        Column("name", "Document", "id"), Column("version", "Version", "id"), Column("state", "State", "state"),
        Column("file", "File", "path"), Column("type", "Type", "text"), Column("size", "Size", "size"),
        Column("for", "For", "text", of=_for), Column("expires", "Expires", "time"),
        Column("proposal", "Proposal", "id"), Column("proposed_by", "Proposed by", "id"),
        Column("approved_by", "Approved by", "id"), Column("approved", "Approved", "time"),
        Column("recorded", "Recorded", "time"), Column("two_people", "Two people", "text"),
        Column("retired_by", "Retired by", "id"), Column("retired", "Retired", "time"),
        Column("replaced", "Replaced", "time"),
        Column("reason", "Reason", "text"),
    )  # fmt: skip
    for_programs = (
        Column("sha256", "SHA-256", "id"), Column("path", "Path", "path"), Column("inboxes", "Inboxes", "list"),
        Column("tags", "Tags", "list"), Column("proposed", "Proposed", "time"), Column("replaces", "Replaces", "id"),
    )  # fmt: skip
    rare = ("recorded", "retired_by", "retired", "replaced", "reason")
    empty = [column for column in columns if column.key in rare and not any(record[column.key] for record in records)]
    table = Table.of([column for column in columns if column not in empty], records)
    counts = ", ".join(f"{number:,} {state}" for state, number in _counted(records) if number)
    return Report(
        records=records,
        blocks=[table] if records else [],
        sheet=Table.of([*columns, *for_programs], records),
        schema=SCHEMA,
        title="Approved library",
        records_key="documents",
        answer=f"{plural(len(records), 'file')}: {counts}" if records else "No files",
        hints=() if records else ("propose one: occ-media library propose FILE --name N --version V",),
    )


def _counted(records: list[dict[str, Json]]) -> list[tuple[str, int]]:
    from occ_media_cli.library.library_states import STATES

    return [(state, sum(record["state"] == state for record in records)) for state in STATES]


def _for(record: object) -> str:
    """For whom a file is, in words."""
    from occ_media_cli.cli.library.reach_words import describe_whom

    return describe_whom(record["inboxes"], record["tags"], tag="tag")  # type: ignore[index]  # a record of this list


def record_of(each: LibraryFile) -> dict[str, Json]:
    """A row as contracts.md has it."""
    from occ_media_cli.cli.library.reach_words import inbox_names

    inboxes = inbox_names(each.inboxes)
    return {
        "name": each.name, "version": each.version, "state": each.state, "sha256": each.sha256, "size": each.size,
        "type": each.type, "file": os.path.basename(each.path), "path": each.path,  # noqa: PTH119 - a text on record
        "inboxes": None if inboxes is None else list(inboxes), "tags": list(each.tags),
        "expires": times.optional_text(each.expires),
        "proposal": each.proposal, "proposed_by": each.proposed_by, "proposed": times.text(each.proposed),
        "approved_by": each.approved_by, "approved": times.optional_text(each.approved),
        "recorded": times.optional_text(each.recorded),
        "retired_by": each.retired_by, "retired": times.optional_text(each.retired), "reason": each.reason,
        "replaced": times.optional_text(each.replaced), "replaces": each.replaces, "two_people": each.two_people,
    }  # fmt: skip
