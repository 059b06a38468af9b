"""One run of an ingest: a source, the appender, the reject file and the summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import log
from occ_media_cli.errors import Incomplete, OccMediaError
from occ_media_cli.ledger import scans, source_marks
from occ_media_cli.ledger.append.appender import Appender
from occ_media_cli.ledger.entry import Counts
from occ_media_cli.ledger.rejects import Rejects
from occ_media_cli.ledger.sources import Context, Options, reader
from occ_media_cli.ledger.totals import Uncountable
from occ_media_cli.store import who

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.ledger.entry import RowRefusal
    from occ_media_cli.places.walk import Own
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.sink import Guard

SCHEMA = "occ-media/ingest/1"

EXAMPLES = 3
"""How many refused rows a summary shows without a reject file."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of an ingest. notes: lines for the person; examples: the first refused rows."""

    counts: Counts
    rejects: Path | None
    notes: tuple[str, ...]
    examples: tuple[RowRefusal, ...]


Progress = Callable[[Counts, float | None], None]


def ingest(
    connection: sqlite3.Connection,
    kind: str,
    name: str,
    *,
    options: Options | None = None,
    accounts: Mapping[str, str] | None = None,
    rejects: Path | None = None,
    guard: Guard | None = None,
    progress: Progress | None = None,
    commit_every: int | None = None,
    stamp: Stamp | None = None,
    own: Own | None = None,
) -> Summary:
    """Take in all rows of a source.

    accounts: the inbox that each account, or each inbox name of another system, stands for. stamp: who takes the rows
    in, for a source that keeps a mark of how far it was read; without it such a source is read whole each time. own:
    which files this run writes, for a source that is a folder.

    Rows are committed as they come: after a kill the same call goes on where it stopped, and a row that is there
    already counts as duplicate. Where the source breaks off, the rows before it are committed, its error is raised.
    """
    options = options or Options()
    read = reader(kind)
    log.note("ingest", "source {}", kind)
    examples: list[RowRefusal] = []
    (before,) = connection.execute("SELECT seq FROM head").fetchone()
    with (
        Rejects(rejects, guard) as rejected,
        Appender(connection, kind, commit_every=commit_every, bulk=True, stamp=stamp) as appender,
    ):
        appender.inboxes.use(accounts or {})
        if options.inbox is not None:
            appender.inboxes.must_have(options.inbox)
        context = Context(appender.inboxes, connection, preparer=appender.preparer, place=appender.current_place,
                          own=own)  # fmt: skip
        with _ended(appender):
            for batch in read(name, options, context):
                refused = appender.append_batch(batch)
                rejected.add_refusals(refused)
                examples += refused[: EXAMPLES - len(examples)]
                if progress is not None:
                    progress(appender.counts, context.fraction)
            refused = appender.append_waiting()
            rejected.add_refusals(refused)
            examples += refused[: EXAMPLES - len(examples)]
            if context.mark is not None and stamp is not None and not appender.counts.refused:
                # A refused row is read again by the next run, when its mistake may have been mended.
                late = who.renewed(stamp)
                appender.append_event(source_marks.event(*context.mark, late.now), late)
            appender.finish()
        context.notes += appender.notes()
        log.note("ingest", "{} rows read, {} new, {} refused", appender.counts.read, appender.counts.new,
                 appender.counts.refused)  # fmt: skip
    if stamp is not None:
        scans.link_gate_scans(connection, who.renewed(stamp), after=before)
    if rejects is not None and _lies_below(rejects, name):
        context.notes.append(f"the rejects lie in the folder that was read: move {rejects} out of it, since a later"
                             " ingest that does not name it reads it as a file of the folder")  # fmt: skip
    return Summary(appender.counts, rejects, tuple(context.notes), tuple(examples))


def _lies_below(file: Path, source: str) -> bool:
    """Whether a file lies in a source that is a folder."""
    folder = Path(source)
    return folder.is_dir() and file.resolve().is_relative_to(folder.resolve())


@contextmanager
def _ended(appender: Appender) -> Iterator[None]:
    """Commit the rows that came before the break of a source, and say in its error how many they are."""
    import sqlite3

    try:
        yield
    except Uncountable:
        appender.connection.execute("ROLLBACK")  # what cannot be counted cannot be committed
        appender.secure()
        raise
    except OccMediaError:
        appender.append_waiting()
        if appender.connection.in_transaction:
            appender.finish()
        raise
    except KeyboardInterrupt:
        appender.secure()
        raise KeyboardInterrupt(f"{appender.kept:,} rows are kept; run the same command again to go on") from None
    except sqlite3.OperationalError as problem:
        if "full" not in str(problem):
            raise
        appender.secure()
        raise Incomplete(
            f"the disk is full; {appender.kept:,} rows are kept",
            hint="make room, then run the same command again; what is recorded counts as duplicate",
        ) from problem
