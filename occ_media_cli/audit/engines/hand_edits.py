"""A document that was edited by hand and not recorded yet: the audit judges with it from the time of the edit on.

Its spans have negative version numbers among the copies, which findings show as no version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import FOREVER
from occ_media_cli.audit.engines import made_views
from occ_media_cli.settings import edit_time, edited_sections, read
from occ_media_cli.settings.document import load, wording
from occ_media_cli.store import canonical
from occ_media_cli.store.documents import digest_of_document, is_of_commands, last_document

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from occ_media_cli.settings.agents import Agents
    from occ_media_cli.settings.edited_sections import SectionSpans
    from occ_media_cli.settings.model import Config, InboxSettings
    from occ_media_cli.store.open import Store


DERIVED = ("policy", "agent", "agent_inbox", "suppression", "library_allowed")
"""Views that follow from copies of others: they are made over these, in which the edit is."""

BASES = {"library_allowed": ("setting", "setting_tag", "library")}
"""The copies, beside that of `config`, over which such a view is made."""

_AGENT_LISTS = ("inboxes", "allow_send", "deny_send", "allow_view", "deny_view")


@dataclass(frozen=True, slots=True)
class EditSpan:
    """Settings that the edited document brings for an inbox. version: a negative number of its own. uncertain_since:
    from when on they may have been in force, None where that is `start`."""

    inbox_id: int
    inbox: str
    version: int
    start: int
    end: int
    settings: InboxSettings
    uncertain_since: int | None


@dataclass(frozen=True, slots=True)
class Edit:
    """The changes that an edit makes.

    ended: inboxes whose recorded settings end, each with when. numbers: the id of every inbox. sections: those that
    differ from what is recorded, each with what it says from when on.
    """

    moment: int
    config: Config
    spans: tuple[EditSpan, ...]
    ended: Mapping[int, int]
    numbers: dict[str, int]
    sections: Mapping[str, SectionSpans]

    @property
    def unrecorded(self) -> tuple[str, ...]:
        """The settings that differ from what is recorded, by the names that they have in the document."""
        ended = {name for name, number in self.numbers.items() if number in self.ended}
        inboxes = ended | {span.inbox for span in self.spans}
        return (
            *(f"inboxes.{name}" for name in sorted(inboxes)),
            *sorted(wording.SHAPES[name][0] for name in self.sections),
        )

    def overlay(self, connection: sqlite3.Connection, name: str) -> None:
        """Lay the edit over the copy of a view."""
        match name:
            case "config":
                for section in self.sections:
                    connection.execute("DELETE FROM temp.config WHERE section = ?", (section,))
                    text = canonical.text(self.config.sections[section])
                    connection.execute("INSERT INTO temp.config (section, value) VALUES (?, ?)", (section, text))
            case "inbox":
                new = [(number, inbox, self.moment) for inbox, number in self.numbers.items() if number < 0]
                connection.executemany("INSERT INTO temp.inbox (id, name, created_ms) VALUES (?, ?, ?)", new)
            case "setting":
                self._settings(connection)
            case "setting_channel":
                rows = [(s.inbox_id, s.version, *_channel(c)) for s in self.spans for c in s.settings.channels]
                connection.executemany(
                    "INSERT INTO temp.setting_channel (inbox_id, version, channel, profile, account)"
                    " VALUES (?, ?, ?, ?, ?)", rows)  # fmt: skip
            case "setting_tag":
                tags = [(s.inbox_id, s.version, tag) for s in self.spans for tag in s.settings.tags]
                connection.executemany("INSERT INTO temp.setting_tag (inbox_id, version, tag) VALUES (?, ?, ?)", tags)
            case "agent_version" | "agent_rule" if "agents" in self.sections:
                for start, agents in self.sections["agents"]:
                    self._agents(connection, name, start, agents)
            case "policy_version" if "retention" in self.sections:
                for start, rules in self.sections["retention"]:
                    made_views.overlay_policies(connection, start, rules, self.numbers)
            case _:
                pass  # this view does not depend on the document

    def _settings(self, connection: sqlite3.Connection) -> None:
        for number, start in self.ended.items():
            _cut(connection, "setting", start, "AND inbox_id = ?", number)
        connection.executemany(
            "INSERT INTO temp.setting (inbox, inbox_id, version, valid_from_ms, valid_to_ms, send, receive, message,"
            " message_source, send_approved_only, scan, quota, channels, tags, description, messages, quota_text,"
            " uncertain_since_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (s.inbox, s.inbox_id, s.version, s.start, s.end, *_values(s.settings), s.uncertain_since)
                for s in self.spans
            ],
        )

    def _agents(self, connection: sqlite3.Connection, name: str, start: int, agents: Agents) -> None:
        _cut(connection, name, start)
        if name == "agent_version":
            connection.executemany(
                "INSERT INTO temp.agent_version (agent, role, valid_from_ms, valid_to_ms) VALUES (?, ?, ?, ?)",
                [(agent, row["role"], start, FOREVER) for agent, row in agents.items()],
            )
            return
        rules = []
        for agent, row in agents.items():
            named = {inbox for key in _AGENT_LISTS for inbox in row.get(key, ())}
            for inbox in sorted(named & self.numbers.keys()):
                given = [int(inbox in row.get(key, ())) for key in _AGENT_LISTS]
                rules.append((agent, self.numbers[inbox], start, FOREVER, *given))
        connection.executemany(
            "INSERT INTO temp.agent_rule (agent, inbox_id, valid_from_ms, valid_to_ms, assigned, allow_send, deny_send,"
            " allow_view, deny_view) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rules)  # fmt: skip


def find_hand_edit(store: Store, connection: sqlite3.Connection, now: int) -> Edit | None:
    """What a store's document says that no command has recorded, or None. A change that was interrupted counts too: it
    is in force for `check`, and who made it nobody has proved."""
    data, path = store.document_bytes(), store.location.document
    if data is None or path is None or last_document(connection)[0] == digest_of_document(data):
        return None
    config = load.parse(data, str(path), store=True)
    clock = times.wall()
    seen = last_document(connection)[1]
    since = None if is_of_commands(connection, data) else seen
    moment = edit_time.time_for_reader(path, seen, now)
    numbers = read.inbox_ids(connection)
    ended, spans = dict[int, int](), list[EditSpan]()
    known = dict(numbers)
    for position, name in enumerate(sorted(set(config.inboxes) - set(known)), start=1):
        numbers[name] = -position
    for name, number in numbers.items():
        plan = config.inboxes.get(name)
        start = edit_time.start_for_inbox(connection, number, moment, clock) if name in known else moment
        made = None if plan is None else edit_time.spans_of_edit(connection, known.get(name), plan, start)
        if name in known and (plan is None or made is not None):
            ended[number] = start
        for version, (begin, until, settings) in enumerate(made or (), start=1):
            end = FOREVER if until is None else until
            doubt = since if version == 1 and begin <= now else None
            spans.append(EditSpan(number, name, -version, begin, end, settings, doubt))
    sections = {
        name: edited_sections.spans_of_edit(connection, name, value, moment, clock)
        for name, value in config.sections.items()
    }
    changed = {name: found for name, found in sections.items() if found is not None}
    return Edit(moment, config, tuple(spans), ended, numbers, changed)


def _cut(connection: sqlite3.Connection, name: str, moment: int, extra: str = "", *values: object) -> None:
    """End the recorded settings where the edit begins."""
    connection.execute(f"DELETE FROM temp.{name} WHERE valid_from_ms >= ? {extra}", (moment, *values))
    connection.execute(
        f"UPDATE temp.{name} SET valid_to_ms = ? WHERE valid_to_ms > ? {extra}", (moment, moment, *values)
    )


def _channel(channel: str) -> tuple[str, str, str | None]:
    profile, colon, account = channel.partition(":")
    return channel, profile, account if colon else None


def _values(settings: InboxSettings) -> tuple[object, ...]:
    value = settings.value()
    return (
        int(settings.send), int(settings.receive), value["message"], value["message_source"],
        int(settings.send_approved_only), settings.scan, value["quota"], canonical.text(value["channels"]),
        canonical.text(value["tags"]), value["description"], canonical.text(value["messages"]), value["quota_text"],
    )  # fmt: skip
