"""The settings of a store at one moment, as policies. Reads the store; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from occ_media_cli.decide.permission import may
from occ_media_cli.decide.policy import InboxPolicy, Policy
from occ_media_cli.decide.switches import switches_of
from occ_media_cli.errors import NotFound, StoreInvalid
from occ_media_cli.media.channels.profile_schema import ProfileMistake
from occ_media_cli.media.channels.profiles import Profiles, profile_name
from occ_media_cli.report.unknown_name import slip_of_channel, slip_of_name, unknown_name
from occ_media_cli.report.words import suggestion
from occ_media_cli.settings.agents import known_agent
from occ_media_cli.settings.editing import current
from occ_media_cli.settings.inbox_names import no_inbox, normal
from occ_media_cli.settings.read import called_now, inbox_ids
from occ_media_cli.settings.state import agents_at, state
from occ_media_cli.settings.unrecorded_tags import of_versions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from occ_media_cli.decide.policy import Switch
    from occ_media_cli.media.channels.profile import Profile
    from occ_media_cli.settings.model import Version
    from occ_media_cli.store.open import Store


@dataclass(slots=True)
class SettingsNow:
    """Inboxes by name, agents, and channel profiles, at one moment of one store. unrecorded: the numbers of inboxes
    whose tags in the document are not on record."""

    store: Store
    now: int
    inboxes: dict[str, Version]
    agents: Mapping[str, Any]
    profiles: Profiles
    unrecorded: frozenset[int]
    _switches: dict[str, tuple[Switch, Switch]] = field(default_factory=dict)

    def version(self, inbox: str) -> Version:
        """The settings of an inbox. Raises NotFound."""
        found = self.inboxes.get(normal(inbox))
        if found is None:
            where = str(self.store.location.path)
            now = None if self.store.connection is None else called_now(self.store.connection, inbox)
            if now is not None and now not in self.inboxes:
                now = None  # it was taken out of the document by hand
            if now is not None:
                raise no_inbox(inbox, self.inboxes, where, now=now)
            raise unknown_name(f"no inbox '{inbox}'", inbox, self.inboxes, file=where, topic=("inboxes-of-store",))
        return found

    def linked(self, inbox: str) -> tuple[str, ...]:
        """The channels of an inbox, as they are linked."""
        return self.version(inbox).settings.channels

    def linked_to(self, profile: str) -> list[str]:
        """The inboxes that are linked to a profile, whatever the account."""
        return [
            name
            for name, version in self.inboxes.items()
            if any(profile_name(channel) == profile for channel in version.settings.channels)
        ]

    def profile(self, channel: str) -> Profile:
        """The profile of a channel. Raises NotFound, and StoreInvalid with file and line for a mistake in it."""
        name = profile_name(channel)
        try:
            return self.profiles.get(name)
        except KeyError:
            raise NotFound(
                f"no channel profile '{name}'{suggestion(name, self.profiles.names)}",
                topic=("profiles",),
                slip=slip_of_channel(channel, self.profiles.names),
            ) from None
        except ProfileMistake as mistake:
            raise self.invalid(mistake) from None

    def invalid(self, mistake: ProfileMistake) -> StoreInvalid:
        """A mistake in an own profile, with the line where it stands."""
        path = self.store.location.document or self.store.location.path
        line = None
        data = self.store.document_bytes()
        if data is not None:
            from occ_media_cli.settings.document.toml_scan import locate

            line = locate(data.decode("utf-8", "replace"), mistake.path)
        name = mistake.path[1] if len(mistake.path) > 1 else ""
        what = mistake.what if str(name) in mistake.what else f"channel '{name}': {mistake.what}"
        return StoreInvalid(what, hint=mistake.hint, file=str(path), line=line, topic=mistake.topic)

    def policy(
        self, inbox: str, *, agent: str | None = None, direction: str | None = None, strict: bool = False
    ) -> Policy:
        """Everything that holds for an inbox: the table, every linked channel, the settings, the agent, the library."""
        version = self.version(inbox)
        settings, name = version.settings, version.inbox
        number = version.inbox_id
        if number is None and self.store.connection is not None:  # an edit by hand that no command has recorded
            number = inbox_ids(self.store.connection).get(name)
        switches = self._switches.get(name)
        if switches is None:
            switches = self._switches[name] = switches_of(self.store.connection, version, number)
        profiles = {profile_name(channel): None for channel in settings.channels}
        return Policy(
            direction,
            True,
            tuple(self.profile(each) for each in profiles),
            InboxPolicy(
                name,
                *switches,
                agent,
                agent is None or may(self.agents, agent, name, "send"),
                agent is None or may(self.agents, agent, name, "view"),
                settings.send_approved_only,
                number,
                number not in self.unrecorded,
                settings.scan,
                settings.effective_message,
            ),
            strict,
        )

    def refuse_mistyped_agent(self, agent: str | None) -> None:
        """NotFound for an agent who is not there and whose name is a slip of another's. Any other who is not there may
        not send, which is an answer."""
        if agent is not None and agent not in self.agents and slip_of_name(agent, self.agents) is not None:
            known_agent(self.agents, agent)

    def changes_at(self) -> int | None:
        """The next moment at which a setting changes by itself, or None."""
        ends = [version.valid_to for version in self.inboxes.values() if version.valid_to is not None]
        return min(ends, default=None)


def settings_of(store: Store, now: int) -> SettingsNow:
    """Read everything that decides at a moment. Raises StoreInvalid."""
    config = current(store, now)
    inboxes = {found.version.inbox: found.version for found in state(store, now).inboxes}
    channels = config.sections["channels"]
    return SettingsNow(
        store,
        now,
        inboxes,
        agents_at(store, now),
        Profiles(channels if isinstance(channels, dict) else {}),
        of_versions(store.connection, inboxes.values(), now) if store.connection is not None else frozenset(),
    )
