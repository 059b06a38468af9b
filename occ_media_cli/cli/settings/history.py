"""`occ-media history`: every version of the settings, as a log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli import times
from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, changing, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError, WrongWord
from occ_media_cli.report.words import shell_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.time_window import Window
    from occ_media_cli.settings.history import HistoryEntry, HistoryFilters, Life, Note

HELP = """Show every version of an inbox's settings, oldest first, with who changed what and why.

\b
Examples:
  occ-media history vip
  occ-media history --by dana --since last-month --limit 20
  occ-media history import before-occ-media.ndjson
"""

EXITS = "Exit codes: 0 done, 2 usage, 3 unreadable, 10 store, 11 no inbox, 20 file."

SCHEMA = "occ-media/history/1"


def register(app: typer.Typer, name: str) -> None:
    """Add the command."""
    app.command(name, help=HELP, epilog=f"{GLOBAL_LINE} {EXITS}")(command(run))


@changing
def run(
    session: Session,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[INBOX] | import FILE", help="Only this inbox; or a file to take in.", click_type=named_files.READ
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="T", help="From then on: a time, 30d, 'monday 9:00'.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="T", help="Before this moment.")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="ACTOR", help="Changes of this person.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="The newest so many.")] = None,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show the history, or take one in."""
    from occ_media_cli.settings.history import HistoryFilters

    start, end = session.window(since, until)
    filters = HistoryFilters(by, start, end, limit)
    match words or []:
        case []:
            return _show(session, None, filters, format, output)
        case [inbox]:
            return _show(session, inbox, filters, format, output)
        case ["import", file]:
            if filters.any:
                raise UsageError("import takes no filters", hint="leave --since, --until, --by and --limit out")
            return _take_in(session, file)
        case [*most]:
            kept = most[:2] if most[0] == "import" else most[:1]
            raise WrongWord(
                "one inbox at a time, or import FILE", typed="history", meant=("history", *kept), instead=tuple(most),
                hint=shell_named(("occ-media", "history"), kept),
            )  # fmt: skip


def _show(session: Session, inbox: str | None, filters: HistoryFilters, format: str, output: str | None) -> int | None:  # noqa: A002  # as above
    from occ_media_cli.cli.ledger.listing import window_of
    from occ_media_cli.settings import history
    from occ_media_cli.settings.state import edited_at

    with session.reading() as store:
        if store.connection is None:
            session.emit(empty(), format, output)
            return None
        lives = history.lives(store.connection, inbox, str(session.location.path))
        edited = edited_at(store, session.now)
        window = window_of(session, filters.since, filters.until)
        told = report(lives, session.now, asked=inbox, edited=edited, filters=filters, window=window)
        session.emit(told, format, output)
        _tell_unknown_actor(session, filters.by, history.actors(lives))
    return None


def _tell_unknown_actor(session: Session, by: str | None, there: Sequence[str]) -> None:
    """An empty log is never a mistyped name."""
    if by is None or by.casefold() in (name.casefold() for name in there):
        return
    from occ_media_cli.report.unknown_name import slip_of_name
    from occ_media_cli.report.words import suggestion

    session.note(f"note: no change is by '{by}'{suggestion(by, there)}")
    again = session.again(slip_of_name(by, there))
    if again is not None:
        session.note(f"help: {again}")


def empty() -> Report:
    """Nothing was recorded yet."""
    from occ_media_cli.report.model import Report

    answer = "No versions yet: the first change makes one."
    return Report(schema=SCHEMA, title="History of settings", records_key="versions", answer=answer)


def report(
    lives: Sequence[Life],
    now: int,
    *,
    asked: str | None,
    edited: int | None = None,
    filters: HistoryFilters | None = None,
    window: Window | None = None,
) -> Report:
    """The log of all inboxes, or of those that have the name `asked` or had it, a line between them.

    edited: a hand edit that no command has recorded yet. filters: what is shown of it. window: the period that was
    asked for.
    """
    from occ_media_cli.cli.settings.show_view import by
    from occ_media_cli.report.blocks import Column, Table
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    columns = (
        Column("now", "Now", "state"),
        Column("inbox", "Inbox", "id", of="name"),
        Column("version", "Version", "count"),
        Column("from", "From", "time", of="valid_from"),
        Column("change", "Change", "change"),
        Column("by", "By", "text", of=lambda row: by(row["actor"])),
        Column("reason", "Reason", "text"),
    )
    every = lives
    if filters is not None and filters.any:
        lives = filters.chosen(lives)
    ordered: list[dict[str, Json]] = []
    for life in lives:
        if ordered:
            ordered[-1]["ends"] = f"The log above is of another inbox, once called {asked}."
        rows = [((entry.version.event or 0, entry.version.number or 0), _version(entry, now)) for entry in life.entries]
        rows += [((note.event, 0), _note(note)) for note in life.notes]
        ordered += [row for _, row in sorted(rows, key=lambda item: item[0])]
    found = [entry for life in lives for entry in life.entries]
    shown = [column for column in columns if asked is None or column.key != "inbox"]
    inboxes = plural(len({entry.version.inbox_id for entry in found}), "inbox", "inboxes")
    answer = _called_now(every, asked) if asked is not None else f"{plural(len(found), 'version')} of {inboxes}"
    if filters is not None and filters.any:
        total = sum(len(life.entries) + len(life.notes) for life in every)
        answer = (
            f"{len(ordered):,} of {plural(total, 'change')}" if ordered else f"No change matches; there are {total:,}"
        )
        span = "" if window is None else window.in_words()
        answer += f"; {span[:1].lower()}{span[1:]}" if span else ""
    if edited is not None:
        answer = f"The document was edited by hand by {times.text(edited)}; the next change records it"
    return Report(
        schema=SCHEMA,
        title="History of settings",
        records_key="versions",
        records=[_record(entry) for entry in found],
        blocks=[Table.of(shown, ordered, below=_below, under=4 if asked is None else 3)] if ordered else [],
        sheet=Table.of(columns, ordered),
        answer=answer,
        window=window,
    )


