"""Who may send and view media where: roles, inboxes given by name, and what was allowed or denied on top."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from occ_media_cli.errors import Refused
from occ_media_cli.report.unknown_name import unknown_name
from occ_media_cli.store.actor_names import read_alike, unclear
from occ_media_cli.values import value

Agents = Mapping[str, Mapping[str, Any]]
"""The section `agents`: role, and lists of inbox names, by agent name."""


@value
class Permission:
    """What an agent may do in an inbox."""

    agent: str
    may_send: bool
    may_view: bool


@value
class Agent:
    """An agent. role: one of `ROLES`. The rest are names of inboxes: those that were given, and those where sending or
    viewing was allowed or denied on top."""

    name: str
    role: str
    inboxes: tuple[str, ...] = ()
    allow_send: tuple[str, ...] = ()
    allow_view: tuple[str, ...] = ()
    deny_send: tuple[str, ...] = ()
    deny_view: tuple[str, ...] = ()


def list_agents(agents: Agents) -> tuple[Agent, ...]:
    """Every agent of the section, by name."""
    lists = ("inboxes", "allow_send", "allow_view", "deny_send", "deny_view")
    return tuple(
        Agent(name, str(row["role"]), *(tuple(row.get(key, ())) for key in lists))
        for name, row in sorted(agents.items())
    )


def permission(agents: Agents, agent: str, inbox: str) -> Permission | None:
    """What an agent may do in an inbox; None for an agent that is not there. Deny beats allow, whatever the role."""
    row = agents.get(agent)
    if row is None:
        return None
    return Permission(agent, _may(row, "send", inbox), _may(row, "view", inbox))


def _may(row: Mapping[str, Any], action: str, inbox: str) -> bool:
    given = row["role"] != "agent" or inbox in row.get("inboxes", ()) or inbox in row.get(f"allow_{action}", ())
    return given and inbox not in row.get(f"deny_{action}", ())


def refuse_unclear_names(before: Collection[str], after: Collection[str]) -> None:
    """Refused for a new agent whose name may be read as another's; one that is there already may stay."""
    found = next(unclear_names(before, after), None)
    if found is not None:
        raise Refused(f"{found[1]}; nothing was changed", hint=found[2])


def unclear_names(before: Collection[str], after: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Each new agent whose name may be read as another's, with what is wrong and what to do about it."""
    for name in after:
        problem = None if name in before else unclear(name)
        if problem is not None:
            yield name, f"the agent's name {name!a} {problem[0]}", problem[1]
    # Those that stay come first: of two that are read alike it is the new one that is told.
    for name, other in read_alike(sorted(after, key=lambda name: name not in before)):
        if name not in before:
            what = f"the agent's name {name!a} is read like {other!a}, which is another agent"
            yield name, what, "give it a name that nobody takes for the other one"


def known_agent(agents: Agents, agent: str) -> Mapping[str, Any]:
    """The row of an agent; NotFound with the nearest name."""
    if agent in agents:
        return agents[agent]
    topic = ("agents",) if agents else ("first-agent", agent)
    hint = "name one that is there, or add it first"
    raise unknown_name(f"no agent '{agent}'", agent, agents, hint=hint, topic=topic)


def allowed(row: Mapping[str, Any], action: str, inbox: str) -> dict[str, Any]:
    """The row of an agent who may do something in an inbox."""
    found = _without(row, f"deny_{action}", inbox)
    return found if _may(found, action, inbox) else _with(found, f"allow_{action}", inbox)


def denied(row: Mapping[str, Any], action: str, inbox: str) -> dict[str, Any]:
    """The row of an agent who may not do something in an inbox."""
    return _with(_without(row, f"allow_{action}", inbox), f"deny_{action}", inbox)


def _with(row: Mapping[str, Any], key: str, inbox: str) -> dict[str, Any]:
    items = list(row.get(key, ()))
    return {**row, key: items if inbox in items else [*items, inbox]}


def _without(row: Mapping[str, Any], key: str, inbox: str) -> dict[str, Any]:
    found = {**row, key: [item for item in row.get(key, ()) if item != inbox]}
    if not found[key]:
        del found[key]
    return found
