"""`occ-media agent`: who may send and view media, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from occ_media_cli.cli import one_of
from occ_media_cli.cli.options import Backdate, Format, Output, Reason, Run, add_group, changing
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from occ_media_cli.report.model import Report
    from occ_media_cli.settings.agent_changes import PermissionChange
    from occ_media_cli.settings.agents import Agent, Agents
    from occ_media_cli.settings.agents_state import AgentsState
    from occ_media_cli.settings.editor import Editor

HELP = """List agents, give them roles and inboxes, allow and deny sending and viewing.

\b
Examples:
  occ-media agent list
  occ-media agent add mona --role agent --inbox vip
  occ-media agent deny mona send --inbox vip
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such agent or inbox, 12 store busy, 13 refused."

SCHEMA = "occ-media/agents/1"

LISTS = ("inboxes", "allow_send", "allow_view", "deny_send", "deny_view")
"""What an agent's row may list, each in a member of its own."""

Name = Annotated[str, typer.Argument(metavar="NAME", help="The agent.")]
Action = Annotated[
    str,
    typer.Argument(metavar="send|view", help="What it is about.", click_type=one_of.OneOf("vocabulary:AGENT_ACTIONS")),
]
Inbox = Annotated[list[str], typer.Option("--inbox", metavar="N", help="The inbox.")]


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    commands: dict[str, tuple[Run, str]] = {
        "list": (listing, "List agents, their roles and their inboxes.\n\n\b\nExample:\n"
                        "  occ-media agent list"),
        "add": (add_agent, "Add an agent: owner, admin and supervisor reach every inbox.\n\n\b\nExample:\n"
                     "  occ-media agent add mona --role agent --inbox vip"),
        "change": (change, "Give an agent another role, or other inboxes; what is allowed and denied on top stays.\n\n"
                   "\b\nExamples:\n  occ-media agent change mona --role supervisor\n"
                   "  occ-media agent change mona --add-inbox lab --remove-inbox vip"),
        "remove": (remove, "Remove an agent.\n\n\b\nExample:\n  occ-media agent remove mona"),
        "allow": (allow, "Allow sending or viewing in an inbox.\n\n\b\nExample:\n"
                         "  occ-media agent allow mona send --inbox vip"),
        "deny": (deny, "Deny sending or viewing in an inbox; deny beats allow.\n\n\b\nExample:\n"
                       "  occ-media agent deny mona send --inbox vip"),
    }  # fmt: skip
    add_group(app, name, HELP, commands, EXITS)


