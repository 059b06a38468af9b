"""Who wrote a comment of Zendesk: a customer, or one of your own."""

from __future__ import annotations

from typing import Any

from occ_media_cli.ledger.entry import SamePerson, Unfit
from occ_media_cli.ledger.sources import Options
from occ_media_cli.ledger.sources.payload_values import id_of, object_of
from occ_media_cli.vocabulary import Direction

CUSTOMER = "end-user"
"""The role of a customer; every other one is of your own."""


class ZendeskPeople:
    """The users that a body brings beside its comments (`include=users`), and what the command line says."""

    def __init__(self, users: object, options: Options) -> None:
        self._options = options
        self._agents = {text.casefold() for text in options.agents}
        self._customers = {text.casefold() for text in options.customers}
        self._users: dict[str, dict[str, Any]] = {}
        for user in users if isinstance(users, list) else []:
            self.learn(user)

    def learn(self, user: object) -> None:
        """Take in a user that stands somewhere in a body."""
        number = id_of(object_of(user).get("id"))
        if number is not None:
            self._users[number] = object_of(user)

    def said(self) -> list[SamePerson]:
        """Under which ids the customers among the users are known. A telephone that users share is nobody's id."""
        found = []
        for number, user in self._users.items():
            email, phone = user.get("email"), None if user.get("shared_phone_number") else user.get("phone")
            ids = tuple(text for text in (email, phone) if isinstance(text, str) and text)
            names = {number.casefold(), *(text.casefold() for text in ids)}
            if ids and (names & self._customers or (self._role(number) == CUSTOMER and not names & self._agents)):
                found.append(SamePerson(number, ids))
        return found

    def called(self, number: str | None) -> str | None:
        """The address of a user where it is known, else the number."""
        email = self._users.get(number or "", {}).get("email")
        return email if isinstance(email, str) and email else number

    def _role(self, number: str) -> str | None:
        """The role of a user, where a body says it; beside a request it says only whether one is an agent."""
        user = self._users.get(number, {})
        role, is_agent = user.get("role"), user.get("agent")
        if isinstance(role, str) and role:
            return role
        return None if not isinstance(is_agent, bool) else "agent" if is_agent else CUSTOMER

    def direction(self, author: str, requester: str | None) -> Direction:
        """Which way a comment went; Unfit where nothing tells. requester: whose the ticket is."""
        names = {author.casefold(), str(self.called(author)).casefold()}
        role = self._role(author)
        if names & self._customers:
            return "receive"
        if self._agents:
            return "send" if names & self._agents else "receive"
        if role == CUSTOMER or (requester is not None and requester.casefold() in names):
            return "receive"
        if role is not None or requester is not None:
            return "send"
        if self._options.direction is not None:
            return self._options.direction
        raise Unfit(
            "no direction", f"nothing tells whether {author} is a customer: name the requester of the"
            " ticket or your own agents, or ask Zendesk for the comments with include=users",
        )  # fmt: skip
