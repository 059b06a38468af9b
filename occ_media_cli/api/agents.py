"""Agents from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from occ_media_cli.api.arguments import Calls

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.settings.agent_changes import AgentChange, PermissionChange
    from occ_media_cli.settings.agents import Agent


class Agents(Calls):
    """`desk.agents`: who may send and view media, and where."""

    def add(
        self,
        name: str,
        role: str,
        *,
        inboxes: Sequence[str] = (),
        reason: str | None = None,
        backdate: str | None = None,
    ) -> Agent:
        """Add an agent. role: `owner`, `admin` and `supervisor` reach every inbox, an `agent` those that are given.

        Raises UsageError for a role that is none and a name that is taken, NotFound for an unknown inbox.

            >>> desk.agents.add("kim", "agent", inboxes=["vip"]).inboxes
            ('vip',)
        """
        from occ_media_cli.settings.agent_changes import add_agent
        from occ_media_cli.settings.agents import list_agents

        with self._door.editing() as editor:
            row = add_agent(editor, name, role, inboxes, reason=reason, backdate=backdate)
        return list_agents({name: row})[0]

    def change(
        self,
        name: str,
        *,
        role: str | None = None,
        add_inboxes: Sequence[str] = (),
        remove_inboxes: Sequence[str] = (),
        reason: str | None = None,
        backdate: str | None = None,
    ) -> AgentChange:
        """Give an agent another role or other inboxes; what was allowed and denied on top stays.

        Raises UsageError for a role that is none and an inbox that the agent was not given, NotFound for an unknown
        agent or inbox.

            >>> desk.agents.change("mona", role="supervisor").after.role
            'supervisor'
        """
        from occ_media_cli.settings.agent_changes import change_agent

        with self._door.editing() as editor:
            return change_agent(
                editor,
                name,
                role=role,
                add_inboxes=add_inboxes,
                remove_inboxes=remove_inboxes,
                reason=reason,
                backdate=backdate,
            )

    def remove(self, name: str, *, reason: str | None = None, backdate: str | None = None) -> None:
        """Remove an agent.

        Raises NotFound, with the nearest name, for an unknown agent.

            >>> desk.agents.remove("mona", reason="left")
        """
        from occ_media_cli.settings.agent_changes import remove_agent

        with self._door.editing() as editor:
            remove_agent(editor, name, reason=reason, backdate=backdate)

    @overload
    def allow(
        self, name: str, action: str, inbox: str, *, reason: str | None = None, backdate: str | None = None
    ) -> PermissionChange: ...

    @overload
    def allow(
        self,
        name: str,
        action: str,
        inbox: str | Sequence[str],
        *,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> PermissionChange | tuple[PermissionChange, ...]: ...

    def allow(
        self,
        name: str,
        action: str,
        inbox: str | Sequence[str],
        *,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> PermissionChange | tuple[PermissionChange, ...]:
        """Allow an agent to `send` or `view` in an inbox, and take a denial of it away.

        inbox: one; of a list all in one change, and a change of each comes back.

        Raises UsageError for another action, NotFound for an unknown agent or inbox.

            >>> desk.agents.allow("mona", "send", "inbox").after.may_send
            True
        """
        return self._permit(name, action, inbox, reason, backdate, allowed=True)

    @overload
    def deny(
        self, name: str, action: str, inbox: str, *, reason: str | None = None, backdate: str | None = None
    ) -> PermissionChange: ...

    @overload
    def deny(
        self,
        name: str,
        action: str,
        inbox: str | Sequence[str],
        *,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> PermissionChange | tuple[PermissionChange, ...]: ...

    def deny(
        self,
        name: str,
        action: str,
        inbox: str | Sequence[str],
        *,
        reason: str | None = None,
        backdate: str | None = None,
    ) -> PermissionChange | tuple[PermissionChange, ...]:
        """Deny an agent to `send` or `view` in an inbox; deny beats allow, whatever the role. inbox: as for `allow`.

        Raises UsageError for another action, NotFound for an unknown agent or inbox.

            >>> denied = desk.agents.deny("mona", "send", "vip", reason="training")
            >>> denied.before.may_send, denied.after.may_send
            (True, False)
        """
        return self._permit(name, action, inbox, reason, backdate, allowed=False)

    def _permit(
        self,
        name: str,
        action: str,
        inbox: str | Sequence[str],
        reason: str | None,
        backdate: str | None,
        *,
        allowed: bool,
    ) -> PermissionChange | tuple[PermissionChange, ...]:
        from occ_media_cli.ledger.query import listed
        from occ_media_cli.settings.agent_changes import permit_agent

        with self._door.editing() as editor:
            done = [
                permit_agent(editor, name, action, one, allowed=allowed, reason=reason, backdate=backdate)
                for one in listed(inbox)
            ]
        return done[0] if isinstance(inbox, str) else tuple(done)

    def list(self) -> tuple[Agent, ...]:
        """Every agent with role and inboxes, by name, as it is now: what is planned has not begun.

        Raises StoreInvalid, with file and line, for a document that breaks its format; no store has no agents.

            >>> [(agent.name, agent.role) for agent in desk.agents.list()]
            [('mona', 'agent')]
        """
        from occ_media_cli.settings.agents import list_agents
        from occ_media_cli.settings.agents_state import read_agents

        return list_agents(read_agents(self._door.location, self._door.now()).agents)
