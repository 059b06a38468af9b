"""Looking at files to say which channels take them, and making copies that they take, whoever asks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from occ_media_cli.decide.fit import Fit, Fitted, fits
from occ_media_cli.decide.policy_question import PolicyQuestion, every_profile, policy_for
from occ_media_cli.errors import Slip, UsageError
from occ_media_cli.media.look import Look
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.travel import recognise_work, unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from occ_media_cli.media.channels.profile import Profile
    from occ_media_cli.store.locate import Location
    from occ_media_cli.store.sink import Guard

QUALITY_FLOOR = 0.9
"""The least likeness to its original that a copy has, where nobody says another."""


class FitRun:
    """One look at files for an agent who wants to send them: every channel, those of an inbox, or one channel.

    most: bytes that a copy may have, None for what these say. look: counts what was passed over in folders. Raises
    UsageError for an inbox and a channel together, which are two questions, and NotFound for an unknown one.
    """

    def __init__(
        self, location: Location, now: int, *, channel: str | None = None, inbox: str | None = None,
        most: int | None = None,
    ) -> None:  # fmt: skip
        if channel is not None and inbox is not None:
            raise UsageError("a channel and an inbox are two questions", hint="leave one of them out")
        self.look = Look(recognise_work)
        self._most, self._named = most, channel is not None or inbox is not None
        self._table = channel is None
        alone = most is not None and not self._named
        self._profiles = () if alone else _profiles(location, now, channel, inbox)

    def files(self, paths: Iterable[str | os.PathLike[str]]) -> Iterator[Fitted]:
        """Every file of the paths with all its targets, as it is looked at."""
        for seen in self.look.at(os.fsencode(path) for path in paths):
            path = os.fsdecode(seen.path)
            if seen.unreadable is not None:
                yield Fitted(path, None, seen.unreadable, ())
                continue
            known = unpack(seen.result)
            yield Fitted(path, known, None, self._fits(known, path))

    def write_copies(
        self, paths: Sequence[str | os.PathLike[str]], folder: str, guard: Guard | None = None, *,
        floor: float = QUALITY_FLOOR, workers: int | None = None, waiting: Callable[[], None] | None = None,
    ) -> Iterator[Fitted]:  # fmt: skip
        """The same, and into the folder a copy of each file that is not taken as it is.

        floor: the least likeness to the original, from 0 to 1. workers: processes at a time, None for every core.
        waiting: called now and then while none of them is done.

        Raises UsageError where nobody is named who is to take the copies and no size either, for a floor or workers
        that are none, and for a folder that holds originals.
        """
        from occ_media_cli.decide.fit_goals import FitTarget
        from occ_media_cli.decide.fit_writing import FitWriter
        from occ_media_cli.store.copy_folder import CopyFolder

        if not self._named and self._most is None:
            raise UsageError(
                "nothing says for whom copies are to be made; nothing was written",
                hint="name a channel or an inbox, or the most bytes of a copy",
            )
        given = [os.fspath(path) for path in paths]
        copies = CopyFolder(folder, given, guard, what="made fit", beside=False)
        copies.refuse_unwritable()
        target = FitTarget(self._table and self._named, self._profiles, self._most)
        writer = FitWriter(target, copies, floor=floor, workers=workers, waiting=waiting)
        return writer.run(self.look.jobs(os.fsencode(path) for path in given), self._fits)

    def _fits(self, known: Recognition, path: str) -> tuple[Fit, ...]:
        return tuple(fits(known, path.rpartition("/")[2], self._profiles, path, table=self._table))


def most_bytes(size: str | int | None, name: str) -> int | None:
    """The bytes of a size that somebody gave (`5 MB`, or bytes as a number); None for none.

    name: of what holds it, for the words of the UsageError that another value is.
    """
    from occ_media_cli.settings.model import size_bytes, size_meant

    if size is None:
        return None
    if isinstance(size, int):
        if size < 1:
            raise UsageError(f"{name} is a size of at least one byte", hint="give more bytes")
        return size
    try:
        return size_bytes(size)
    except ValueError as problem:
        meant = size_meant(size)
        hint = f"write '{meant}' (units: B kB MB GB TB)" if meant else "write a size like '5 MB' (B kB MB GB TB)"
        slip = Slip(size, (meant,), (name,)) if meant else None
        raise UsageError(f"{name}: {problem}", hint=hint, slip=slip) from None


def _profiles(location: Location, now: int, channel: str | None, inbox: str | None) -> tuple[Profile, ...]:
    if channel is None and inbox is None:
        return tuple(profile for profile, _ in every_profile(location, now))
    channels = (channel,) if channel is not None else ()
    return policy_for(location, now, PolicyQuestion(inbox, channels, "send")).profiles
