"""`occ-media store`: making, describing, copying and restoring a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import Backdate, Format, Output, Reason, Run, add_group, changing
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from occ_media_cli.report.blocks import Cell, CellKind
    from occ_media_cli.report.json_types import Json
    from occ_media_cli.report.model import Report
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.store.open import Store

HELP = """Make a store, describe it, copy it and put a copy back.

\b
Examples:
  occ-media store init
  occ-media store info
  occ-media store backup before-release.backup
"""

RESTORE = """Put a copy back; what was there is kept beside it.

The backup is verified first, as ledger verify does: one that was altered is
refused (10), and so is one that was made of an altered store. Restore another.
What came on record after the backup would be lost: that is listed and refused,
unless --accept-loss says why it may go. Holds that nobody released and erasures
are never lost: they are done again on what is restored.

\b
Examples:
  occ-media store restore occ.backup
  occ-media store restore occ.backup --accept-loss "disk of 3 March failed"
"""

SET = """Set what holds for the whole store: the time zone of its people.

Times are typed and shown in it, unless --tz or OCC_MEDIA_TZ names another.
What programs read, and what is stored, stays in UTC.

\b
Examples:
  occ-media store set --time-zone Europe/Berlin
  occ-media store set --time-zone none
"""

SCHEMA = "occ-media/store/1"

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such store, 12 store busy, 13 refused, 20 not a backup."


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    commands: dict[str, tuple[Run, str]] = {
        "init": (init, "Make the store, or bring it to the schema of this program.\n\n\b\nExamples:\n"
                       "  occ-media store init\n  occ-media --store shared/occ.db store init --group support"),
        "info": (info, "Say what the store is, how large, and where its chain stands.\n\n\b\nExample:\n"
                        "  occ-media store info"),
        "set": (set_store, SET),
        "backup": (backup, "Copy the whole store into one file.\n\n\b\nExample:\n  occ-media store backup occ.backup"),
        "restore": (restore, RESTORE),
    }  # fmt: skip
    add_group(app, name, HELP, commands, EXITS)


@changing
def init(
    session: Session,
    group: Annotated[
        str | None, typer.Option("--group", metavar="G", help="Share it with a group of this host (0660).")
    ] = None,
) -> int | None:
    """Make the store."""
    session.refuse_if_read_only()
    from occ_media_cli.decide.known_profiles import known_profiles
    from occ_media_cli.settings.make_store import make_store

    held: list[str] = []

    def adopted(editor: Editor) -> None:
        if editor.store.begun:
            session.note_new(editor.store)
        session.tell_ended(editor)
        held.extend(session.held_notes(editor))

    made = make_store(session.location, session.stamp(), group, known_profiles, adopted=adopted)
    session.note(*held)
    words = "made" if made else "is there already, and up to date"
    session.say(f"store {session.location.path}, {words}" + (f", shared with group {group}" if group else ""))
    return None


@changing
def set_store(
    session: Session,
    time_zone: Annotated[
        str, typer.Option("--time-zone", metavar="NAME|none", help="In which times are typed and shown.")
    ],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Set the time zone."""
    from occ_media_cli.settings.time_zone import set_time_zone
    from occ_media_cli.time_zones import find_zone, in_words

    zone = None if time_zone == "none" else find_zone(time_zone, "--time-zone")
    with session.editing() as editor:
        had = set_time_zone(editor, None if zone is None else zone.name, reason=reason, backdate=backdate)
    now = "none" if zone is None else zone.name
    session.say(
        f"time zone  {had or 'none'} → {now}" if had != (zone and zone.name) else f"time zone  {now}, nothing changed"
    )
    if zone is not None:
        session.say(f"it is {in_words(session.wall - session.wall % 60_000, zone)} there")
    return None


def info(session: Session, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """Describe the store."""
    with session.reading() as store:
        session.emit(report(store), format, output)
    return None


def report(store: Store) -> Report:
    """Files, size, counts and the head of the chain."""
    from occ_media_cli import times
    from occ_media_cli.report.blocks import Facts
    from occ_media_cli.report.model import Report
    from occ_media_cli.store.describe import describe_store
    from occ_media_cli.values import as_dict

    known = describe_store(store)
    found: dict[str, Json] = {
        "path": known.path, "kind": known.kind, "ledger": known.ledger, "mode": known.mode, "bytes": known.bytes,
    }  # fmt: skip
    inside = known.contents
    if inside is not None:
        found |= {**as_dict(inside), "created": times.optional_text(inside.created)}
    kinds: dict[str, CellKind] = {"bytes": "size", "created": "time", "head": "id"}
    pairs: list[tuple[str, Cell, CellKind]] = []
    for key, item in found.items():
        kind = kinds.get(key, "count" if isinstance(item, int) else "text")
        pairs.append(("size" if key == "bytes" else key.replace("_", " "), item, kind))  # type: ignore[arg-type]  # only texts and counts stand above
    return Report(schema=SCHEMA, title="Store", head={"schema": SCHEMA, **found}, blocks=[Facts(pairs)])


def backup(
    session: Session,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Where the copy goes.", click_type=named_files.WRITE_BACKUP)
    ],
) -> int | None:
    """Copy the store."""
    from pathlib import Path

    from occ_media_cli.report.words import plural, size
    from occ_media_cli.store.back_up import back_up_store

    copy = back_up_store(session.location, Path(file), session.guard)
    session.say(
        f"wrote {file}, {size(Path(file).stat().st_size)}: {plural(copy.seq, 'chain entry', 'chain entries')}",
        f"head {copy.head}",
    )
    return None


def restore(
    session: Session,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A file that store backup made.", click_type=named_files.READ)
    ],
    accept_loss: Annotated[
        str | None,
        typer.Option(
            "--accept-loss", metavar="REASON", help="Lose what the backup does not have; why, for the record."
        ),
    ] = None,
) -> int | None:
    """Put a copy back."""
    from occ_media_cli.cli.store import restore as restoring

    session.refuse_if_read_only()
    restoring.run(session, file, accept_loss)
    return None