def listing(session: Session, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """List agents."""
    from occ_media_cli.settings.agents_state import read_agents

    session.emit(report(read_agents(session.location, session.now)), format, output)
    return None


def report(found: AgentsState) -> Report:
    """Every agent with role and inboxes, where the decision about sending and viewing is no, and when that changes."""
    from occ_media_cli import times
    from occ_media_cli.report.blocks import Column
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    columns = (
        Column("agent", "Agent", "id", of="name"),
        Column("role", "Role", "state"),
        Column("may_not_send", "May not send", "list"),
        Column("may_not_view", "May not view", "list"),
        Column("inboxes", "Inboxes", "list", of=_reached),
    )
    rows = sorted(found.agents.items())
    planned = [times.text(moment) for moment in found.planned]
    answer = plural(len(rows), "agent") if rows else "No agents; occ-media agent add NAME --role agent adds one"
    return Report.of_list(
        columns,
        [
            {
                "name": name,
                "role": row["role"],
                **{key: list(row.get(key, ())) for key in LISTS},
                **_refusals(found.agents, name, found.inboxes),
            }
            for name, row in rows
        ],
        schema=SCHEMA,
        title="Agents",
        records_key="agents",
        answer=answer,
        head={"planned": planned},
        notices=[f"Agents change at {planned[0]}; with --now {planned[0]} the list is that of then."]
        if planned
        else (),
    )


def _refusals(agents: Agents, name: str, inboxes: Sequence[str]) -> dict[str, list[str]]:
    """The inboxes where an agent may not send or view, of those that name the agent: as `show --agent` decides it."""
    from occ_media_cli.settings.agents import permission

    row = agents[name]
    named = {inbox for key in LISTS for inbox in row.get(key, ())}
    found: dict[str, list[str]] = {"may_not_send": [], "may_not_view": []}
    for inbox in inboxes:
        may = permission(agents, name, inbox)
        if may is not None and (inbox in named or row["role"] != "agent"):
            found["may_not_send"] += [] if may.may_send else [inbox]
            found["may_not_view"] += [] if may.may_view else [inbox]
    return found


def _reached(agent: Mapping[str, Any]) -> list[str]:
    """The inboxes of an agent, each once; whoever is more than an agent reaches all."""
    if agent["role"] != "agent":
        return ["all"]
    return list(dict.fromkeys([*agent["inboxes"], *agent["allow_send"], *agent["allow_view"]]))


@changing
def add_agent(
    session: Session,
    name: Name,
    role: Annotated[
        str,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="owner, admin, supervisor or agent.",
            click_type=one_of.OneOf("vocabulary:ROLES"),
        ),
    ],
    inboxes: Annotated[
        list[str] | None, typer.Option("--inbox", metavar="N", help="An inbox that the agent reaches.")
    ] = None,
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Add an agent."""
    from occ_media_cli.settings.agent_changes import add_agent as add

    with session.editing() as editor:
        row = add(editor, name, role, inboxes or (), reason=reason, backdate=backdate)
    session.say(f"{name}, {role}, added", f"reaches  {_reach(row)}")
    return None


@changing
def change(
    session: Session,
    name: Name,
    role: Annotated[
        str | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="owner, admin, supervisor or agent.",
            click_type=one_of.OneOf("vocabulary:ROLES"),
        ),
    ] = None,
    add: Annotated[list[str] | None, typer.Option("--add-inbox", metavar="N", help="An inbox to reach.")] = None,
    take: Annotated[
        list[str] | None, typer.Option("--remove-inbox", metavar="N", help="An inbox to reach no more.")
    ] = None,
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Change an agent."""
    from occ_media_cli.report.words import or_words
    from occ_media_cli.settings.agent_changes import change_agent

    if role is None and not add and not take:
        options = ("--role", "--add-inbox", "--remove-inbox")
        raise UsageError(f"nothing to change: {or_words(options)} says what", hint="occ-media agent change --help")
    with session.editing() as editor:
        done = change_agent(
            editor, name, role=role, add_inboxes=add or (), remove_inboxes=take or (), reason=reason, backdate=backdate
        )
    if done.before == done.after:
        session.say(f"{name}, nothing changed")
        return None
    session.say(name)
    for label, old, new in (
        ("role", done.before.role, done.after.role),
        ("reaches", _reached_by(done.before), _reached_by(done.after)),
    ):
        session.say(f"{label:<8} {old} → {new}" if old != new else f"{label:<8} {new}")
    denied = sorted({*done.after.deny_send, *done.after.deny_view})
    if denied:
        session.say(f"still denied in {', '.join(denied)}; deny beats every role")
    return None


def _reached_by(agent: Agent) -> str:
    return _reach({"role": agent.role, "inboxes": list(agent.inboxes)})


def _reach(row: dict[str, Any]) -> str:
    return "every inbox" if row["role"] != "agent" else ", ".join(row.get("inboxes", ())) or "no inbox yet"


@changing
def remove(session: Session, name: Name, reason: Reason = None, backdate: Backdate = None) -> int | None:
    """Remove an agent."""
    from occ_media_cli.settings.agent_changes import remove_agent

    with session.editing() as editor:
        remove_agent(editor, name, reason=reason, backdate=backdate)
    session.say(f"{name}, removed")
    return None


@changing
def allow(
    session: Session, name: Name, action: Action, inbox: Inbox, reason: Reason = None, backdate: Backdate = None
) -> int | None:
    """Allow something in an inbox."""
    _permit(session, name, action, inbox, (reason, backdate), allowed=True)
    return None


@changing
def deny(
    session: Session, name: Name, action: Action, inbox: Inbox, reason: Reason = None, backdate: Backdate = None
) -> int | None:
    """Deny something in an inbox."""
    _permit(session, name, action, inbox, (reason, backdate), allowed=False)
    return None


def _permit(
    session: Session, name: str, action: str, inboxes: list[str], why: tuple[str | None, str | None], *, allowed: bool
) -> None:
    from occ_media_cli.cli.settings import many_inboxes
    from occ_media_cli.settings.agent_changes import permit_agent
    from occ_media_cli.settings.inbox_names import is_glob
    from occ_media_cli.settings.membership import inboxes_named

    reason, backdate = why

    def work(editor: Editor) -> list[PermissionChange]:
        return [
            permit_agent(editor, name, action, inbox, allowed=allowed, reason=reason, backdate=backdate)
            for inbox in inboxes_named(editor, inboxes)
        ]

    def tell(every: list[PermissionChange]) -> None:
        for done in every:
            _tell(session, name, done)

    def changed(every: list[PermissionChange]) -> list[str]:
        return [done.inbox for done in every if done.changed]

    many_inboxes.ask_and_make(session, work, tell, changed, many=len(inboxes) > 1 or is_glob(inboxes[0]))


def _tell(session: Session, name: str, done: PermissionChange) -> None:
    """Say what an agent may do in an inbox now."""
    before, after = done.before, done.after
    if not done.changed:
        session.say(f"{name} in {done.inbox}, nothing changed")
        return
    session.say(f"{name} in {done.inbox}")
    for label, old, new in (("send", before.may_send, after.may_send), ("view", before.may_view, after.may_view)):
        words = f"{_may(old)} → {_may(new)}" if old != new else _may(new)
        session.say(f"{label:<8} {words}")
    icon = "is there" if after.may_send and done.sends else "is not there"
    off = "." if done.sends or not after.may_send else ": send is off in the inbox."
    session.say(f"The attachment icon {icon}{off}")


def _may(value: bool) -> str:
    return "allowed" if value else "denied"
