"""Asking the audit: the period, the engine, and judging a store by its rules, whoever asks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import times, windows
from occ_media_cli.audit import engine as judging
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.rules import chosen
from occ_media_cli.errors import UsageError
from occ_media_cli.report.meant import refuse_other_words
from occ_media_cli.time_zones import UTC_ZONE, find_zone

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from occ_media_cli.audit.engine import Audit
    from occ_media_cli.audit.engines.interface import RuleSource
    from occ_media_cli.audit.integrity import Integrity
    from occ_media_cli.audit.pseudonyms.veil import Veil
    from occ_media_cli.audit.reports.answer import Answer
    from occ_media_cli.audit.rule import AuditRule
    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.ledger.verify.checkpoint_proof import CheckpointProof
    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.open import Store

ENGINES = ("sqlite", "duckdb", "spark")


def rules_of_store(store: Store, now: int, only: str | None = None) -> list[AuditRule]:
    """The rules with what a store sets for them at a moment, or one of them; without a store, as they are."""
    from occ_media_cli.settings.editing import current

    config = current(store, now).sections["rules"]
    path = store.location.path
    return chosen.choose([] if only is None else [only], config, path.parent, str(path))  # type: ignore[arg-type]  # checked by settings.sections


def scope_of(
    now: int, since: int | None, until: int | None, inboxes: Iterable[str] = (), zone: str = times.ZONE
) -> AuditScope:
    """What an audit or a report is about; UsageError for a period that is empty. zone: in which it was asked for."""
    windows.refuse_empty_window(since, until)
    names = tuple(dict.fromkeys(unicodedata.normalize("NFC", name) for name in inboxes))
    return AuditScope(now=now, since=since, until=until, inboxes=names, zone=zone)


PREVIOUS = "previous"
"""The word for the period of the same length that ends where the one that is asked about begins."""


def other_scope(scope: AuditScope, wanted: str) -> AuditScope:
    """The period that an audit is compared with: `previous`, or two bounds such as `2026-01-01..2026-04-01`.

    An open end of a period is the moment of the audit. UsageError for what is none, or is empty.
    """
    if wanted == PREVIOUS:
        end = scope.until if scope.until is not None else scope.now
        if scope.since is None or scope.since >= end:
            raise UsageError("a period without a beginning has none before it", hint="say from when on")
        return replace(scope, since=times.later(scope.since, scope.since - end, "compare"), until=scope.since)
    parts = wanted.split("..")
    if len(parts) != 2 or not all(parts):
        raise UsageError(f"compare '{wanted}' is not a period", hint=f"write {PREVIOUS}, or 2026-01-01..2026-04-01")
    zone = UTC_ZONE if scope.zone == times.ZONE else find_zone(scope.zone, "the zone")
    since = windows.bound(parts[0], "compare", scope.now, end=False, zone=zone)
    until = windows.bound(parts[1], "compare", scope.now, end=True, zone=zone)
    windows.refuse_empty_window(since, until)
    return replace(scope, since=since, until=until)


@contextmanager
def open_engine(
    location: Location, now: int, engine: str = "sqlite", data: str | None = None, *, trust: bool = False
) -> Iterator[RuleSource]:
    """The ledger in an engine: the store itself in SQLite, an export of it (data) elsewhere.

    trust: let rules that are not the program's run in Spark, where nothing guards them.
    """
    refuse_other_words(engine, "engine", ENGINES)
    if (engine == "sqlite") is not (data is None):
        raise UsageError(
            "engine sqlite reads the store, and takes no data" if data else f"engine {engine} needs data, an export",
            hint="export the views first, then name the folder",
            topic=("engine-data",),
        )
    if data is None:
        from occ_media_cli.audit.engines import sqlite
        from occ_media_cli.store.open import reading

        with reading(location) as store, sqlite.prepared(store, now) as source:
            yield source
    elif engine == "duckdb":
        from occ_media_cli.audit.engines import duck

        with duck.opened(Path(data)) as found:
            yield found
    else:
        from occ_media_cli.audit.engines import spark

        with spark.opened(Path(data), trust=trust) as started:
            yield started


def verify_source(
    source: RuleSource,
    verify: Callable[[sqlite3.Connection, Checkpoint | None], VerifyResult],
    mark: Checkpoint | None = None,
    proof: CheckpointProof | None = None,
) -> Integrity:
    """Compute the whole ledger again in the snapshot that is judged next, before anything else reads it.

    verify: who can, with the tables of every room. mark: a checkpoint that was kept elsewhere; proof: what vouches for
    it. An export cannot be verified: UsageError with a checkpoint, and unverified without. Where there is no ledger
    there is nothing to verify, and a checkpoint matches nothing.
    """
    from occ_media_cli.audit.engines.sqlite import SqliteSource
    from occ_media_cli.audit.integrity import Integrity
    from occ_media_cli.ledger.verify.problem import LedgerProblem

    if not isinstance(source, SqliteSource):
        if mark is not None:
            raise UsageError("an export cannot be compared with a checkpoint", hint="audit the store itself")
        return Integrity.unverified()
    if not source.stored:
        if mark is None:
            return Integrity.unverified()
        none = LedgerProblem("checkpoint", "is of a ledger, and here is none")
        return Integrity(True, 0, 0, source.head().state, False, (none,), mark, proof)
    return Integrity.of_result(verify(source.connection, mark), mark, proof)


def judge_source(
    source: RuleSource,
    path: Path,
    scope: AuditScope,
    wanted: Sequence[str] = (),
    *,
    known: Mapping[str, str] | None = None,
    veil: Veil | None = None,
    tell: Callable[[int, int], None] | None = None,
    meet: Callable[[Path], None] | None = None,
    integrity: Integrity | None = None,
) -> Audit:
    """Judge a ledger by the rules of its store, or by those that are wanted.

    path: the store or the export, from which its own rules are found. wanted: ids of rules, or files of own ones.
    known: the findings of a baseline. tell: called with how many rules are done, and how many there are. meet: called
    with each file of an own rule before it is read. integrity: what a verification of this source found. NotFound for
    an unknown inbox or rule.
    """
    chosen.refuse_unknown_inboxes(source, scope.inboxes, str(path))
    if veil is not None:
        veil.learn(source)
    section = chosen.section(source)
    for own in section.values():
        if own.get("file") and meet is not None:
            meet(path.parent / str(own["file"]))
    rules = chosen.choose(wanted, section, path.parent, str(path))
    return judging.audit(source, rules, scope, known, veil, tell, integrity)


def answer_report(source: RuleSource, name: str, path: Path, scope: AuditScope, veil: Veil | None = None) -> Answer:
    """Ask one question of a ledger. UsageError for a report that there is not, NotFound for an unknown inbox,
    StoreInvalid for the library of a store whose rows are not what was recorded."""
    from occ_media_cli.audit import reports
    from occ_media_cli.audit.reports.answer import veiled

    refuse_other_words(name, "report", tuple(reports.TABLES))
    chosen.refuse_unknown_inboxes(source, scope.inboxes, str(path))
    if veil is not None:
        veil.learn(source)
    if name == "library":
        _refuse_altered_library(source)
    return veiled(reports.build(name, source, scope, path), veil)


def _refuse_altered_library(source: RuleSource) -> None:
    """A page that says what may be sent stands on what was recorded; an export has nothing to compare it with."""
    from occ_media_cli.audit.engines.sqlite import SqliteSource

    if isinstance(source, SqliteSource) and source.stored:
        from occ_media_cli.library.recorded import RecordedLibrary

        RecordedLibrary(source.connection).refuse_any_altered()
