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
        self._writing: dict[str, tuple[str, ...]] = {}
        self._requesters: set[str] = set()
        self._own: set[str] = set()
        self._owners: dict[str, str] = {}
        self._fresh: dict[str, None] = {}
        self.learn_all(users)

    def learn(self, user: object) -> None:
        """Take in a user that stands somewhere in a body; what one place leaves out another may say."""
        told = object_of(user)
        number = id_of(told.get("id"))
        if number is not None:
            known = self._users.get(number, {})
            self._users[number] = {**known, **{name: value for name, value in told.items() if value is not None}}
            self._fresh[number] = None
            if isinstance(told.get("email"), str):
                self._owners.setdefault(told["email"].casefold(), number)

    def learn_all(self, users: object) -> None:
        """Take in a list of users."""
        for user in users if isinstance(users, list) else []:
            self.learn(user)

    def learn_ticket(self, ticket: dict[str, Any]) -> None:
        """Take in who opened a ticket, and the address of yours that it came to."""
        for name in ("requester", "submitter"):
            self.learn(ticket.get(name))
        self.learn_all(ticket.get("users"))
        requester = id_of(ticket.get("requester_id")) or id_of(object_of(ticket.get("requester")).get("id"))
        if isinstance(ticket.get("recipient"), str):
            self._own.add(ticket["recipient"].casefold())
        if requester is not None:
            self._requesters.add(requester)
            self._fresh[requester] = None
        self.learn_sender(ticket, id_of(ticket.get("submitter_id")) or requester)

    def learn_sender(self, told: dict[str, Any], author: str | None) -> None:
        """Take in from which address or telephone somebody wrote (`via.source.from`)."""
        source = object_of(object_of(told.get("via")).get("source"))
        sender, receiver = object_of(source.get("from")), object_of(source.get("to"))
        for name in ("address", "email"):
            if isinstance(receiver.get(name), str):
                self._own.add(receiver[name].casefold())
        number = author or id_of(sender.get("id"))
        ids = tuple(text for name in ("address", "phone") if isinstance(text := sender.get(name), str) and text)
        if number is not None and ids:
            self._writing[number] = tuple(dict.fromkeys((*self._writing.get(number, ()), *ids)))
            self._fresh[number] = None

    def said(self) -> list[SamePerson]:
        """Under which ids the customers are known of whom something was learned since this was asked. A telephone that
        users share is nobody's id."""
        fresh, self._fresh = self._fresh, {}
        found = []
        for number in fresh:
            user = self._users.get(number, {})
            is_shared = bool(user.get("shared_phone_number"))
            written = [
                text
                for text in self._writing.get(number, ())
                if self._owners.get(text.casefold(), number) == number and not (is_shared and "@" not in text)
            ]
            stated = (user.get("email"), None if is_shared else user.get("phone"), *written)
            ids = tuple(dict.fromkeys(text for text in stated if isinstance(text, str) and text))
            ids = tuple(text for text in ids if text.casefold() not in self._own)
            names = {number.casefold(), *(text.casefold() for text in ids)}
            role = self._role(number) or (CUSTOMER if number in self._requesters else None)
            if ids and (names & self._customers or (role == CUSTOMER and not names & self._agents)):
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
