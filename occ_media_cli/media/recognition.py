"""What recognising a file gives: the words shared by the recognisers and by those who judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.values import EMPTY

Fact = None | bool | int | str | list[str] | list[int]


class Observation(NamedTuple):
    """Something in the structure of a file that a judge has to know.

    code: a problem code of the contract (`damaged`, `trailing-data`, …).
    message: what was seen, in words that end a sentence.
    bad: whether it is the grave form of the code (`trailing-data` that is an archive, program, script or document).
    """

    code: str
    message: str
    bad: bool = False


class Structure:
    """What one recogniser says about a file that it knows.

    type: a key of `foreign.DESCRIBED`, or None when the signature is there but the structure is not.
    also: further types that the same bytes legally are, under another name (a 3GP with brand `isom` is an MP4).
    end: where the file ends by its own structure; None where the structure does not say.
    """

    __slots__ = ("also", "description", "end", "facts", "kind", "observations", "type")

    def __init__(
        self,
        type: str | None,  # noqa: A002 - a word of the field
        kind: str,
        end: int | None = None,
        facts: dict[str, Fact] | None = None,
    ) -> None:
        self.type, self.kind, self.end = type, kind, end
        self.also: tuple[str, ...] = ()
        self.facts: dict[str, Fact] = {} if facts is None else facts
        self.observations: list[Observation] = []
        self.description: str | None = None

    def note(self, code: str, message: str, *, bad: bool = False) -> None:
        """Add an observation."""
        self.observations.append(Observation(code, message, bad))


class Recognition:
    """What a file is.

    type: `docx`, `docm`, …, or None when it is not known. Where the bytes legally are several types, the one that the
        name claims.
    kind: the family of the recogniser (`ooxml`), or empty.
    description: what the file is, in words that follow "is ": "a macro-enabled Word document".
    facts: what was read: `width`, `height`, `alpha` (something may show through), `codecs`, `encrypted`, …
    observations: what the structure showed, in the order in which it was seen.
    libmagic: the media type that the other witness saw; empty where it was not asked.
    vetoed: the other witness contradicts the structure, and its word has weight for this type.
    """

    __slots__ = ("description", "facts", "kind", "libmagic", "observations", "size", "type", "vetoed")

    def __init__(
        self,
        type: str | None,  # noqa: A002 - a word of the field
        kind: str,
        description: str,
        size: int,
        facts: Mapping[str, Fact] = EMPTY,
        observations: tuple[Observation, ...] = (),
        libmagic: str = "",
        vetoed: bool = False,
    ) -> None:
        self.type, self.kind, self.description, self.size = type, kind, description, size
        self.facts, self.observations, self.libmagic, self.vetoed = facts, observations, libmagic, vetoed

    @property
    def category(self) -> str | None:
        """`audio`, `document`, `image`, `video`, or another word for a type that the product does not take."""
        return DESCRIBED[self.type].category if self.type in DESCRIBED else None

    @property
    def media_type(self) -> str | None:
        """The MIME type of the recognised type."""
        return DESCRIBED[self.type].media_type if self.type in DESCRIBED else None

    def has(self, code: str) -> bool:
        """Whether the structure showed this."""
        return any(observation.code == code for observation in self.observations)
