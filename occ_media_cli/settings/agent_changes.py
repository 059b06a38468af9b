"""Changing who may send and view media: each change is one of the whole section `agents`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import UsageError
from occ_media_cli.report.meant import refuse_other_words
from occ_media_cli.settings import agents, membership, read
from occ_media_cli.values import value
from occ_media_cli.vocabulary import AGENT_ACTIONS, ROLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.settings.agents import Agent, Permission
    from occ_media_cli.settings.editor import Editor


@value
class PermissionChange:
    """What an agent may do in an inbox, before and after a change.

    changed: whether anything became another. sends: whether sending is on in the inbox, without which the agent has no
    attachment icon whatever is allowed.
    """

    agent: str
    inbox: str
    before: Permission
    after: Permission
    changed: bool
    sends: bool


@value
class AgentChange:
    """An agent before and after a change; the same where nothing changed."""

    before: Agent
    after: Agent


def add_agent(
    editor: Editor,
    name: str,
    role: str,
    inboxes: Sequence[str] = (),
    *,
    reason: str | None = None,
    backdate: str | None = None,
) -> dict[str, Any]:
    """Add an agent and return its row: `role`, and `inboxes` where some were given; a glob is each that matches.

    UsageError for a role that is none and a name that is taken, NotFound for an unknown inbox.
    """
    refuse_other_words(role, "role", ROLES)
    rows = _rows(editor)
    if name in rows:
        raise UsageError(f"agent '{name}' is there already", hint="see what it may do", topic=("agent", name))
    reached = membership.inboxes_named(editor, inboxes)
    row: dict[str, Any] = {"role": role} | ({"inboxes": reached} if reached else {})
    editor.set_section("agents", {**rows, name: row}, reason, backdate=backdate)
    return row


def change_agent(
    editor: Editor,
    name: str,
    *,
    role: str | None = None,
    add_inboxes: Sequence[str] = (),
    remove_inboxes: Sequence[str] = (),
    reason: str | None = None,
    backdate: str | None = None,
) -> AgentChange:
    """Give an agent another role, inboxes, or take some away; what was allowed and denied on top stays.

    UsageError for a role that is none, an inbox that is to come and to go, or that the agent has not; NotFound for an
    unknown agent or inbox.
    """
    if role is not None:
        refuse_other_words(role, "role", ROLES)
    rows = _rows(editor)
    row = agents.known_agent(rows, name)
    comes, goes = (membership.inboxes_named(editor, each) for each in (add_inboxes, remove_inboxes))
    both = next((inbox for inbox in comes if inbox in goes), None)
    if both is not None:
        raise UsageError(f"inbox '{both}' is to be added and removed", hint="name it once")
    there = list(row.get("inboxes", ()))
    missing = next((inbox for inbox in goes if inbox not in there), None)
    if missing is not None:
        every = row["role"] != "agent"
        what = f"agent '{name}' is not given inbox '{missing}'" + (
            f", but reaches all as {row['role']}" if every else ""
        )
        hint = "give another role, or deny what it may not do there" if every else "name an inbox that the agent has"
        raise UsageError(what, hint=hint, topic=("agent", name))
    inboxes = list(dict.fromkeys([*(inbox for inbox in there if inbox not in goes), *comes]))
    changed = {key: item for key, item in row.items() if key != "inboxes"} | {"role": role or row["role"]}
    changed |= {"inboxes": inboxes} if inboxes else {}
    editor.set_section("agents", {**rows, name: changed}, reason, backdate=backdate)
    before, after = (agents.list_agents({name: each})[0] for each in (row, changed))
    return AgentChange(before, after)


def remove_agent(editor: Editor, name: str, *, reason: str | None = None, backdate: str | None = None) -> None:
    """Remove an agent; NotFound with the nearest name."""
    rows = _rows(editor)
    agents.known_agent(rows, name)
    rest = {key: row for key, row in rows.items() if key != name}
    editor.set_section("agents", rest, reason, backdate=backdate)


def permit_agent(
    editor: Editor,
    name: str,
    action: str,
    inbox: str,
    *,
    allowed: bool,
    reason: str | None = None,
    backdate: str | None = None,
) -> PermissionChange:
    """Allow or deny an agent to `send` or `view` in an inbox; deny beats allow, whatever the role.

    UsageError for another action, NotFound for an unknown agent or inbox.
    """
    refuse_other_words(action, "action", AGENT_ACTIONS)
    rows = _rows(editor)
    row = agents.known_agent(rows, name)
    inbox = editor.inbox(inbox)[0]
    before = agents.permission(rows, name, inbox)
    rows[name] = (agents.allowed if allowed else agents.denied)(row, action, inbox)
    changed = editor.set_section("agents", rows, reason, backdate=backdate)
    after = agents.permission(rows, name, inbox)
    assert before is not None  # noqa: S101  # known_agent found it
    assert after is not None  # noqa: S101  # and it was not removed
    return PermissionChange(name, inbox, before, after, changed, editor.settings(inbox).send)


def _rows(editor: Editor) -> dict[str, Any]:
    found: dict[str, Any] = read.section(editor.connection, "agents")
    return found
