"""`occ-media agent`: who may send and view media, and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Format, Output, command
from occ_media_cli.cli.session import Session

HELP = """List agents, give them roles and inboxes, allow and deny sending and viewing.

\b
Examples:
  occ-media agent list
  occ-media agent add mona --role agent --inbox vip
  occ-media agent deny mona send --inbox vip
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such agent or inbox, 12 store busy, 13 refused."

Name = Annotated[str, typer.Argument(metavar="NAME", help="The agent.")]
Action = Annotated[str, typer.Argument(metavar="send|view", help="What it is about.")]
Inbox = Annotated[str, typer.Option("--inbox", metavar="N", help="The inbox.")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=HELP, rich_markup_mode=None)
    commands: dict[str, tuple[Callable[..., int | None], str]] = {
        "list": (listing, "List agents, their roles and their inboxes.\n\n\b\nExample:\n"
                        "  occ-media agent list"),
        "add": (add, "Add an agent: owner, admin and supervisor reach every inbox.\n\n\b\nExample:\n"
                     "  occ-media agent add mona --role agent --inbox vip"),
        "remove": (remove, "Remove an agent.\n\n\b\nExample:\n  occ-media agent remove mona"),
        "allow": (allow, "Allow sending or viewing in an inbox.\n\n\b\nExample:\n"
                         "  occ-media agent allow mona send --inbox vip"),
        "deny": (deny, "Deny sending or viewing in an inbox; deny beats allow.\n\n\b\nExample:\n"
                       "  occ-media agent deny mona send --inbox vip"),
    }  # fmt: skip
    for word, (function, help_text) in commands.items():
        group.command(word, help=help_text, epilog=f"{GLOBAL_LINE} {EXITS}")(command(function))
    app.add_typer(group, name=name)


def listing(session: Session, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """List agents."""
    from occ_media_cli.cli.settings import agent_view
    from occ_media_cli.settings.document.against_store import stored_config

    agents = stored_config(session.location, session.now).sections["agents"]
    session.emit(agent_view.listing(agents), format, output)
    return None


def add(
    session: Session,
    name: Name,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="owner, admin, supervisor or agent.")],
    inboxes: Annotated[
        list[str] | None, typer.Option("--inbox", metavar="N", help="An inbox that the agent reaches.")
    ] = None,
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Add an agent."""
    from occ_media_cli.report.words import refuse_other_words
    from occ_media_cli.settings.agent_changes import add_agent
    from occ_media_cli.settings.agents import ROLES

    refuse_other_words(role, "--role", ROLES)
    with session.editing() as editor:
        row = add_agent(editor, name, role, inboxes or (), reason=reason, backdate=backdate)
    session.say(f"{name}, {role}, added", f"reaches  {_reach(row)}")
    return None


def _reach(row: dict[str, Any]) -> str:
    return "every inbox" if row["role"] != "agent" else ", ".join(row.get("inboxes", ())) or "no inbox yet"


def remove(session: Session, name: Name, reason: Reason = None, backdate: Backdate = None) -> int | None:
    """Remove an agent."""
    from occ_media_cli.settings.agent_changes import remove_agent

    with session.editing() as editor:
        remove_agent(editor, name, reason=reason, backdate=backdate)
    session.say(f"{name}, removed")
    return None


def allow(
    session: Session, name: Name, action: Action, inbox: Inbox, reason: Reason = None, backdate: Backdate = None
) -> int | None:
    """Allow something in an inbox."""
    _permit(session, name, action, inbox, (reason, backdate), allowed=True)
    return None


def deny(
    session: Session, name: Name, action: Action, inbox: Inbox, reason: Reason = None, backdate: Backdate = None
) -> int | None:
    """Deny something in an inbox."""
    _permit(session, name, action, inbox, (reason, backdate), allowed=False)
    return None


def _permit(
    session: Session, name: str, action: str, inbox: str, why: tuple[str | None, str | None], *, allowed: bool
) -> None:
    from occ_media_cli.report.words import refuse_other_words
    from occ_media_cli.settings.agent_changes import permit_agent
    from occ_media_cli.settings.agents import ACTIONS

    refuse_other_words(action, "the action", ACTIONS)
    reason, backdate = why
    with session.editing() as editor:
        done = permit_agent(editor, name, action, inbox, allowed=allowed, reason=reason, backdate=backdate)
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
