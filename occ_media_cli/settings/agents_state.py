"""The agents of a store at a moment, and when others are planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings import read
from occ_media_cli.settings.state import agents_at, state
from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.settings.agents import Agents
    from occ_media_cli.store.locate import Location


@value
class AgentsState:
    """Agents at a moment, as checks and the gate know them. inboxes: the names of those that there are then. planned:
    the later moments at which the agents are to change."""

    agents: Agents
    inboxes: tuple[str, ...] = ()
    planned: tuple[int, ...] = ()


def read_agents(location: Location, moment: int) -> AgentsState:
    """The agents at a moment; none where there is no store yet. StoreInvalid for a document that breaks its format."""
    from occ_media_cli.store.open import reading

    if not location.exists:
        return AgentsState({})
    with reading(location) as store:
        planned = () if store.connection is None else read.planned_section_changes(store.connection, "agents", moment)
        inboxes = tuple(current.version.inbox for current in state(store, moment).inboxes)
        return AgentsState(agents_at(store, moment), inboxes, tuple(planned))
