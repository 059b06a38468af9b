"""How a copy is to be coded, and the engines that do it: the `ffmpeg` of the system, or the package `av`."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, Protocol

from occ_media_cli.convert.streams import Clip, Picture
from occ_media_cli.values import value

MUXERS = {
    "mp4": "mp4",
    "3gp": "3gp",
    "mov": "mov",
    "m4a": "ipod",
    "aac": "adts",
    "mp3": "mp3",
    "amr": "amr",
    "ogg": "ogg",
    "wav": "wav",
    "flac": "flac",
}
"""The writer of each type."""

INDEXED = frozenset(("mp4", "m4a", "mov", "3gp"))
"""Types with an index, which is put first."""


@value
class Decoded:
    """What came of decoding all of some streams. errors: complaints of readers and decoders. frames: of the picture.
    sound: seconds of samples that came out, 0 where there is no sound."""

    errors: int
    frames: int = 0
    sound: float = 0.0


@value
class CodedFile:
    """A file to read: its descriptor and the reader that is forced on it. decoder: of its picture, where the usual one
    would not do."""

    fd: int
    demuxer: str
    decoder: str = ""


@value
class PictureCoding:
    """What becomes of the moving picture. source: what it was. copy: it stays as it is. width, height: even. rate:
    frames a second. bit_rate: bits a second, for two passes; one pass has a quality instead (`QUALITY`). b_frames:
    whether frames may lean on later ones. toned: HDR is brought to common screens."""

    source: Picture
    copy: bool = False
    width: int = 0
    height: int = 0
    rate: Fraction = Fraction(25)
    bit_rate: int = 0
    b_frames: bool = True
    deinterlaced: bool = False
    toned: bool = False


@value
class SoundCoding:
    """What becomes of the sound. encoder: a name that the engine knows, empty where it stays as it is. bit_rate: bits
    a second, 0 for codecs without. gain: decibels that it is made louder. mixed: it has fewer channels than it had.
    side: the channel that is taken alone, from 0; None where all are. softer: decibels by which it is softer than it
    was, since it would clip."""

    index: int
    encoder: str = ""
    channels: int = 1
    sample_rate: int = 0
    bit_rate: int = 0
    gain: float = 0.0
    mixed: bool = False
    side: int | None = None
    softer: float = 0.0


@value
class Heard:
    """What a meter hears. loudness: LUFS of all, -70 for silence. peak: decibels of the highest sample, 0 being full
    scale. moments: LUFS, ten a second."""

    loudness: float = -70.0
    peak: float = -70.0
    moments: tuple[float, ...] = ()


@value
class Coding:
    """One copy: the type that it gets and its streams."""

    type: str
    picture: PictureCoding | None = None
    sound: SoundCoding | None = None


Passes = Literal["one", "first", "second"]

QUALITY = 20
"""The constant quality of x264 that is used where the size leaves room: hardly to be told from the original."""


class EngineFailed(Exception):
    """The engine cannot read the file, or stopped in it; the text says why, to follow "it cannot be read: "."""


class Overflow(Exception):
    """The copy grew larger than it may, and was given up."""


class CodingEngine(Protocol):
    """What reads and writes. All raise `EngineFailed`, and `sandbox.program.ProgramTooSlow` after their time."""

    def probe_clip(self, file: CodedFile) -> Clip:
        """What the file holds."""
        ...

    def measure_seconds(self, file: CodedFile, index: int) -> float:
        """How long a stream plays, by its packets."""
        ...

    def decode_all(self, file: CodedFile, indexes: tuple[int, ...]) -> Decoded:
        """Decode streams to their end, and count what is wrong with them. At most one is a picture, the first."""
        ...

    def read_frames(self, file: CodedFile, index: int, most: int) -> bytes:
        """The frames of a Motion JPEG film as they are stored, one behind the other; up to so many bytes of them."""
        ...

    def write_copy(self, file: CodedFile, coding: Coding, into: int, most: int, passes: Passes, folder: str) -> None:
        """Write a copy to the descriptor `into`. Raises `Overflow` where it gets more than `most` bytes.

        passes: the first of two writes no copy, only its figures to the folder, and the second reads them.
        """
        ...

    def compare_pictures(self, file: CodedFile, picture: PictureCoding, copy: CodedFile, each: int) -> float:
        """How like the copy is to the original, at the size of the original: SSIM of every n-th frame, 0 to 1."""
        ...

    def hear(self, file: CodedFile, index: int, filters: str) -> Heard:
        """What a meter hears of a sound. filters: steps before it, each with a comma behind, or empty."""
        ...

    def has_encoder(self, name: str) -> bool:
        """Whether it can encode so."""
        ...

    def has_decoder(self, name: str) -> bool:
        """Whether it can decode so."""
        ...

    def tones_hdr(self) -> bool:
        """Whether it can bring HDR to common screens."""
        ...
