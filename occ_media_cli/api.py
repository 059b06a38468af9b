"""The same rooms for Python callers.

    from occ_media_cli.api import OccMedia

    desk = OccMedia("occ-media.toml", actor="dana")
    desk.set("vip", {"receive": False}, reason="PCI finding 12")
    for file in desk.check(["outbox"], inbox="vip", direction="send"):
        print(file.shown, file.verdict, [problem.code for problem in file.problems])

Moments of `set` and `show` are an aware datetime, RFC 3339 text with an offset, or milliseconds since 1970 in UTC; the
other calls take milliseconds (`occ_media_cli.times` reads and writes text). What stops a call is an error of
`occ_media_cli.errors`, with the words and the exit code that the command line would give.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.store import locate, who

if TYPE_CHECKING:
    from occ_media_cli.audit.finding import AuditFinding
    from occ_media_cli.decide.result import FileResult
    from occ_media_cli.ledger.ingest import Summary
    from occ_media_cli.ledger.sources import Options
    from occ_media_cli.ledger.verify.checkpoint import Checkpoint
    from occ_media_cli.ledger.verify.recompute import VerifyResult
    from occ_media_cli.settings.model import InboxChange
    from occ_media_cli.settings.state import SettingsState
    from occ_media_cli.settings.write import ChangeOutcome
    from occ_media_cli.times import Moment


class OccMedia:
    """One store. store: a `.db` or `.toml` file, else the one that the command line would take. actor: who acts."""

    def __init__(self, store: str | Path | None = None, *, actor: str | None = None) -> None:
        self.location = locate.at(Path(store), explicit=True) if store is not None else locate.locate(None)
        self.actor = actor

    def show(self, *, inbox: str | None = None, at: Moment | None = None) -> SettingsState:
        """The settings of every inbox, or of one, at a moment; now without one.

        Raises NotFound for an unknown inbox or a missing store, UsageError for a moment that is none, StoreBusy, and
        StoreInvalid (with file and line) for a document that breaks its format.
        """
        from occ_media_cli.settings.state import state
        from occ_media_cli.store.open import reading

        moment = times.wall() if at is None else times.moment(at, "at")
        with reading(self.location) as store:
            return state(store, moment, inbox)

    def set(
        self,
        inbox: str,
        change: InboxChange,
        *,
        until: Moment | None = None,
        reason: str | None = None,
        backdate: str | None = None,
        now: Moment | None = None,
    ) -> ChangeOutcome:
        """Change fields of an inbox, for good or until a moment; a missing store is made.

        change: see `settings.model.InboxChange`; every value is checked as the command line and documents check it.
        reason: why, for the record; with one, a change that changes nothing is a version too. now: from when it holds;
        before the newest change of the inbox only with `backdate`, the reason for that.

        Raises UsageError for a value, a moment or a text that may not be kept (its subclass
        `settings.field_checks.Problem` has the field in `path`), NotFound for an unknown inbox or channel profile,
        Refused for a change of the past without its reason and for an account of another inbox, StoreInvalid,
        StoreBusy. Nothing is changed then.
        """
        from occ_media_cli.decide.known_profiles import known_profiles
        from occ_media_cli.settings import inbox_fields
        from occ_media_cli.settings.editing import editing

        change = inbox_fields.checked(change, inbox_fields.inbox_words(inbox))  # before a store is made for nothing
        end = None if until is None else times.moment(until, "until")
        stamp = who.stamp(self.actor, now=None if now is None else times.moment(now, "now"))
        with editing(self.location, stamp, profiles=known_profiles) as editor:
            return editor.change(inbox, change, until=end, reason=reason, backdate=backdate)

    def check(
        self,
        paths: Iterable[str | os.PathLike[str]],
        *,
        inbox: str | None = None,
        direction: str | None = None,
        agent: str | None = None,
        strict: bool = False,
        now: int | None = None,
    ) -> Iterator[FileResult]:
        """Look at files and folders, one result a file in byte order; without an inbox under the product's table."""
        from occ_media_cli.decide.policy import Policy
        from occ_media_cli.decide.result import result_of, work_of
        from occ_media_cli.decide.settings_now import settings_of
        from occ_media_cli.media.look import Look
        from occ_media_cli.store.open import reading

        policy = Policy(direction, True, (), None, strict)
        if inbox is not None:
            with reading(self.location) as store:
                found = settings_of(store, times.wall() if now is None else now)
                policy = found.policy(inbox, agent=agent, direction=direction, strict=strict)
        for seen in Look(work_of(policy)).at(os.fsencode(path) for path in paths):
            yield result_of(seen)

    def ingest(self, kind: str, source: str, *, options: Options | None = None, rejects: Path | None = None) -> Summary:
        """Take entries in from a source of `ledger.sources`; what is there already counts as a duplicate."""
        from occ_media_cli.ledger.ingest import ingest
        from occ_media_cli.store.open import changing

        stamp = who.stamp(self.actor)
        with changing(self.location, stamp) as store:
            return ingest(store.ledger, kind, source, options=options, rejects=rejects, stamp=stamp)

    def audit(
        self, *, since: int | None = None, until: int | None = None, now: int | None = None
    ) -> list[AuditFinding]:
        """Judge the ledger by every rule of the program; suppressed findings are among the answers, marked."""
        from occ_media_cli.audit import engine, rules
        from occ_media_cli.audit.engines import sqlite
        from occ_media_cli.store.open import reading

        clock = times.wall() if now is None else now
        with reading(self.location) as store, sqlite.prepared(store, clock) as source:
            scope = engine.AuditScope(now=clock, since=since, until=until, inboxes=())
            return list(engine.audit(source, rules.load_all(), scope).findings)

    def verify(self, checkpoint: Checkpoint | None = None) -> VerifyResult:
        """Compute every stored value of the ledger again, and compare it with a checkpoint that was kept elsewhere."""
        from occ_media_cli.ledger.verify.projections import Projection
        from occ_media_cli.ledger.verify.recompute import verify_ledger
        from occ_media_cli.retention import retention_rows
        from occ_media_cli.store.open import reading

        with reading(self.location) as store:
            own = Projection(retention_rows.KINDS, retention_rows.TABLES, retention_rows.apply)
            return verify_ledger(store.ledger, checkpoint=checkpoint, projections=[own])
