"""`occ-media store`: making, describing, copying and restoring a store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

HELP = """Make a store, describe it, copy it and put a copy back.

\b
Examples:
  occ-media store init
  occ-media store info
  occ-media store backup before-release.backup
"""

RESTORE = """Put a copy back; what was there is kept beside it.

What came on record after the backup would be lost: that is listed and refused,
unless --accept-loss says why it may go. Holds that nobody released and erasures
are never lost: they are done again on what is restored.

\b
Examples:
  occ-media store restore occ.backup
  occ-media store restore occ.backup --accept-loss "disk of 3 March failed"
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such store, 12 store busy, 13 refused, 20 not a backup."


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=HELP, rich_markup_mode=None)
    commands: dict[str, tuple[Callable[..., int | None], str]] = {
        "init": (init, "Make the store, or bring it to the schema of this program.\n\n\b\nExamples:\n"
                       "  occ-media store init\n  occ-media --store shared/occ.db store init --group support"),
        "info": (info, "Say what the store is, how large, and where its chain stands.\n\n\b\nExample:\n"
                        "  occ-media store info"),
        "backup": (backup, "Copy the whole store into one file.\n\n\b\nExample:\n  occ-media store backup occ.backup"),
        "restore": (restore, RESTORE),
    }  # fmt: skip
    for word, (function, help_text) in commands.items():
        group.command(word, help=help_text, epilog=f"{GLOBAL_LINE} {EXITS}")(command(function))
    app.add_typer(group, name=name)


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

    made = make_store(session.location, session.stamp(), group, known_profiles)
    words = "made" if made else "is there already, and up to date"
    session.say(f"store {session.location.path}, {words}" + (f", shared with group {group}" if group else ""))
    return None


def info(session: Session, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """Describe the store."""
    from occ_media_cli.cli.store import store_view

    with session.reading() as store:
        session.emit(store_view.info(store), format, output)
    return None


def backup(
    session: Session,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Where the copy goes.", click_type=named_files.WRITE)],
) -> int | None:
    """Copy the store."""
    from pathlib import Path

    from occ_media_cli.report.words import plural, size
    from occ_media_cli.store.backup import back_up_store

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
