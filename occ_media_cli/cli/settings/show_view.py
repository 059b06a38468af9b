"""Settings as a report: the rows of `show`, the page of one inbox, and the objects that programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.cli.settings.changes import customers_read, one_line, switch
from occ_media_cli.report.blocks import Column, Line, Lines, Span, Table
from occ_media_cli.report.model import Report
from occ_media_cli.report.words import on_off, plural
from occ_media_cli.values import value
from occ_media_cli.vocabulary import SWITCHES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Shown = Callable[[int], str]

    from occ_media_cli.decide.policy import Switch
    from occ_media_cli.report.blocks import Block
    from occ_media_cli.report.json_types import Json, Record
    from occ_media_cli.settings.agents import Permission
    from occ_media_cli.settings.model import Version
    from occ_media_cli.settings.state import Current, SettingsState
    from occ_media_cli.settings.stated_words import StatedWords

SCHEMA = "occ-media/settings/1"

SWITCH_COLUMNS = (
    Column("inbox", "Inbox", "id", of="name"),
    Column("receive", "Receive", "state", of=lambda inbox: switch(inbox["receive"])),
    Column("send", "Send", "state", of=lambda inbox: switch(inbox["send"])),
)
COLUMNS = (
    *SWITCH_COLUMNS,
    Column("message", "Customers read", "text", of=lambda inbox: _read(inbox), prose=True),
    Column("version", "Version", "count"),
    Column("channels", "Channels", "list"),
)
CHANGED = (*SWITCH_COLUMNS, Column("changed", "Changed", "time", of="valid_from"), *COLUMNS[len(SWITCH_COLUMNS) :])
"""With --sort changed: what the list is in the order of stands in it."""
OF_AGENT = (
    *SWITCH_COLUMNS,
    Column("may_send", "May send", "text", of="agent.may_send"),
    Column("may_view", "May view", "text", of="agent.may_view"),
    Column("attachment_icon", "Attachment icon", "text", of="agent.attachment_icon"),
)
"""With --agent: what one agent may do in each inbox."""


@value
class LastChanges:
    """Who changed an inbox last, None where no command has recorded that; and each switch, with the change that made it
    so."""

    stated: StatedWords | None
    switches: tuple[tuple[str, Switch], ...]

    def record(self) -> dict[str, Json]:
        """The same for programs."""
        found: dict[str, Json] = {
            "switched": {
                name: {"from": made.since, "version": made.version, "actor": made.actor} for name, made in self.switches
            }
        }
        if self.stated is None:
            return found
        last = self.stated.change
        found["stated"] = {
            "from": times.optional_text(last.valid_from), "version": last.version, "actor": last.actor,
            "reason": last.reason, "changed": list(self.stated.words),
        }  # fmt: skip
        return {"kind": "rewritten", **found} if self.stated.anew is not None else found

    def told(self, name: str) -> str:
        """Whose change made a switch so, of one that the last change left as it was."""
        made = dict(self.switches).get(name)
        last = None if self.stated is None else self.stated.change.version
        if made is None or made.version is None or made.version == last:
            return ""
        return f" since {made.since} by {by(made.actor)} (version {made.version})"


def machine(version: Version) -> dict[str, Json]:
    """A version as contracts.md §4 has it."""
    settings = version.settings
    found: dict[str, Json] = {
        "name": version.inbox,
        "description": settings.description,
        "send": settings.send,
        "receive": settings.receive,
        "message": settings.effective_message,
        "message_source": settings.message_source,
        "messages": dict(settings.messages),
        "channels": list(settings.channels),
        "tags": list(settings.tags),
        "send_approved_only": settings.send_approved_only,
        "scan": settings.scan,
        "quota": settings.quota,
        "version": version.number,
        "valid_from": times.optional_text(version.valid_from),
        "valid_to": times.optional_text(version.valid_to),
        "superseded_by": version.superseded_by,
        "kind": "confirmed" if version.confirmed else "changed",
        "actor": version.actor,
        "reason": version.reason,
    }
    if version.uncertain or version.uncertain_since is not None:
        found["uncertain"] = version.uncertain
        found["uncertain_since"] = times.optional_text(version.uncertain_since)
    return found


def by(actor: Json) -> str:
    """Who made a version, for people: of a document that was edited by hand nobody knows."""
    from occ_media_cli.settings.stated_words import UNKNOWN

    return str(actor) if actor is not None else UNKNOWN


def _record(current: Current, permission: Permission | None) -> Mapping[str, Json]:
    found = {**machine(current.version), "next": machine(current.next) if current.next else None}
    if permission is not None:
        found["agent"] = {
            "name": permission.agent,
            "may_send": permission.may_send,
            "may_view": permission.may_view,
            "attachment_icon": _icon(current, permission),
        }
    return found


def _icon(current: Current, permission: Permission) -> bool:
    """Whether the agent sees the icon that attaches a file: sending is on, and the agent may send."""
    return permission.may_send and current.version.settings.send


def _read(inbox: Record) -> str | None:
    """What customers read while receiving is off, in one line."""
    if inbox["receive"]:
        return None
    return "standard message" if inbox["message_source"] == "standard" else one_line(str(inbox["message"]))


def listing(
    state: SettingsState,
    now: int,
    inbox: str | None,
    permissions: Mapping[str, Permission] | None = None,
    last: LastChanges | None = None,
    shown: Shown = times.text,
    *,
    total: int | None = None,
    changed: bool = False,
) -> Report:
    """What `show` prints: inboxes as rows, or one as a page. permissions: those of one agent, by inbox. last: who
    changed that one inbox. shown: how a moment is written for people. total: how many there are, where these were
    chosen. changed: whether the rows say when each got its settings."""
    one = inbox is not None
    of_agent = permissions or {}
    records = [_record(current, of_agent.get(current.version.inbox)) for current in state.inboxes]
    if last is not None:
        records = [{**records[0], **last.record()}]
    table = Table.of(OF_AGENT if permissions is not None else CHANGED if changed else COLUMNS, records)
    blocks: list[Block] = [Lines(_page(state.inboxes[0], now, permissions, last, shown))] if one else [table]
    boxes = [] if one else [line for current in state.inboxes for line in turns_told(current, now, shown)]
    if state.built_in:
        answer = "No store yet: these are the built-in settings."
    else:
        answer = "" if boxes or one else _count(state)
    if total is not None and not state.inboxes:
        blocks, answer = [], f"No inbox matches; there {'is' if total == 1 else 'are'} {total:,}"
    elif total is not None and len(state.inboxes) < total:
        answer = f"{len(state.inboxes):,} of {plural(total, 'inbox', 'inboxes')}"
    if boxes:
        blocks.append(Lines(["", *boxes]))
    return Report(
        schema=SCHEMA,
        title="Media settings",
        head={"at": times.text(now)},
        records_key="inboxes",
        records=records,
        blocks=blocks,
        sheet=table,
        answer=answer,
    )


def _agent_rows(current: Current, permissions: Mapping[str, Permission]) -> list[Line]:
    permission = permissions[current.version.inbox]
    icon = "is there" if _icon(current, permission) else "is not there"
    sends = "may send" if permission.may_send else "may not send"
    views = "may view" if permission.may_view else "may not view"
    return [f"agent     {permission.agent} {sends} and {views}; the attachment icon {icon}"]


def _count(state: SettingsState) -> str:
    settings = [current.version.settings for current in state.inboxes]
    number = plural(len(settings), "inbox", "inboxes")
    receiving, sending = (sum(not getattr(item, name) for item in settings) for name in SWITCHES)
    if not settings:
        return "No inboxes; occ-media inbox add NAME makes one"
    if not receiving and not sending:
        return f"{number}, all on"
    return f"{number}; receiving is off in {receiving}, sending is off in {sending}"


def turns_told(current: Current, now: int, shown: Shown) -> list[Line]:
    """One line for each switch that is going to turn: back, where one change did both, as a time-box does."""
    if current.next is None or current.next.valid_from is None:
        return []
    end = current.next.valid_from
    rows: list[Line] = []
    for name in SWITCHES:
        turn = current.turns(name)
        if turn is not None and turn.valid_from is not None:
            when = f"{shown(turn.valid_from)} ({times.hint(turn.valid_from, now)})"
            again = " again" if turn.event == current.version.event else ""
            rows.append(
                f"{current.version.inbox}: {name} turns {on_off(getattr(turn.settings, name))}{again} at {when}"
            )
    return rows or [f"{current.version.inbox}: the settings change at {shown(end)} ({times.hint(end, now)})"]


def _page(
    current: Current,
    now: int,
    permissions: Mapping[str, Permission] | None,
    last: LastChanges | None,
    shown: Shown,
) -> list[Line]:
    version, settings = current.version, current.version.settings
    rows: list[Line] = [(Span(version.inbox, "bold"), f", {settings.description}" if settings.description else "")]
    for name in SWITCHES:
        value = getattr(settings, name)
        text: tuple[Span | str, ...] = (f"{name:<8}  ", Span(on_off(value), "plain" if value else "bold"))
        text = (*text, last.told(name)) if last is not None else text
        turn = current.turns(name)
        if turn is not None and turn.valid_from is not None:
            end, after = turn.valid_from, getattr(turn.settings, name)
            text = (*text, f" until {shown(end)} ({times.hint(end, now)}), then {on_off(after)}")
        rows.append(text)
    if settings.channels:
        rows.append(f"channels  {', '.join(settings.channels)}")
    if settings.tags:
        rows.append(f"tags      {', '.join(settings.tags)}")
    if settings.send_approved_only:
        rows.append("approved  agents may send only approved files")
    if settings.scan != "off":
        rows.append(f"scan      {settings.scan}")
    if settings.quota:
        rows.append(f"quota     {settings.quota}")
    if permissions is not None:
        rows += _agent_rows(current, permissions)
    rows += _version(current, None if last is None else last.stated, shown)
    off = settings if settings.effective_message or not current.next else current.next.settings
    texts = customers_read(off, version.inbox)
    if texts:
        rows.append("While receiving is off, customers read:")
        rows += [(Span(text, verbatim=True, prose=True),) for text in texts]
    return rows


def _version(current: Current, stated: StatedWords | None, shown: Shown) -> list[Line]:
    """The version, and who last changed what it says; who only wrote it anew stands below."""
    from occ_media_cli.settings.stated_words import whose

    version = current.version
    if version.number is None and version.valid_from is None:
        return ["version   -, built in"]
    if version.number is None:
        edited = current.before[0].valid_from if current.before else version.valid_from
        return [f"version   -, edited by hand by {shown(edited or 0)}; the next change records it"]
    kind = ", confirmed" if version.confirmed else ""
    words = f"version   {version.number}{kind}, from {shown(version.valid_from or 0)}"
    if version.confirmed or stated is None or stated.anew is None:
        words = f"{words}, by {by(version.actor)}"
        return [f"{words}: {version.reason}" if version.reason else words]
    return [
        f"{words}, {', '.join(stated.words)}, {whose(stated.change)}",
        f"          written anew {whose(stated.anew)}",
    ]
