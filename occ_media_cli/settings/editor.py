"""Changing settings: one transaction over a store of either kind, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.errors import NotFound, Refused, UsageError
from occ_media_cli.settings import guards, inboxes, names, projection, read, timeline
from occ_media_cli.settings.model import Box, Config, InboxChange, InboxPlan, InboxSettings
from occ_media_cli.settings.timeline import Delta
from occ_media_cli.settings.write import Origin, Outcome, outcome_of
from occ_media_cli.store import chain
from occ_media_cli.values import replace

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from occ_media_cli.settings.schema import ProfileCheck
    from occ_media_cli.store.open import Store


class Editor:
    """Changes inside the open transaction of `settings.session.editing`; nothing is kept until that commits.

    Everything that is changed here is checked here, whoever asks: `inboxes.checked` and `sections.checked` say what may
    be kept, and what is kept is what they give back. renamed: old and new names, for the document to follow.
    profiles: the names of all channel profiles; None takes every channel as it is. by_hand: what is recorded was done
    by somebody that nobody knows.
    """

    def __init__(self, store: Store, stamp: chain.Stamp, profiles: ProfileCheck | None = None) -> None:
        self.store = store
        self.stamp = stamp
        self.profiles = profiles
        self.by_hand = False
        self.events: list[chain.Event] = []
        self.renamed: list[tuple[str, str]] = []
        self._touched: dict[int, int] = {}

    @property
    def connection(self) -> sqlite3.Connection:
        """The transaction's connection."""
        return self.store.ledger

    def record(self, event: chain.Event) -> None:
        """Append an event and make its rows; UsageError where its reason is no text."""
        if event.reason is not None:
            names.plain_text(event.reason, "the reason")
        if self.by_hand:
            event = replace(event, actor=chain.NOBODY)
        (seq,) = chain.append(self.connection, [event], self.stamp)
        projection.apply(self.connection, event.kind, event.body, seq)
        self.events.append(event)

    def inbox(self, name: str) -> tuple[str, int]:
        """The name of an inbox as it is kept, and its id; NotFound with the nearest name."""
        known = read.inbox_ids(self.connection)
        kept = names.normal(name)
        if kept in known:
            return kept, known[kept]
        raise self.unknown(name, known)

    def inbox_id(self, name: str) -> int:
        """The id of an inbox; NotFound with the nearest name."""
        return self.inbox(name)[1]

    def unknown(self, name: str, known: Iterable[str]) -> NotFound:
        """The error for an inbox that is not there."""
        return names.no_inbox(name, known, str(self.store.location.path))

    def free_name(self, name: str) -> str:
        """The name for an inbox that is to be made, as it is kept; UsageError where it is taken or no name."""
        try:
            name = names.inbox_name(name)
        except ValueError as problem:
            raise UsageError(str(problem), hint="give it another name") from None
        if name in read.inbox_ids(self.connection):
            raise UsageError(f"inbox '{name}' is there already", hint="give it another name", topic=("inbox", name))
        return name

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
        name = self.free_name(name)
        # Only what differs from the built-in settings was set: a change that is backdated beyond it reaches the rest.
        change = inboxes.checked(InboxSettings().difference(settings or InboxSettings()), inboxes.of(name))
        start = self.stamp.now if at is None else at
        row = self.connection.execute("SELECT max(id) FROM inbox_state").fetchone()
        number = int(row[0] or 0) + 1
        self.record(chain.Event("inbox-add", {"inbox": number, "name": name, "created": start}, start, reason))
        origin = Origin(reason, uncertain_since=uncertain_since)
        return self.write((name, number), [Delta(start, None, change)], start, origin)

    def rename_inbox(
        self, old: str, new: str, reason: str | None = None, *, backdate: str | None = None
    ) -> tuple[str, str]:
        """Give an inbox another name; its id, history and ledger stay. Sections that name it follow.

        Returns the old and the new name, as they are kept.
        """
        old, number = self.inbox(old)
        if names.normal(new) == old:
            return old, old
        new = self.free_name(new)
        guards.inbox(self.connection, (old, number), self.stamp.now, self.stamp, backdate)
        why = reason if reason is not None else backdate
        self.record(chain.Event("inbox-rename", {"inbox": number, "name": new}, self.stamp.now, why))
        self.renamed.append((old, new))
        from occ_media_cli.settings import references

        for section, changed in references.renamed(self.connection, old, new).items():
            self.set_section(section, changed, reason, backdate=backdate)
        return old, new

    def remove_inbox(
        self, name: str, reason: str | None = None, at: int | None = None, *, backdate: str | None = None
    ) -> str:
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
        guards.inbox(self.connection, (name, number), moment, self.stamp, backdate)
        why = reason if reason is not None else backdate
        self.record(chain.Event("inbox-remove", {"inbox": number, "removed": moment}, moment, why))
        return name

    def change(
        self,
        name: str,
        change: InboxChange,
        *,
        texts: Mapping[str, str | None] | None = None,
        until: int | None = None,
        inside: bool = False,
        reason: str | None = None,
        backdate: str | None = None,
        confirms: bool | None = None,
    ) -> Outcome:
        """Change fields of one inbox from the stamp's time on, or until a moment.

        texts: messages by language that join those that are there, span by span; None takes one away. inside: the
        change ends with the time-box that is running. backdate: the reason for a change that starts before the inbox's
        newest one, which is refused otherwise. confirms: a change that changes nothing is a version all the same; None
        where it has a reason.
        """
        change = inboxes.checked(change, inboxes.of(names.normal(name)))
        name, number = self.inbox(name)
        start = self.stamp.now
        guards.inbox(self.connection, (name, number), start, self.stamp, backdate)
        ahead = read.tiles(self.connection, number, since=start)
        if inside:
            current = timeline.in_force(ahead, start)
            if current is None or current.end is None:
                raise UsageError(
                    f"inbox '{name}' is in no time-box at {times.text(start)}",
                    hint="name the moment when it ends",
                    topic=("no-box",),
                )
            until = current.end if until is None else min(until, current.end)
        if until is not None and until <= start:
            raise UsageError(
                f"the end {times.text(until)} is not after {times.text(start)}", hint="name a later moment"
            )
        delta = Delta(start, until, change)
        deltas = timeline.joined(ahead, delta, texts) if texts else timeline.shortened(ahead, delta)
        origin = Origin(reason, backdate, confirms=reason is not None if confirms is None else confirms)
        return self.write((name, number), deltas, start, origin)

    def replan(self, name: str, plan: InboxPlan, *, reason: str | None = None, backdate: str | None = None) -> Outcome:
        """Make an inbox follow a plan from the stamp's time on: what holds in the end, and the boxes before it."""
        name, number = self.inbox(name)
        guards.inbox(self.connection, (name, number), self.stamp.now, self.stamp, backdate)
        return self.follow((name, number), plan, self.stamp.now, Origin(reason, backdate))

    def follow(self, inbox: tuple[str, int], plan: InboxPlan, start: int, origin: Origin) -> Outcome:
        """`replan` of an inbox (name and id) from a moment on."""
        tiles = read.tiles(self.connection, inbox[1], since=start)
        # A plan says everything that comes, so it stands behind what was planned before; a change of the past does not.
        order = start
        if origin.backdate is None:
            order = max(start, read.newest_change(self.connection, inbox[1]) or start)
        deltas: list[Delta] = []
        begin = start
        for until, wanted in plan.spans(start):
            for tile in tiles:
                low = max(begin, tile.start)
                high = tile.end if until is None else until if tile.end is None else min(until, tile.end)
                difference = tile.settings.difference(wanted)
                if difference and (high is None or low < high):
                    deltas.append(Delta(low, high, difference, order))
            begin = until if until is not None else begin
        return self.write(inbox, deltas, start, origin)

    def alter(
        self,
        name: str,
        function: Callable[[InboxSettings], InboxSettings],
        *,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> Outcome:
        """Change an inbox now and in every span that lies ahead, each from what it says there."""
        name, number = self.inbox(name)
        ahead = read.tiles(self.connection, number, since=self.stamp.now)
        if not ahead:
            return self.replan(name, InboxPlan(function(InboxSettings())), reason=reason, backdate=backdate)
        spans = [Box(tile.end, function(tile.settings)) for tile in ahead[:-1] if tile.end is not None]
        plan = InboxPlan(function(ahead[-1].settings), tuple(spans))
        return self.replan(name, plan, reason=reason, backdate=backdate)

    def revert(self, name: str, version: int, *, reason: str | None = None, backdate: str | None = None) -> Outcome:
        """Put the settings of a version in force from now on; boxes that lie ahead end with it."""
        name, number = self.inbox(name)
        settings = read.settings_of(self.connection, number, version)
        if settings is None:
            newest = read.next_version(self.connection, number) - 1
            raise NotFound(
                f"inbox '{name}' has no version {version}; the newest is {newest}",
                hint="name a version that is there",
                topic=("versions", name),
            )
        return self.replan(name, InboxPlan(settings), reason=reason, backdate=backdate)

    def set_section(
        self,
        section: str,
        value: object,
        reason: str | None = None,
        at: int | None = None,
        *,
        backdate: str | None = None,
    ) -> bool:
        """Replace a section; False where it says so already."""
        from occ_media_cli.settings import sections

        value = sections.checked(section, value, read.inbox_ids(self.connection))
        if read.section(self.connection, section) == value:
            return False
        start = self.stamp.now if at is None else at
        guards.section(self.connection, section, start, self.stamp, backdate)
        row = self.connection.execute(
            "SELECT max(version) FROM config_version WHERE section = ?", (section,)
        ).fetchone()
        body = {"section": section, "version": int(row[0] or 0) + 1, "value": value}
        body |= {"backdate": backdate} if backdate is not None else {}
        self.record(chain.Event("config", body, start, reason if reason is not None else backdate))
        return True

    def settings(self, name: str) -> InboxSettings:
        """The settings of an inbox at the time of the change."""
        current = timeline.in_force(read.tiles(self.connection, self.inbox_id(name)), self.stamp.now)
        return current.settings if current is not None else InboxSettings()

    def config(self) -> Config:
        """Everything as it stands, the changes of this transaction included.

        A change of the past leaves a document that says what holds after every later change, not what held then.
        """
        query = "SELECT max(ms) FROM event WHERE kind = 'setting' AND ms <= max(wall, ?)"
        row = self.connection.execute(query, (self.stamp.wall,)).fetchone()
        return read.config(self.connection, max(self.stamp.now, int(row[0] or 0)))

    def config_at(self, moment: int) -> Config:
        """Everything as it holds from a moment on, changes that were made for a later one included as boxes ahead."""
        return read.config(self.connection, moment)

    def check(self) -> None:
        """What must hold when all changes are made, whatever their order: Refused where it does not."""
        if self._touched:
            from occ_media_cli.settings import accounts

            accounts.check(self.connection, self._touched, min(self._touched.values()))

    def write(self, inbox: tuple[str, int], deltas: Sequence[Delta], at: int, origin: Origin) -> Outcome:
        """Record deltas of an inbox (name and id) that start at a moment or later, the past included."""
        where = inboxes.of(inbox[0])
        deltas = [replace(delta, change=inboxes.checked(delta.change, where)) for delta in deltas]
        self._refuse_unknown_channels(inbox, deltas, at)
        outcome, event = outcome_of(self.connection, inbox, deltas, at, self.stamp, origin)
        if event is not None:
            self.record(event)
            if any(version.settings.channels for version in outcome.versions):
                self._touched[inbox[1]] = min(at, self._touched.get(inbox[1], at))
        return outcome

    def _refuse_unknown_channels(self, inbox: tuple[str, int], deltas: Iterable[Delta], at: int) -> None:
        """Channels that come must have a profile; those that an inbox has stay, though their profile may be gone."""
        asked = {channel for delta in deltas for channel in inboxes.channels_of(delta.change)}
        if self.profiles is None or not asked:
            return
        asked -= {name for tile in read.tiles(self.connection, inbox[1], since=at) for name in tile.settings.channels}
        if asked:
            there = self.profiles(read.section(self.connection, "channels"))
            inboxes.known_channels(sorted(asked), there, ("channels",), inboxes.of(inbox[0]))
