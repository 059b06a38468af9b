"""Taking one command's whole change back: what it changed is from now on as it would be without it.

That is a change of its own, on record; what the first one did until now stays as it was. Refused where somebody has
changed the same thing since, whose change would be lost with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import Refused
from occ_media_cli.settings import change_log, read, references, timeline
from occ_media_cli.settings.model import FIRST_INBOX, LIST_SECTIONS, Config, InboxPlan, TimeBox
from occ_media_cli.store.free_texts import ERASED
from occ_media_cli.values import value

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping, Sequence

    from occ_media_cli.settings.change_log import RecordedChange, RecordedEvent
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.model import InboxSettings
    from occ_media_cli.settings.timeline import Tile
    from occ_media_cli.settings.write import ChangeOutcome
    from occ_media_cli.vocabulary import Section

_ITEM_KEYS = dict(zip(LIST_SECTIONS, (("inbox", "category", "direction"), ("rule", "inbox", "entry")), strict=True))
"""What makes a row of a list the same one as before, whatever else it says."""


@value
class Undone:
    """What taking a change back came to.

    change: the one that was taken back. outcomes: of each inbox whose settings it had changed, also where they are the
    same by now. renamed: (name, name again). returned: inboxes that had been removed, each a new one of the name.
    removed: inboxes that it had made. items: what else is as before, in words: `agent 'mona'`.
    """

    change: RecordedChange
    outcomes: tuple[ChangeOutcome, ...]
    renamed: tuple[tuple[str, str], ...]
    returned: tuple[str, ...]
    removed: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def nothing(self) -> bool:
        """Whether all of it had ended by itself."""
        others = self.renamed or self.returned or self.removed or self.items
        return not others and not any(outcome.versions for outcome in self.outcomes)


def undo_change(
    editor: Editor, number: int | None = None, *, reason: str | None = None, backdate: str | None = None
) -> Undone:
    """Take a change back, the newest one of the editor's actor without a number; Refused where something of it was
    changed since, and for changes of other rooms, with what takes those back.

    reason: why, for the record; without it `undo of change 118`. backdate: the reason for one before the newest change.
    """
    connection = editor.connection
    if number is None:
        change = change_log.newest_change_of(connection, editor.stamp.actor)
    else:
        change = change_log.find_change(connection, number)
    why = reason if reason is not None else backdate
    why = why if why is not None else f"undo of change {change.number}"
    return _Undo(editor, change, why, backdate).run()


class _Undo:
    """One change, taken back inside the open transaction of an editor."""

    def __init__(self, editor: Editor, change: RecordedChange, reason: str, backdate: str | None) -> None:
        self._editor, self._connection, self._change = editor, editor.connection, change
        self._reason, self._backdate = reason, backdate
        self._items: dict[Section, list[str]] = {}

    def run(self) -> Undone:
        """All of it, in an order in which what is named is there."""
        names = {number: name for name, number in read.inbox_ids(self._connection).items()}
        made, gone = self._numbers("inbox-add"), self._numbers("inbox-remove")
        made -= self._first_inbox()
        if not self._takes_back_more_than_the_store():
            raise Refused(
                f"change {self._change.number} made the store; nothing was changed", hint="leave it, or name another"
            )
        for number in {*self._numbers("setting"), *self._numbers("inbox-rename"), *made, *gone}:
            self._refuse_later_of_inbox(number, names.get(number, ""))
        sections = {section: self._section_before(section) for section in self._sections()}
        renamed = {number: self._name_before(number) for number in self._numbers("inbox-rename")}
        for number, name in renamed.items():
            sections = {
                section: references.with_name(section, said, names[number], name)
                if section in references.NAMING
                else said
                for section, said in sections.items()
            }
        done = self._put_back("channels", sections)
        back = [self._bring_back(number) for number in sorted(gone)]
        told = []
        for number, name in renamed.items():
            self._refuse_taken(name)
            self._editor.rename_inbox(names[number], name, self._reason, backdate=self._backdate)
            told.append((names[number], name))
        now = {number: name for name, number in read.inbox_ids(self._connection).items()}
        changed = {number for number in self._numbers("setting") - made - gone if self._undone(number)}
        outcomes = [self._put_settings_back(now[number], number) for number in sorted(changed)]
        for section in [each for each in sections if each != "channels"]:
            done += self._put_back(section, sections)
        out = [self._editor.remove_inbox(now[number], self._reason, backdate=self._backdate) for number in sorted(made)]
        return Undone(self._change, tuple(outcomes), tuple(told), tuple(back), tuple(out), tuple(done))

    # ── inboxes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _events(self, kind: str) -> list[RecordedEvent]:
        return [event for event in self._change.events if event.kind == kind]

    def _numbers(self, kind: str) -> set[int]:
        return {int(event.body["inbox"]) for event in self._events(kind)}

    def _first_inbox(self) -> set[int]:
        """The inbox that came with the store, and not because somebody asked for it: it stays."""
        add = self._change.events[0]
        first = self._connection.execute("SELECT min(seq) FROM event WHERE kind = 'inbox-add'").fetchone()[0]
        if add.kind == "inbox-add" and add.seq == first and add.body["name"] == FIRST_INBOX:
            return {int(add.body["inbox"])}
        return set()

    def _takes_back_more_than_the_store(self) -> bool:
        return not self._first_inbox() or len(self._change.events) > 2

    def _undone(self, number: int) -> set[int]:
        """The events whose settings of an inbox do not count: all of the change, but for those with which it came."""
        found = [event.seq for event in self._events("setting") if event.body["inbox"] == number]
        return set(found[1:] if number in self._first_inbox() else found)

    def _ahead(self, number: int, without: Collection[int], start: int) -> list[Tile]:
        """The spans of an inbox from a moment on, as if some events had not been."""
        tiles = timeline.fold(read.deltas(self._connection, number, without=without))
        ahead = [tile for tile in tiles if tile.end is None or tile.end > start]
        for tile in ahead:
            self._refuse_erased(tile.settings)
        return ahead

    def _refuse_erased(self, settings: InboxSettings) -> None:
        if ERASED in (settings.message, settings.description, *settings.messages.values()):
            raise Refused(
                f"a text from before change {self._change.number} was erased, and customers would read '{ERASED}';"
                " nothing was changed",
                hint="set what else it said, and write the text anew",
            )

    def _put_settings_back(self, name: str, number: int) -> ChangeOutcome:
        events, now = self._undone(number), self._editor.stamp.now
        plan = _plan_of(self._ahead(number, events, now))
        planned = tuple(
            event.seq
            for event in self._change.events
            if event.seq in events and any(delta["from"] >= now for delta in event.body["deltas"])
        )
        return self._editor.replan(name, plan, reason=self._reason, backdate=self._backdate, undone=planned)

    def _bring_back(self, number: int) -> str:
        """Make an inbox again that was removed, with the settings that it would have now. It is another one of its
        name: what came on record while there was none belongs to neither."""
        name = self._name_before(number)
        self._refuse_taken(name)
        plan = _plan_of(self._ahead(number, self._undone(number), self._editor.stamp.now))
        self._editor.add_inbox(name, plan.base, reason=self._reason, backdate=self._backdate)
        if plan.boxes:
            self._editor.replan(name, plan, reason=self._reason, backdate=self._backdate)
        return name

    def _name_before(self, number: int) -> str:
        """What an inbox was called before the change."""
        row = self._connection.execute(
            "SELECT json_extract(body, '$.name') FROM event WHERE kind IN ('inbox-add', 'inbox-rename') AND seq < ?"
            " AND json_extract(body, '$.inbox') = ? ORDER BY seq DESC LIMIT 1",
            (self._change.number, number),
        ).fetchone()
        return str(row[0])

    def _refuse_taken(self, name: str) -> None:
        if name not in read.inbox_ids(self._connection):
            return
        row = self._connection.execute(
            "SELECT max(seq) FROM event WHERE kind IN ('inbox-add', 'inbox-rename') AND seq > ?"
            " AND json_extract(body, '$.name') = ?",
            (self._change.last, name),
        ).fetchone()
        raise self._later(f"another inbox has been called '{name}'", row[0])

    def _refuse_later_of_inbox(self, number: int, name: str) -> None:
        row = self._connection.execute(
            "SELECT max(seq) FROM event WHERE kind IN ('setting', 'inbox-rename', 'inbox-remove') AND seq > ?"
            " AND json_extract(body, '$.inbox') = ?",
            (self._change.last, number),
        ).fetchone()
        if row[0] is not None:
            raise self._later(f"inbox '{name or self._name_before_all(number)}' was changed", int(row[0]))

    def _name_before_all(self, number: int) -> str:
        """The name of an inbox that is gone."""
        row = self._connection.execute("SELECT name FROM inbox_state WHERE id = ?", (number,)).fetchone()
        return str(row[0])

    def _later(self, what: str, seq: int | None) -> Refused:
        """The error for a subject that was changed since, with the change that did it."""
        if seq is None:
            return Refused(f"{what} since; nothing was changed", hint="change it back by hand")
        later = change_log.find_change(self._connection, seq)
        return Refused(
            f"{what} after that, by {later.in_words}; nothing was changed", hint="take that back first",
            topic=("undo-later", str(later.number)),
        )  # fmt: skip

    # ── the other sections ───────────────────────────────────────────────────────────────────────────────────────

    def _sections(self) -> list[Section]:
        found: list[Section] = [event.body["section"] for event in self._events("config")]
        return list(dict.fromkeys(found))

    def _section_before(self, section: Section) -> Any:
        """What a section is to say: as it is, with everything that the change changed in it as it was before."""
        versions = [event.body for event in self._events("config") if event.body["section"] == section]
        first, last = versions[0]["version"], versions[-1]["version"]
        old, new = (_rows(section, _version(self._connection, section, number)) for number in (first - 1, last))
        there = _rows(section, read.section(self._connection, section))
        differing = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        for key in differing:
            if there.get(key) != new.get(key):
                raise self._later(f"{_in_words(section, key)} was changed", self._changed_later(section, key, last))
        self._items[section] = [_in_words(section, key) for key in differing]
        for key in differing:
            if key in old:
                there[key] = old[key]
            else:
                del there[key]
        return list(there.values()) if section in LIST_SECTIONS else there

    def _changed_later(self, section: Section, key: Any, last: int) -> int | None:
        """The event that changed an item of a section after a version."""
        rows = self._connection.execute(
            "SELECT version, event FROM config_version WHERE section = ? AND version > ? ORDER BY version DESC",
            (section, last),
        ).fetchall()
        for version, event in rows:
            before, after = (_rows(section, _version(self._connection, section, v)) for v in (version - 1, version))
            if before.get(key) != after.get(key):
                return int(event)
        return None

    def _put_back(self, section: Section, sections: Mapping[Section, Any]) -> list[str]:
        """Say in a section what it is to say, where the change is of it; returns what is as before, in words."""
        if section not in sections:
            return []
        said = sections[section]
        done = self._editor.set_section(section, said, self._reason, backdate=self._backdate)
        return self._items[section] if done else []


def _plan_of(ahead: Sequence[Tile]) -> InboxPlan:
    """Spans as a plan: what holds in the end, and the boxes before it."""
    if not ahead:
        return InboxPlan()
    boxes = tuple(TimeBox(tile.end, tile.settings) for tile in ahead[:-1] if tile.end is not None)
    return InboxPlan(ahead[-1].settings, boxes)


def _version(connection: sqlite3.Connection, section: Section, number: int) -> Any:
    """The value of a version of a section; the empty one before the first."""
    row = connection.execute(
        "SELECT value FROM config_version WHERE section = ? AND version = ?", (section, number)
    ).fetchone()
    return Config().sections[section] if row is None else read.stored_section(section, row[0])


def _rows(section: Section, said: Any) -> dict[Any, Any]:
    """The items of a section by what makes them the same one as before."""
    if section not in LIST_SECTIONS:
        return dict(said)
    found: dict[Any, Any] = {}
    for row in said:
        key = tuple(row.get(name) for name in _ITEM_KEYS[section])
        found[(*key, sum(other[:-1] == key for other in found))] = row
    return found


def _in_words(section: Section, key: Any) -> str:
    """An item of a section, such as `agent 'mona'` or `the retention rule 'vip, image'`."""
    if section == "retention":
        return f"the retention rule '{', '.join(str(part) for part in key[:-1] if part is not None) or 'default'}'"
    if section == "suppressions":
        return f"the suppression of '{key[0]}'"
    return f"{section.removesuffix('s')} '{key}'"
