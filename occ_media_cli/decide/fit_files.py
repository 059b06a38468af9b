"""Looking at files to say which channels take them, whoever asks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli.decide.fit import Fitted, fits
from occ_media_cli.decide.policy_question import PolicyQuestion, every_profile, policy_for
from occ_media_cli.errors import UsageError
from occ_media_cli.media.look import Look
from occ_media_cli.media.travel import recognise_work, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from occ_media_cli.media.channels.profile import Profile
    from occ_media_cli.store.locate import Location


class FitRun:
    """One look at files for an agent who wants to send them: every channel, those of an inbox, or one channel.

    look: counts what was passed over in folders. Raises UsageError for an inbox and a channel together, which are two
    questions, and NotFound for an unknown one.
    """

    def __init__(self, location: Location, now: int, *, channel: str | None = None, inbox: str | None = None) -> None:
        if channel is not None and inbox is not None:
            raise UsageError("a channel and an inbox are two questions", hint="leave one of them out")
        self.look = Look(recognise_work)
        self._table = channel is None
        self._profiles = _profiles(location, now, channel, inbox)

    def files(self, paths: Iterable[str | os.PathLike[str]]) -> Iterator[Fitted]:
        """Every file of the paths with all its targets, as it is looked at."""
        for seen in self.look.at(os.fsencode(path) for path in paths):
            path = os.fsdecode(seen.path)
            if seen.unreadable is not None:
                yield Fitted(path, None, seen.unreadable, ())
                continue
            known = unpack(seen.result)
            name = path.rpartition("/")[2]
            yield Fitted(path, known, None, tuple(fits(known, name, self._profiles, path, table=self._table)))


def _profiles(location: Location, now: int, channel: str | None, inbox: str | None) -> tuple[Profile, ...]:
    if channel is None and inbox is None:
        return tuple(profile for profile, _ in every_profile(location, now))
    channels = (channel,) if channel is not None else ()
    return policy_for(location, now, PolicyQuestion(inbox, channels, "send")).profiles
