"""What recognising a file gives: the words shared by the recognisers and by those who judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from occ_media_cli.media.foreign import DESCRIBED

Fact = None | bool | int | str | list[str] | list[int]


@dataclass(frozen=True, slots=True)
class Observation:
    """Something in the structure of a file that a judge has to know.

    code: a problem code of the contract (`damaged`, `trailing-data`, …).
    message: what was seen, in words that end a sentence.
    bad: whether it is the grave form of the code (`trailing-data` that is an archive, program, script or document).
    """

    code: str
    message: str
    bad: bool = False


@dataclass(slots=True)
class Found:
    """What one recogniser says about a file that it knows.

    type: a key of `foreign.DESCRIBED`, or None when the signature is there but the structure is not.
    also: further types that the same bytes legally are, under another name (a 3GP with brand `isom` is an MP4).
    end: where the file ends by its own structure; None where the structure does not say.
    """

    type: str | None
    kind: str
    end: int | None = None
    also: tuple[str, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    description: str | None = None

    def note(self, code: str, message: str, *, bad: bool = False) -> None:
        """Add an observation."""
        self.observations.append(Observation(code, message, bad))


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a file is.

    type: `docx`, `docm`, …, or None when it is not known. Where the bytes legally are several types, the one that the
        name claims.
    kind: the family of the recogniser (`ooxml`), or empty.
    description: what the file is, in words that follow "is ": "a macro-enabled Word document".
    facts: what was read: `width`, `height`, `codecs`, `encrypted`, `moov_before_mdat`, …
    observations: what the structure showed, in the order in which it was seen.
    libmagic: the media type that the other witness saw.
    vetoed: the other witness contradicts the structure, and its word has weight for this type.
    """

    type: str | None
    kind: str
    description: str
    size: int
    facts: Mapping[str, Fact] = field(default_factory=dict)
    observations: tuple[Observation, ...] = ()
    libmagic: str = ""
    vetoed: bool = False

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
