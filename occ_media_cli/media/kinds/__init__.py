"""One structural recogniser per family.

A recogniser is a module with a set and two functions:

    FIRST                           the first bytes that a file of my family can have, or None for any
    claims(source) -> bool          by the first bytes: is this file meant to be of my family?
    recognise(source) -> Found | None   by the structure: what is it, and is it whole? None: not mine after all.

Adding one: write the module, add its line here. The order is the order in which they are asked; text is the last,
since it has no signature.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

from occ_media_cli.media.kinds import (
    adts,
    amr,
    gif,
    isobmff,
    jpeg,
    mpeg_audio,
    ogg,
    ole,
    ooxml,
    other,
    pdf,
    png,
    text,
    webp,
)

KINDS: tuple[ModuleType, ...] = (
    jpeg,
    png,
    gif,
    webp,
    ooxml,
    ole,
    pdf,
    isobmff,
    ogg,
    amr,
    other,
    mpeg_audio,
    adts,
    text,
)


@cache
def of_first_byte(first: int) -> tuple[ModuleType, ...]:
    """The recognisers that may claim a file which begins with this byte, in their order."""
    return tuple(kind for kind in KINDS if kind.FIRST is None or first in kind.FIRST)
