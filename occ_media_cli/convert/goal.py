"""What a file is to become, and what came of it."""

from __future__ import annotations

from typing import IO, Literal, Protocol

from occ_media_cli.media.channels.profile import Needs
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource
from occ_media_cli.values import value

CannotWhy = Literal["signed", "encrypted", "quality", "damaged", "no-way", "part-missing"]
"""Why a file cannot be made to fit: it is signed or encrypted, and stays as it is; it would lose more than the floor of
quality allows; it cannot be read; nothing makes such a file fit; a program or package that does is not installed."""


@value
class Goal:
    """What the copy of one file has to be.

    type: the type that it gets, a word of `media.types` (`jpg`, `pdf`, `mp4`). most: its bytes, at most. needs: what
    its content must be like, as the rule of a channel states it. advice: what its owner only advises (`mono`,
    `moov-first`, `rgb`). floor: the least likeness to the original that is accepted, as SSIM from 0 to 1, for pictures
    and moving pictures.
    """

    type: str
    most: int
    needs: Needs = Needs()
    advice: tuple[str, ...] = ()
    floor: float = 0.0
    exact: bool = False


@value
class Converted:
    """What a way made, in plain values, since it travels between processes.

    changes: what was done, each in words that follow a comma ("scaled 4032 x 3024 to 3024 x 2268", "quality 83",
    "H.264 instead of HEVC"). lost: what the copy has no longer, each a noun ("location", "transparency", "sound
    channels"). ssim: likeness to the original, 0 to 1, None where there is no picture to compare. encodes: how often
    something was encoded. warning: what a person should know besides, empty where nothing.
    """

    changes: tuple[str, ...]
    lost: tuple[str, ...] = ()
    ssim: float | None = None
    encodes: int = 0
    warning: str = ""


class CannotFit(Exception):
    """The file cannot be made to fit. The text says why and ends a sentence ("it is signed, and any change would break
    the signature")."""

    def __init__(self, why: CannotWhy, reason: str) -> None:
        super().__init__(reason)
        self.why: CannotWhy = why


class Way(Protocol):
    """Makes one family of files fit. A module of this room has a function of this shape, named `make`."""

    def __call__(self, source: FileSource, known: Recognition, goal: Goal, out: IO[bytes]) -> Converted:
        """Write the copy to `out`, which is empty, seekable and seen by nobody, and never more than `goal.most` bytes.

        source: the open original, read only; its `fd` may be read again by path as `/proc/self/fd/N`. Raises
        `CannotFit`. It runs in a process with limits on time and memory, and may start programs there.
        """
        ...