def _record(entry: HistoryEntry) -> dict[str, Json]:
    """A version as programs read it, with what its change stated there, and the machine's time then."""
    from occ_media_cli.cli.settings.show_view import machine

    version, before = entry.version, entry.before
    kind = "rewritten" if entry.anew else "confirmed" if version.confirmed else "changed"
    changed = None if before is None else sorted(before.difference(version.settings))
    was = None if before is None else {field: _plain(getattr(before, field)) for field in changed or ()}
    return {
        **machine(version), "kind": kind, "changed": changed, "before": was,
        "recorded": times.optional_text(version.recorded), "next": None, "inbox_id": version.inbox_id,
    }  # fmt: skip


def _plain(field: object) -> Json:
    if isinstance(field, Mapping):
        return dict(field)
    return list(field) if isinstance(field, tuple) else field  # type: ignore[return-value]  # a switch or a text


def _called_now(lives: Sequence[Life], asked: str) -> str:
    """What an inbox that was asked for by an older name is called."""
    there = [life.name for life in lives if not life.gone]
    if asked in there or not there:
        return ""
    return f"{asked} is called {there[-1]} now"


def _version(entry: HistoryEntry, now: int) -> dict[str, Json]:
    """A version as a row of the log: its members, what it changed, and whether it holds."""
    from occ_media_cli.cli.settings.show_view import machine
    from occ_media_cli.settings.compare import changed_texts, described

    version = entry.version
    start = version.valid_from or 0
    holds = version.superseded_by is None and start <= now and (version.valid_to is None or now < version.valid_to)
    change = "confirmed" if version.confirmed else ", ".join(described(entry.before, version.settings)) or "nothing"
    if entry.anew:
        change = f"written anew, {change}" if change != "nothing" else "written anew"
    if version.superseded_by is not None:
        change += f" (replaced by {version.superseded_by})"
    reason = _length(entry.box) if entry.box is not None and not version.confirmed else version.reason
    late = times.optional_text(version.recorded) if entry.late else None
    texts = [] if version.confirmed else [list(each) for each in changed_texts(entry.before, version.settings)]
    return {
        **machine(version), "now": "now" if holds else None, "change": change, "reason": reason, "late": late,
        "texts": texts,
    }  # fmt: skip


def _note(note: Note) -> dict[str, Json]:
    return {
        "now": None, "name": note.inbox, "version": None, "valid_from": times.text(note.ms), "change": note.text,
        "actor": note.actor, "reason": note.reason,
    }  # fmt: skip


def _below(row: Record) -> list[Line]:
    """The line under a version that nobody saw being made, or that was made later; each text that it changed, whole;
    and the line under the last one of an earlier inbox of the name."""
    since, late = row.get("uncertain_since"), row.get("late")
    lines: list[Line] = [f"at some time between {since} and {row['valid_from']}"] if since is not None else []
    lines += [f"a change of the past, recorded at {late}"] if late is not None else []
    texts = row.get("texts")
    for what, old, new in texts if isinstance(texts, list) else ():
        lines += _old_new(str(what), str(old), str(new))
    return [*lines, str(row["ends"])] if "ends" in row else lines


def _old_new(what: str, old: str, new: str) -> list[Line]:
    """A text before and after, each on its line, as they may be long."""
    from occ_media_cli.cli.settings.changes import one_line
    from occ_media_cli.report.blocks import Span

    after = Span(one_line(new) or "none", verbatim=True)
    if not old:
        return [(f"{what} → ", after)]
    return [(f"{what}: ", Span(one_line(old), verbatim=True)), ("  → ", after)]


def _length(milliseconds: int) -> str:
    """The end of a box in its largest whole unit: `end of 4h`."""
    for unit, size in reversed(times.UNITS.items()):
        if milliseconds % size == 0:
            return f"end of {milliseconds // size}{unit}"
    return "end of the box"


def _take_in(session: Session, file: str) -> int | None:
    from pathlib import Path

    from occ_media_cli.report.words import plural
    from occ_media_cli.settings import history_import, imported

    session.refuse_if_read_only()
    rows = imported.load_history(Path(file))
    with session.editing(first_inbox=False) as editor:
        made = history_import.record(editor, rows, Path(file).name)
    for inbox, number in made.items():
        session.say(f"{inbox}: {plural(number, 'version')} taken in" if number else f"{inbox}: nothing changed")
    session.say(f"{plural(len(rows), 'row')} read from {file}, {plural(sum(made.values()), 'version')} made")
    return None
