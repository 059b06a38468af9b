"""One structural recogniser per family.

A recogniser is a module with two functions:

    claims(source) -> bool          by the first bytes: is this file meant to be of my family?
    recognise(source) -> Found | None   by the structure: what is it, and is it whole? None: not mine after all.

Adding one: write the module, add its line here. The order is the order in which they are asked; text is the last,
since it has no signature.
"""

from __future__ import annotations

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
