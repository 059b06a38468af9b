"""The values of a channel profile: what a channel takes, how large, and who says so."""

from __future__ import annotations

from occ_media_cli.values import value
from occ_media_cli.vocabulary import DIRECTIONS

ANY = "*"


@value
class SizeLimit:
    """A size limit as its owner states it ("16 MB").

    near: up to so many bytes it surely passes; at_most: above it never does. They differ where the owner does not say
    whether a MB has 1,000,000 or 1,048,576 bytes.
    """

    stated: str
    near: int
    at_most: int


@value
class Needs:
    """What the content must be like. None: not stated, so not judged."""

    audio_codecs: tuple[str, ...] | None = None
    video_codecs: tuple[str, ...] | None = None
    audio_streams: int | None = None
    channels: int | None = None
    bits: int | None = None
    colours: tuple[str, ...] | None = None
    pixels: tuple[int, int] | None = None
    pixel_sum: int | None = None
    ratio: int | None = None
    animated: bool | None = None
    picture: bool | None = None
    sound: bool | None = None
    name_length: int | None = None


@value
class ChannelRule:
    """One way in which a channel takes some types.

    direction: `send`, `receive` or `both`. sent_as: how (image, document, sticker, …). types: type names, or `*`.
    advised_bytes: a smaller size that its owner advises. encoding: `base64` where the limit counts the encoded file.
    advice: checks that are only notes. sources, confidence: who says so and how sure that is.
    """

    direction: str
    sent_as: str
    types: tuple[str, ...]
    limit: SizeLimit | None = None
    advised_bytes: int | None = None
    encoding: str | None = None
    needs: Needs = Needs()
    advice: tuple[str, ...] = ()
    note: str = ""
    sources: tuple[str, ...] = ()
    confidence: str = "high"

    def covers(self, direction: str) -> bool:
        """Whether the rule speaks of this direction."""
        return self.direction in ("both", direction)


@value
class Profile:
    """A channel. `sources` maps the names used by the rules to addresses."""

    name: str
    title: str
    rules: tuple[ChannelRule, ...]
    sources: dict[str, str]
    notes: tuple[str, ...] = ()
    gathered: str | None = None
    blocked_extensions: frozenset[str] = frozenset()
    blocked_source: str | None = None
    base: str | None = None
    refused: frozenset[str] = frozenset()

    def directions(self) -> tuple[str, ...]:
        """The directions that the profile knows anything about."""
        return tuple(way for way in DIRECTIONS if any(rule.covers(way) for rule in self.rules))
