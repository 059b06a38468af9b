"""Whose a file of Slack is: sent by a user of your own, or received from somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from occ_media_cli.ledger.entry import SamePerson
from occ_media_cli.ledger.sources import Options
from occ_media_cli.ledger.sources.payload_values import id_of, object_of

OUTSIDE = ("is_stranger", "is_restricted", "is_ultra_restricted")
"""Marks of somebody who is in a workspace without being of it: of another company, or a guest."""


class SlackPeople:
    """Who is a user of your own, by what was said: the agents and customers of the options, else the list of an export,
    else the team that a message names. Who is neither is a customer."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._agents = frozenset(options.agents)
        self._customers = frozenset(options.customers)
        self._own: set[str] | None = None

    def learn(self, users: Iterable[dict[str, Any]]) -> None:
        """Take in the list of an export. A user of another team than that of the owner is of another company."""
        teams: dict[str, str | None] = {}
        home = None
        for user in users:
            number = id_of(user.get("id"))
            if number is None:
                continue
            team = id_of(user.get("team_id"))
            if user.get("is_primary_owner"):
                home = team
            if not any(user.get(mark) for mark in OUTSIDE):
                teams[number] = team
        self._own = {number for number, team in teams.items() if home is None or team in (None, home)}

    def said(self, users: Iterable[dict[str, Any]]) -> list[SamePerson]:
        """Under which addresses the customers of such a list are known; `learn` comes first."""
        found = []
        for user in users:
            number, email = id_of(user.get("id")), object_of(user.get("profile")).get("email")
            if number is None or not isinstance(email, str) or not email or user.get("is_bot"):
                continue
            if not self.is_own(number, {}, {}, None) and email not in self._agents:
                found.append(SamePerson(number, (email,)))
        return found

    def is_own(self, user: str | None, message: dict[str, Any], file: dict[str, Any], home: str | None) -> bool:
        """Whether a file was sent by a user of your own, or by a program. home: your own team, where a body says it."""
        if user in self._customers:
            return False
        if user in self._agents or message.get("subtype") == "bot_message" or message.get("bot_id"):
            return True
        if user is None or self._agents:
            return False
        if self._own is not None:
            return user in self._own
        team = id_of(message.get("user_team")) or id_of(message.get("team"))
        if team is None and id_of(file.get("user")) == user:
            team = id_of(file.get("user_team"))
        return home is not None and team == home


def home_of(body: dict[str, Any]) -> str | None:
    """The team that an event was delivered to."""
    granted = body.get("authorizations")
    first = object_of(granted[0]) if isinstance(granted, list) and granted else {}
    return id_of(first.get("team_id")) or id_of(body.get("team_id"))
