"""Changing settings: one transaction over a store of either kind, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from occ_media_cli import times
from occ_media_cli.errors import NotFound, Refused, UsageError
from occ_media_cli.settings import agents, edited_sections, inbox_fields, inbox_names, past, read, timeline
from occ_media_cli.settings.model import InboxChange, InboxPlan, InboxSettings, TimeBox
from occ_media_cli.settings.timeline import Delta
from occ_media_cli.settings.transaction import Transaction
from occ_media_cli.settings.write import ChangeOutcome, Origin
from occ_media_cli.store import chain
from occ_media_cli.store.free_texts import ERASED


class Editor(Transaction):
    """Changes inside the open transaction of `settings.editing.editing`; nothing is kept until that commits."""

    def add_inbox(
        self,
        name: str,
        settings: InboxSettings | None = None,
        *,
        reason: str | None = None,
        at: int | None = None,
        uncertain_since: int | None = None,
        backdate: str | None = None,
    ) -> ChangeOutcome:
        """Make an inbox; UsageError where the name is taken or no name.

        backdate: the reason for one that begins before another of its name was removed, which is refused otherwise.
        """
        name = self.free_name(name)
        # Only what differs from the built-in settings was set: a change that is backdated beyond it reaches the rest.
        change = inbox_fields.checked(
            InboxSettings().difference(settings or InboxSettings()), inbox_fields.inbox_words(name)
        )
        start = self.stamp.now if at is None else at
        if not self.by_hand:  # an edit has happened: it is recorded, and the audit shows both times
            past.refuse_name_past(self.connection, name, start, self.stamp, backdate)
        row = self.connection.execute("SELECT max(id) FROM inbox_state").fetchone()
        number = int(row[0] or 0) + 1
        why = reason if reason is not None else backdate
        body = {"inbox": number, "name": name, "created": start, **past.recorded(backdate)}
        self.record(chain.Event("inbox-add", body, start, why))
        origin = Origin(reason, backdate, uncertain_since=uncertain_since)
        return self.write((name, number), [Delta(start, None, change)], start, origin)

    def rename_inbox(
        self, old: str, new: str, reason: str | None = None, *, backdate: str | None = None
    ) -> tuple[str, str]:
        """Give an inbox another name; its id, history and ledger stay. Sections that name it follow.

        Returns the old and the new name, as they are kept.
        """
        old, number = self.inbox(old)
        if inbox_names.normal(new) == old:
            return old, old
        new = self.free_name(new)
        past.refuse_inbox_past(self.connection, (old, number), self.stamp.now, self.stamp, backdate)
        why = reason if reason is not None else backdate
        self.record(
            chain.Event("inbox-rename", {"inbox": number, "name": new, **past.recorded(backdate)}, self.stamp.now, why)
        )
        self.renamed.append((old, new))
        from occ_media_cli.settings import references

        for section in references.NAMING:
            named = partial(references.with_name, section, old=old, new=new)
            self._reword_section(section, named, reason, self.stamp.now, backdate)
        return old, new

    def remove_inbox(
        self,
        name: str,
        reason: str | None = None,
        at: int | None = None,
        *,
        backdate: str | None = None,
        force: bool = False,
    ) -> str:
        """Leave a tombstone and return the name.

        Refused while an agent, a rule or a suppression still names the inbox, unless `force` takes it out there.
        """
        name, number = self.inbox(name)
        from occ_media_cli.settings import references

        users = references.users_of(self.connection, name)
        if users and not force:
            raise Refused(
                f"inbox '{name}' is still named by {' and '.join(users)}; nothing was changed",
                hint="take it out there first",
                topic=("inbox-users", name),
            )
        moment = self.stamp.now if at is None else at
        for section in references.NAMING:
            self._reword_section(section, partial(references.without, section, name=name), reason, moment, backdate)
        past.refuse_inbox_past(self.connection, (name, number), moment, self.stamp, backdate)
        why = reason if reason is not None else backdate
        body = {"inbox": number, "removed": moment, **past.recorded(backdate)}
        self.record(chain.Event("inbox-remove", body, moment, why))
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
    ) -> ChangeOutcome:
        """Change fields of one inbox from the stamp's time on, or until a moment.

        texts: messages by language that join those that are there, span by span; None takes one away. inside: the
        change ends with the time-box that is running. backdate: the reason for a change that starts before the inbox's
        newest one, which is refused otherwise. confirms: a change that changes nothing is a version all the same; None
        where it has a reason.
        """
        change = inbox_fields.checked(change, inbox_fields.inbox_words(inbox_names.normal(name)))
        name, number = self.inbox(name)
        start = self.stamp.now
        past.refuse_inbox_past(self.connection, (name, number), start, self.stamp, backdate)
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

    def replan(
        self,
        name: str,
        plan: InboxPlan,
        *,
        reason: str | None = None,
        backdate: str | None = None,
        undone: tuple[int, ...] = (),
    ) -> ChangeOutcome:
        """Make an inbox follow a plan from the stamp's time on: what holds in the end, and the boxes before it.

        undone: the events that this takes back, as in `Origin`.
        """
        name, number = self.inbox(name)
        past.refuse_inbox_past(self.connection, (name, number), self.stamp.now, self.stamp, backdate)
        return self.follow((name, number), plan, self.stamp.now, Origin(reason, backdate, undone=undone))

    def follow(self, inbox: tuple[str, int], plan: InboxPlan, start: int, origin: Origin) -> ChangeOutcome:
        """`replan` of an inbox (name and id) from a moment on."""
        tiles = read.tiles(self.connection, inbox[1], since=start)
        if origin.undone:
            left = read.deltas(self.connection, inbox[1], void=dict.fromkeys(origin.undone, start))
            tiles = [tile for tile in timeline.fold(left) if tile.end is None or tile.end > start]
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
    ) -> ChangeOutcome:
        """Change an inbox now and in every span that lies ahead, each from what it says there."""
        name, number = self.inbox(name)
        ahead = read.tiles(self.connection, number, since=self.stamp.now)
        if not ahead:
            return self.replan(name, InboxPlan(function(InboxSettings())), reason=reason, backdate=backdate)
        spans = [TimeBox(tile.end, function(tile.settings)) for tile in ahead[:-1] if tile.end is not None]
        plan = InboxPlan(function(ahead[-1].settings), tuple(spans))
        return self.replan(name, plan, reason=reason, backdate=backdate)

    def revert(
        self, name: str, version: int, *, reason: str | None = None, backdate: str | None = None
    ) -> ChangeOutcome:
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
        if ERASED in (settings.message, settings.description, *settings.messages.values()):
            raise Refused(
                f"a text of version {version} of inbox '{name}' was erased, and customers would read '{ERASED}';"
                " nothing was changed",
                hint="set what else that version says, and write the text anew",
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
        """Replace a section; False where it says so already. backdate: why the past is changed, for the record.

        Refused for a new agent whose name may be read as another's.
        """
        from occ_media_cli.settings import sections

        value = sections.checked(section, value, read.inbox_ids(self.connection))
        if read.section(self.connection, section) == value:
            return False
        start = self.stamp.now if at is None else at
        if section == "agents" and not self.by_hand:
            agents.refuse_unclear_names(read.section(self.connection, section), value)  # type: ignore[arg-type]  # a mapping by name, checked above
        past.refuse_section_past(self.connection, section, start, self.stamp, backdate)
        # A change of the past stands in the place of everything behind it, which it gives a reason for.
        clock = self.stamp.wall if backdate is None else None
        spans = edited_sections.spans_of_change(self.connection, section, value, start, clock)
        self._record_section(section, spans, reason, backdate)
        return True

    def _reword_section(
        self, section: str, reworded: Callable[[Any], Any], reason: str | None, start: int, backdate: str | None
    ) -> None:
        """Write a section in another way where that makes a difference, now and in what is planned."""
        clock = self.stamp.wall if backdate is None else None
        spans = edited_sections.spans_of_rewording(self.connection, section, reworded, start, clock)
        if spans:
            past.refuse_section_past(self.connection, section, start, self.stamp, backdate)
            self._record_section(section, spans, reason, backdate)

    def _record_section(
        self, section: str, spans: edited_sections.SectionSpans, reason: str | None, backdate: str | None
    ) -> None:
        for moment, said in spans:
            row = self.connection.execute(
                "SELECT max(version) FROM config_version WHERE section = ?", (section,)
            ).fetchone()
            body = {"section": section, "version": int(row[0] or 0) + 1, "value": said, **past.recorded(backdate)}
            self.record(chain.Event("config", body, moment, reason if reason is not None else backdate))
