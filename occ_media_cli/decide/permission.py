"""What an agent may do in an inbox: a role or an assignment allows, and deny beats allow (contracts.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from occ_media_cli.vocabulary import AgentAction


def may(agents: Mapping[str, Any], name: str, inbox: str, action: AgentAction) -> bool:
    """Whether an agent may send or view in an inbox.

    An unknown agent may, unless somebody is assigned to the inbox by name: then the inbox has a list, and a stranger is
    not on it.
    """
    agent = agents.get(name)
    if agent is None:
        return not any(inbox in each.get("inboxes", ()) for each in agents.values())
    if inbox in agent.get(f"deny_{action}", ()):
        return False
    return agent["role"] != "agent" or inbox in agent.get("inboxes", ()) or inbox in agent.get(f"allow_{action}", ())
