"""What somebody asks to hold files against, and the policy that answers it, read from the store where need be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.decide.policy import Policy
from occ_media_cli.errors import UsageError
from occ_media_cli.report.meant import refuse_other_words
from occ_media_cli.report.unknown_name import unknown_name
from occ_media_cli.values import replace, value
from occ_media_cli.vocabulary import DIRECTIONS

if TYPE_CHECKING:
    from occ_media_cli.media.channels.profile import Profile
    from occ_media_cli.store.locate import Location


@value
class PolicyQuestion:
    """What to hold files against.

    inbox: everything that holds for it. channels: profiles, or accounts of the inbox; of several, each. direction: one
    of `DIRECTIONS`, None for either. agent: who sends. strict: warnings count as errors.
    """

    inbox: str | None = None
    channels: tuple[str, ...] = ()
    direction: str | None = None
    agent: str | None = None
    strict: bool = False

    def way(self) -> str | None:
        """The direction that is meant: an agent sends. UsageError for what contradicts itself."""
        if self.direction is not None:
            refuse_other_words(self.direction, "direction", DIRECTIONS)
        if self.agent is None:
            return self.direction
        if self.direction == "receive":
            raise UsageError("an agent is one who sends, and the direction is receive", hint="leave one of them out")
        if self.inbox is None:
            raise UsageError("an agent needs an inbox", hint="an agent's permission is one for an inbox: name it")
        return "send"


def policy_for(location: Location, now: int, asked: PolicyQuestion) -> Policy:
    """The policy at a moment. The store is opened for an inbox, and for a channel profile that is the store's own.

    Raises UsageError for a question that contradicts itself, NotFound for an unknown inbox or channel.
    """
    way = asked.way()
    if asked.inbox is not None:
        return _inbox_policy(location, now, asked.inbox, replace(asked, direction=way))
    if asked.channels:
        alone = tuple(profile_alone(location, now, channel) for channel in dict.fromkeys(asked.channels))
        return Policy(direction=way, table=False, profiles=alone, strict=asked.strict)
    return Policy(direction=way, strict=asked.strict)


def profile_alone(location: Location, now: int, channel: str) -> Profile:
    """One profile, outside of any inbox: of the program, or of the store where there is one."""
    from occ_media_cli.media.channels import CHANNELS
    from occ_media_cli.media.channels.profiles import built_in, profile_name

    name = profile_name(channel)
    if name in CHANNELS and not location.exists:
        return built_in(name)
    from occ_media_cli.decide.settings_now import settings_of
    from occ_media_cli.store.open import reading

    with reading(location) as store:
        return settings_of(store, now).profile(channel)


def every_profile(location: Location, now: int) -> tuple[tuple[Profile, tuple[str, ...]], ...]:
    """Every profile that there is, the store's own included, and the inboxes that are linked to it."""
    from occ_media_cli.decide.settings_now import settings_of
    from occ_media_cli.store.open import reading

    with reading(location) as store:
        found = settings_of(store, now)
        return tuple((found.profile(name), tuple(found.linked_to(name))) for name in found.profiles.names)


def _inbox_policy(location: Location, now: int, inbox: str, asked: PolicyQuestion) -> Policy:
    from occ_media_cli.decide.settings_now import settings_of
    from occ_media_cli.store.open import reading

    with reading(location) as store:
        found = settings_of(store, now)
        found.refuse_mistyped_agent(asked.agent)
        policy = found.policy(inbox, agent=asked.agent, direction=asked.direction, strict=asked.strict)
        if not asked.channels:
            return policy
        linked = found.linked(inbox)
        profiles = []
        for channel in dict.fromkeys(asked.channels):
            chosen = [name for name in linked if channel in (name, name.partition(":")[0])]
            if not chosen:
                raise unknown_name(
                    f"inbox '{inbox}' is not linked to channel '{channel}'",
                    channel,
                    linked,
                    hint=f"linked: {', '.join(linked)}" if linked else "link it first",
                    topic=() if linked else ("link", inbox, channel),
                )
            profiles.append(found.profile(chosen[0]))
        return replace(policy, profiles=tuple(profiles))
