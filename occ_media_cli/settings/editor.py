"""Changing settings: one transaction over a store of either kind, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import NotFound, Refused, UsageError
from occ_media_cli.settings import names, projection, read, timeline
from occ_media_cli.settings.model import FIELDS, Box, Change, Config, InboxPlan, InboxSettings, Version
from occ_media_cli.settings.timeline import Delta, Tile
from occ_media_cli.store import chain
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3

    from occ_media_cli.store.open import Store


@value
class Outcome:
    """What a change of one inbox came to.

    before: the settings in force at the moment of the change. versions: those that were written, oldest first; none
    where the change changed nothing. newest: the number of the version in force at that moment, after the change.
    undo: the version number that was in force before, or None where there was none.
    """

    inbox: str
    before: InboxSettings
    versions: tuple[Version, ...]
    newest: int | None
    undo: int | None


class Editor:
    """Changes inside the open transaction of `settings.session.editing`; nothing is kept until that commits."""

    def __init__(self, store: Store, stamp: chain.Stamp) -> None:
        self.store = store
        self.stamp = stamp
        self.events: list[chain.Event] = []

    @property
    def connection(self) -> sqlite3.Connection:
        """The transaction's connection."""
        return self.store.ledger

    def record(self, event: chain.Event) -> None:
        """Append an event and make its rows."""
        (seq,) = chain.append(self.connection, [event], self.stamp)
        projection.apply(self.connection, event.kind, event.body, seq)
        self.events.append(event)

    def inbox(self, name: str) -> tuple[str, int]:
        """The name of an inbox as it is kept, and its id; NotFound with the nearest name."""
        import unicodedata

        known = read.inbox_ids(self.connection)
        kept = unicodedata.normalize("NFC", name)
        if kept in known:
            return kept, known[kept]
        raise self.unknown(name, known)

    def inbox_id(self, name: str) -> int:
        """The id of an inbox; NotFound with the nearest name."""
        return self.inbox(name)[1]

    def unknown(self, name: str, known: Iterable[str]) -> NotFound:
        """The error for an inbox that is not there."""
        return names.no_inbox(name, known, str(self.store.location.path))

    def add_inbox(
        self,
        name: str,
        settings: InboxSettings | None = None,
        *,
        reason: str | None = None,
        at: int | None = None,
        uncertain_since: int | None = None,
    ) -> Outcome:
        """Make an inbox; UsageError where the name is taken or no name."""
        try:
            name = names.inbox_name(name)
        except ValueError as problem:
            raise UsageError(str(problem), hint="give it another name") from None
        if name in read.inbox_ids(self.connection):
            raise UsageError(f"inbox '{name}' is there already", hint=f"occ-media show {_quoted(name)}")
        start = self.stamp.now if at is None else at
        row = self.connection.execute("SELECT max(id) FROM inbox_state").fetchone()
        number = int(row[0] or 0) + 1
        body = {"inbox": number, "name": name, "created": start}
        self.record(chain.Event("inbox-add", body, start, reason))
        change = {field: getattr(settings or InboxSettings(), field) for field in FIELDS}
        self._check_accounts(number, name, settings or InboxSettings())
        return self._write(name, number, [Delta(start, None, change)], reason, None, uncertain_since)

    def rename_inbox(self, old: str, new: str, reason: str | None = None) -> tuple[str, str]:
        """Give an inbox another name; its id, history and ledger stay. Sections that name it follow.

        Returns the old and the new name, as they are kept.
        """
        old, number = self.inbox(old)
        try:
            new = names.inbox_name(new)
        except ValueError as problem:
            raise UsageError(str(problem), hint="give it another name") from None
        if new == old:
            return old, new
        if new in read.inbox_ids(self.connection):
            raise UsageError(f"inbox '{new}' is there already", hint=f"occ-media show {_quoted(new)}")
        self.record(chain.Event("inbox-rename", {"inbox": number, "name": new}, self.stamp.now, reason))
        from occ_media_cli.settings import references

        for section, changed in references.renamed(self.connection, old, new).items():
            self.set_section(section, changed, reason)
        return old, new

    def remove_inbox(self, name: str, reason: str | None = None, at: int | None = None) -> str:
        """Leave a tombstone and return the name; Refused while another section still names the inbox."""
        name, number = self.inbox(name)
        from occ_media_cli.settings import references

        users = references.sections_naming(self.connection, name)
        if users:
            raise Refused(
                f"inbox '{name}' is still named by {' and '.join(users)}; nothing was changed",
                hint="take it out there first",
            )
        moment = self.stamp.now if at is None else at
        self.record(chain.Event("inbox-remove", {"inbox": number, "removed": moment}, moment, reason))
        return name

    def change(
        self,
        name: str,
        change: Change,
        *,
        until: int | None = None,
        inside: bool = False,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> Outcome:
        """Change fields of one inbox from the stamp's time on, or until a moment.

        inside: the change ends with the time-box that is running. backdate: the reason for a change that starts
        before the inbox's newest one, which is refused otherwise.
        """
        name, number = self.inbox(name)
        start = self.stamp.now
        newest = read.newest_change(self.connection, number)
        if newest is not None and start < newest and backdate is None:
            raise Refused(
                f"inbox '{name}' was last changed at {times.text(newest)}, after {times.text(start)};"
                " nothing was changed",
                hint="add --backdate REASON to change the past on record",
            )
        ahead = read.tiles(self.connection, number, since=start)
        if inside:
            current = timeline.in_force(ahead, start)
            if current is None or current.end is None:
                raise UsageError(f"inbox '{name}' is in no time-box at {times.text(start)}", hint="leave --inside out")
            until = current.end if until is None else min(until, current.end)
        if until is not None and until <= start:
            raise UsageError(
                f"--until {times.text(until)} is not after {times.text(start)}", hint="name a later moment, or --for 4h"
            )
        settings = timeline.in_force(ahead, start)
        self._check_accounts(number, name, (settings.settings if settings else InboxSettings()).changed(change))
        return self._write(name, number, [Delta(start, until, change)], reason, backdate, None)

    def replan(
        self,
        name: str,
        plan: InboxPlan,
        *,
        at: int | None = None,
        reason: str | None = None,
        uncertain_since: int | None = None,
    ) -> Outcome:
        """Make an inbox follow a plan from a moment on: the spans of a document, boxes included."""
        name, number = self.inbox(name)
        start = self.stamp.now if at is None else at
        newest = read.newest_change(self.connection, number)
        if newest is not None:
            start = max(start, newest)
        self._check_accounts(number, name, plan.base)
        deltas: list[Delta] = []
        tiles = read.tiles(self.connection, number, since=start)
        begin = start
        for until, wanted in plan.spans(start):
            for tile in tiles:
                low = max(begin, tile.start)
                high = tile.end if until is None else until if tile.end is None else min(until, tile.end)
                if high is not None and low >= high:
                    continue
                difference = tile.settings.difference(wanted)
                if difference:
                    deltas.append(Delta(low, high, difference))
            begin = until if until is not None else begin
        return self._write(name, number, deltas, reason, None, uncertain_since, at=start)

    def alter(
        self, name: str, function: Callable[[InboxSettings], InboxSettings], *, reason: str | None = None
    ) -> Outcome:
        """Change an inbox now and in every span that lies ahead, each from what it says there."""
        name, number = self.inbox(name)
        ahead = read.tiles(self.connection, number, since=self.stamp.now)
        spans = [Box(tile.end, function(tile.settings)) for tile in ahead[:-1] if tile.end is not None]
        return self.replan(name, InboxPlan(function(ahead[-1].settings), tuple(spans)), reason=reason)

    def revert(self, name: str, version: int, *, reason: str | None = None) -> Outcome:
        """Put the settings of a version in force from now on; boxes that lie ahead end with it."""
        name, number = self.inbox(name)
        settings = read.settings_of(self.connection, number, version)
        if settings is None:
            newest = read.next_version(self.connection, number) - 1
            raise NotFound(
                f"inbox '{name}' has no version {version}; the newest is {newest}",
                hint=f"occ-media history {_quoted(name)} lists them",
            )
        return self.replan(name, InboxPlan(settings), reason=reason)

    def set_section(self, section: str, value: object, reason: str | None = None, at: int | None = None) -> bool:
        """Replace a section; False where it says so already."""
        if read.section(self.connection, section) == value:
            return False
        row = self.connection.execute(
            "SELECT max(version) FROM config_version WHERE section = ?", (section,)
        ).fetchone()
        body = {"section": section, "version": int(row[0] or 0) + 1, "value": value}
        self.record(chain.Event("config", body, self.stamp.now if at is None else at, reason))
        return True

    def settings(self, name: str) -> InboxSettings:
        """The settings of an inbox at the time of the change."""
        current = timeline.in_force(read.tiles(self.connection, self.inbox_id(name)), self.stamp.now)
        return current.settings if current is not None else InboxSettings()

    def config(self) -> Config:
        """Everything as it stands, the changes of this transaction included.

        A change of the past leaves a document that says what holds after every later change, not what held then.
        """
        row = self.connection.execute("SELECT max(ms) FROM event WHERE kind = 'setting'").fetchone()
        return read.config(self.connection, max(self.stamp.now, int(row[0] or 0)))

    def _check_accounts(self, number: int, name: str, settings: InboxSettings) -> None:
        """An account belongs to one inbox, so that a file's account tells its inbox."""
        accounts = {channel for channel in settings.channels if ":" in channel}
        if not accounts:
            return
        for other, other_id in read.inbox_ids(self.connection).items():
            if other_id == number:
                continue
            for tile in read.tiles(self.connection, other_id, since=self.stamp.now):
                taken = accounts.intersection(tile.settings.channels)
                if taken:
                    channel = min(taken)
                    raise Refused(
                        f"{channel} already belongs to inbox '{other}'; nothing was changed",
                        hint=f"occ-media inbox unlink {_quoted(other)} {_quoted(channel)}",
                    )

    def _write(
        self,
        name: str,
        number: int,
        deltas: Sequence[Delta],
        reason: str | None,
        backdate: str | None,
        uncertain_since: int | None,
        *,
        at: int | None = None,
    ) -> Outcome:
        start = min((delta.start for delta in deltas), default=self.stamp.now if at is None else at)
        newest = read.newest_change(self.connection, number)
        late = newest is not None and start < newest
        old = read.tiles(self.connection, number, since=None if late else start)
        before = timeline.in_force(old, start)
        if late:
            new = timeline.renumber(old, timeline.fold([*read.deltas(self.connection, number), *deltas]))
        else:
            new = list(old) or [Tile(start, None, InboxSettings())]
            for delta in deltas:
                new = timeline.overlay(new, delta)
        step = timeline.step(old, new, read.next_version(self.connection, number))
        if step.versions:
            self.record(
                chain.Event(
                    "setting",
                    {
                        "inbox": number,
                        "deltas": [{"from": d.start, "until": d.end, "change": _plain(d.change)} for d in deltas],
                        "versions": [
                            {"version": t.version, "from": t.start, "to": t.end, "value": t.settings.value()}
                            for t in step.versions
                        ],
                        "cut": [list(pair) for pair in step.cut],
                        "replaced": [list(pair) for pair in step.replaced],
                        "backdate": backdate,
                        "uncertain_since": uncertain_since,
                    },
                    start,
                    reason if reason is not None else backdate,
                )
            )
        current = timeline.in_force([*step.versions, *new], start)
        return Outcome(
            inbox=name,
            before=before.settings if before else InboxSettings(),
            versions=tuple(
                Version(number, name, t.version, t.start, t.end, t.settings, self.stamp.actor, reason)
                for t in step.versions
            ),
            newest=current.version if current else None,
            undo=before.version if before else None,
        )


def _plain(change: Change) -> dict[str, object]:
    return {
        key: list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
        for key, value in change.items()
    }


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
