"""The policy that the options of `check`, `fit` and `gate` ask for, read from the store where an inbox is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.report.words import suggestion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from occ_media_cli.cli.session import Session
    from occ_media_cli.decide.policy import Policy
    from occ_media_cli.media.channels.profile import Profile


def policy_for(
    session: Session,
    *,
    inbox: str | None = None,
    channels: Sequence[str] = (),
    direction: str | None = None,
    agent: str | None = None,
    strict: bool = False,
) -> Policy:
    """What to hold files against; of several channels, each. Without an inbox the store is opened only for an own
    channel profile."""
    from occ_media_cli.decide.policy import Policy
    from occ_media_cli.vocabulary import DIRECTIONS

    if direction is not None and direction not in DIRECTIONS:
        raise UsageError(
            f"--direction '{direction}' is neither {' nor '.join(DIRECTIONS)}{suggestion(direction, DIRECTIONS)}",
            hint="leave it out to let either pass",
        )
    if agent is not None:
        if direction == "receive":
            raise UsageError("--agent is who sends, and --direction says receive", hint="leave one of them out")
        if inbox is None:
            raise UsageError("--agent needs --inbox", hint="an agent's permission is one for an inbox")
        direction = "send"
    if inbox is not None:
        return _inbox_policy(session, inbox, channels, direction, agent, strict)
    if channels:
        alone = tuple(profile_alone(session, channel) for channel in dict.fromkeys(channels))
        return Policy(direction, False, alone, None, strict)
    return Policy(direction, True, (), None, strict)


def profile_alone(session: Session, channel: str) -> Profile:
    """One profile, outside of any inbox: of the program, or of the store where there is one."""
    from occ_media_cli.media.channels import CHANNELS
    from occ_media_cli.media.channels.profiles import built_in, profile_name

    name = profile_name(channel)
    if name in CHANNELS and not session.location.exists:
        return built_in(name)
    from occ_media_cli.decide.settings_now import settings_of

    with session.reading() as store:
        return settings_of(store, session.now).profile(channel)


def _inbox_policy(
    session: Session, inbox: str, channels: Sequence[str], direction: str | None, agent: str | None, strict: bool
) -> Policy:
    from occ_media_cli.decide.settings_now import settings_of

    with session.reading() as store:
        found = settings_of(store, session.now)
        policy = found.policy(inbox, agent=agent, direction=direction, strict=strict)
        if not channels:
            return policy
        linked = found.linked(inbox)
        profiles = []
        for channel in dict.fromkeys(channels):
            chosen = [name for name in linked if channel in (name, name.partition(":")[0])]
            if not chosen:
                raise NotFound(
                    f"inbox '{inbox}' is not linked to channel '{channel}'{suggestion(channel, linked)}",
                    hint=f"linked: {', '.join(linked)}" if linked else f"occ-media inbox link {inbox} {channel}",
                )
            profiles.append(found.profile(chosen[0]))
        from occ_media_cli.values import replace

        return replace(policy, profiles=tuple(profiles))
