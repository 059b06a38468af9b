"""`occ-media hold`: keep files whatever the retention rules say, and stop keeping them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from occ_media_cli import times
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Format, NeededReason, Output, changing, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.retention.hold_list import ListedHold
    from occ_media_cli.retention.holds import Covered

HELP = "Keep files whatever the retention rules say, until the hold is released."

ADD = """Keep every file in a scope, those that arrive later too.

A hold beats every retention rule. Conditions that are given together must all be
met: --inbox vip --customer 16505551234 holds that customer's files in vip. One
that is given several times is met by any of its values: with --customer A and
--customer B everything of A and of B is held, and with --inbox vip as well, only
theirs in vip.

\b
Examples:
  occ-media hold add --name claim-4711 --customer 16505551234 --reason "claim 4711"
  occ-media hold add --name audit-q1 --inbox vip --until 2026-04-01 --reason "audit"
"""

LIST = """List the holds that hold.

\b
Example:
  occ-media hold list
"""

RELEASE = """End a hold. Nothing is removed by that: files go by a plan of their own.

\b
Example:
  occ-media hold release claim-4711 --reason "claim settled"
"""

EXITS = "Exit codes: 0 done, 2 usage, 11 no such store, inbox, entry or hold, 12 store busy, 13 read-only."

SCHEMA = "occ-media/holds/1"


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=HELP)
    group.command("add", help=ADD, epilog=f"{GLOBAL_LINE} {EXITS}")(command(add_hold))
    group.command("list", help=LIST, epilog=GLOBAL_LINE)(command(listing))
    group.command("release", help=RELEASE, epilog=f"{GLOBAL_LINE} {EXITS}")(command(release))
    app.add_typer(group, name=name)


@changing
def add_hold(
    session: Session,
    name: Annotated[str, typer.Option("--name", metavar="N", help="What it is called.")],
    reason: NeededReason,
    inbox: Annotated[list[str] | None, typer.Option("--inbox", metavar="N", help="Files of this inbox.")] = None,
    customer: Annotated[
        list[str] | None, typer.Option("--customer", metavar="ID", help="Of this customer, however written.")
    ] = None,
    conversation: Annotated[
        list[str] | None, typer.Option("--conversation", metavar="ID", help="Files of this conversation.")
    ] = None,
    entry: Annotated[list[str] | None, typer.Option("--entry", metavar="ID", help="An id, SOURCE:ID or #SEQ.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="T", help="Files from this time on.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="T", help="Files before this time.")] = None,
    backdate: Backdate = None,
) -> int | None:
    """Place a hold."""
    from occ_media_cli.cli import opening
    from occ_media_cli.report.words import shell_named
    from occ_media_cli.retention import hold_request
    from occ_media_cli.retention.model import one_or_more

    start, end = session.window(since, until)
    inboxes, customers, conversations, entries = (
        one_or_more(values or ()) for values in (inbox, customer, conversation, entry)
    )
    asked = hold_request.HoldRequest(inboxes, customers, conversations, entries, start, end)
    hold_request.check_hold(name, asked)
    with opening.changing(session, numbered=True) as store:
        placed = hold_request.request_hold(store, name, asked, reason, session.stamp(), backdate=backdate)
    covered = placed.covered
    session.say(f"hold {name}: {_counts(covered)}; what arrives later in its scope is held too")
    if start is not None or end is not None:
        window = f"{session.shown(start) if start is not None else 'the beginning'} to "
        session.say(f"  entries from {window}{session.shown(end) + ' (excluded)' if end is not None else 'the end'}")
    for written in placed.written:
        session.note(f"note: {written}")
    if covered.waiting:
        session.say(f"  {covered.waiting:,} of them wait in quarantine and stay there; bring one back with")
        session.say(session.at_store("  occ-media retention restore ENTRY --root DIR"))
    if covered.gone:
        session.note(f"note: {covered.gone:,} entries in its scope had lost their bytes before")
    if not covered.entries:
        session.note("note: no entry is in its scope yet; check how the scope is written")
    session.hint(f"undo: {shell_named(('occ-media', 'hold', 'release'), (name,), ('--reason', 'TEXT'))}")
    return None


def _counts(covered: Covered) -> str:
    from occ_media_cli.report.known_sizes import files_and_size
    from occ_media_cli.report.words import plural

    known = files_and_size(covered.bytes or 0, covered.files, covered.without_size)
    return f"{known}, of {plural(covered.entries, 'entry')}"


@changing
def release(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The hold to end.")],
    reason: NeededReason,
) -> int | None:
    """End a hold."""
    from occ_media_cli.cli import opening
    from occ_media_cli.retention import holds

    with opening.changing(session, numbered=True) as store:
        covered = holds.release_hold(store.ledger, name, reason, session.stamp())
    session.say(f"hold {name} is released: {_counts(covered)}; nothing was removed")
    if session.now != session.wall:
        session.note(f"note: it ends at {times.text(session.wall)}, now, whatever --now says")
    session.hint("what is due now: occ-media retention plan --root DIR")
    return None


def listing(
    session: Session,
    everything: Annotated[bool, typer.Option("--all", help="Released holds too.")] = False,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """List holds."""
    from occ_media_cli.settings import state

    with session.reading() as store:
        by_hand = state.removed_by_hand(store, session.now)
        session.emit(report(store.connection, everything=everything, removed_by_hand=by_hand), format, output)
    return None


def report(
    connection: sqlite3.Connection | None, *, everything: bool, removed_by_hand: Mapping[str, int] | None = None
) -> Report:
    """The holds for people and programs. removed_by_hand: see `list_holds`."""
    from occ_media_cli.report.blocks import Column, Table
    from occ_media_cli.report.known_sizes import size_cell
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural
    from occ_media_cli.retention import hold_list

    def told(record: Mapping[str, Any]) -> int | str | None:
        """Nothing of a released hold, whose files are not counted."""
        return None if record["files"] is None else size_cell(record["bytes"], record["without_size"])

    found: Iterable[tuple[ListedHold, Covered | None]] = ()
    if connection is not None:
        found = hold_list.list_holds(connection, everything=everything, removed_by_hand=removed_by_hand)
    records = [_record(hold, counts) for hold, counts in found]
    columns = (
        Column("hold", "Hold", "id"), Column("files", "Files", "count"), Column("bytes", "Size", "size"),
        Column("scope", "Holds", "id"), Column("placed", "Since", "time"), Column("actor", "By", "id"),
        *((Column("released", "Released", "time"),) if everything else ()), Column("reason", "Reason", "text"),
    )  # fmt: skip
    shown = [Column("bytes", "Size", "extent", told) if column.key == "bytes" else column for column in columns]
    return Report(
        schema=SCHEMA,
        title="Holds",
        records_key="holds",
        records=records,
        blocks=[Table.of(shown, records)] if records else [],
        sheet=Table.of(columns, records),
        answer=plural(len(records), "hold") if records else "No holds",
        hints=() if records else ("add one: occ-media hold add --name N --inbox N --reason TEXT",),
    )


def _record(hold: ListedHold, counts: Covered | None) -> dict[str, Json]:
    from occ_media_cli.report.words import inbox

    customer = " or ".join(hold.customers) or ("(erased)" if hold.by_customer else None)
    conversation = " or ".join(hold.conversations) or ("(erased)" if hold.by_conversation else None)
    entry = (hold.entry or f"#{hold.entry_seq}") if hold.entry_seq is not None else None
    if entry is None and hold.entries:
        entry = " or ".join(f"#{seq}" for seq in hold.entries)
    removed = [times.optional_text(when) for when in hold.inboxes_removed]
    inboxes = list(map(inbox, hold.inboxes, removed))
    parts = [
        f"{word} {value}"
        for word, value in (
            ("inbox", " or ".join(inboxes) or None), ("customer", customer), ("conversation", conversation),
            ("entry", entry),
            ("from", times.optional_text(hold.since)), ("until", times.optional_text(hold.until)),
        )
        if value is not None
    ]  # fmt: skip

    def one(values: tuple[str, ...]) -> str | None:
        return values[0] if len(values) == 1 else None

    return {
        "hold": hold.name, "scope": ", ".join(parts), "inbox": one(hold.inboxes), "customer": one(hold.customers),
        "conversation": one(hold.conversations), "entry": hold.entry, "inboxes": list(hold.inboxes),
        "inboxes_removed": removed,
        "customers": list(hold.customers), "conversations": list(hold.conversations),
        "entry_seqs": list(hold.entries), "since": times.optional_text(hold.since),
        "until": times.optional_text(hold.until), "reason": hold.reason, "actor": hold.actor,
        "placed": times.optional_text(hold.placed), "released": times.optional_text(hold.released),
        "released_by": hold.released_by, "released_reason": hold.released_reason,
        "entries": counts.entries if counts else None, "files": counts.files if counts else None,
        "bytes": counts.bytes if counts else None, "without_size": counts.without_size if counts else None,
    }  # fmt: skip
