"""What a sound or a film holds, as the engine that reads it says: pictures, sound, and what goes with them."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.values import value

DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "3gp": "mov",
    "m4a": "mov",
    "webm": "matroska",
    "mkv": "matroska",
    "gif": "gif",
    "mp3": "mp3",
    "aac": "aac",
    "amr": "amr",
    "ogg": "ogg",
    "wav": "wav",
    "flac": "flac",
}
"""The reader of each type. It is always named to the engine, which would otherwise take a playlist for one, and open
what that names."""

_HDR = frozenset(("smpte2084", "arib-std-b67"))


_CODECS = {"amr_nb": "amr-nb", "amr_wb": "amr-wb", "pcm_mulaw": "mulaw", "pcm_alaw": "alaw"}
_LOSSES = (
    (("location", "gps", "xyz"), "location"),
    (("creation", "date", "year", "tdrc", "tyer", "time_of"), "dates"),
    (("encoder", "software", "encoded_by", "writing_app", "muxer"), "software"),
    (("make", "model", "manufacturer", "com.android", "camera", "device"), "device"),
    (("language",), "language"),
)
"""Words in the names of tags, and what a copy without them has lost; any other tag is metadata."""

_OF_PACKING = frozenset(
    ("major_brand", "minor_version", "compatible_brands", "duration", "handler_name",
     "vendor_id", "alpha_mode", "bps", "number_of_frames", "number_of_bytes", "rotate", "_statistics_tags",
     "_statistics_writing_app", "_statistics_writing_date_utc", "timecode")
)  # fmt: skip
"""Tags that say how a file was packed, and nothing of whoever made it."""

_MOST_PIXELS = 8192 * 4352
"""Pixels of a frame, those of the highest level of H.264; more are made to eat memory."""


@value
class Picture:
    """The moving picture. width, height: of a frame as it is stored. turned: degrees by which players turn it.
    pixel_ratio: width of one pixel by its height. rate: frames a second on average; steady: whether they come evenly.
    reordered: whether it has B-frames. alpha: whether something may show
    through."""

    index: int
    codec: str
    width: int
    height: int
    profile: str = ""
    pixel_format: str = ""
    turned: int = 0
    pixel_ratio: Fraction = Fraction(1)
    rate: Fraction = Fraction(25)
    top_rate: Fraction = Fraction(25)
    reordered: bool = False
    interlaced: bool = False
    transfer: str = ""
    alpha: bool = False

    @property
    def steady(self) -> bool:
        """Whether its frames come evenly."""
        return abs(self.top_rate - self.rate) <= self.rate / 20

    @property
    def hdr(self) -> bool:
        """Whether it is brighter than common screens, by the curves of PQ or HLG."""
        return self.transfer in _HDR

    @property
    def shown(self) -> tuple[int, int]:
        """(width, height) as players show it: turned, with square pixels."""
        width, height = self.width, self.height
        if self.pixel_ratio > 1:
            width = max(1, round(width * self.pixel_ratio))
        elif self.pixel_ratio < 1:
            height = max(1, round(height / self.pixel_ratio))
        return (height, width) if self.turned % 180 else (width, height)


@value
class Sound:
    """One stream of sound. bit_rate: bits a second, 0 where that is not known."""

    index: int
    codec: str
    channels: int
    sample_rate: int
    bit_rate: int = 0
    profile: str = ""


@value
class Clip:
    """All of it. seconds: how long it plays, 0 where nobody says. covers, subtitles, others: streams of that kind
    (others: data, attachments, further pictures). tags: what its tags tell, as `losses_of_tags` names it. deaf:
    it has sound, none of which can be read."""

    seconds: float
    picture: Picture | None
    sounds: tuple[Sound, ...]
    covers: int = 0
    subtitles: int = 0
    others: int = 0
    chapters: int = 0
    tags: tuple[str, ...] = ()
    deaf: bool = False


def name_losses(clip: Clip, sounds_kept: int) -> tuple[str, ...]:
    """What any copy of it has no longer: all but one picture, and so many streams of sound."""
    found = (
        (len(clip.sounds) > sounds_kept, "audio tracks" if sounds_kept else "sound"),
        (clip.subtitles, "subtitles"),
        (clip.chapters, "chapters"),
        (clip.covers, "cover picture"),
        (clip.others, "other tracks"),
    )
    return (*(name for is_lost, name in found if is_lost), *clip.tags)


def has_alpha(codec: str, pixels: str, alpha_mode: str) -> bool:
    """Whether something shows through a moving picture: by its kind of pixels, or, where a VP8 or VP9 has that in a
    stream beside it, by the mode that its track states. A GIF is put on white by its reader."""
    if codec == "gif":
        return False
    return alpha_mode == "1" or pixels.startswith(("yuva", "rgba", "bgra", "argb", "abgr", "gbrap", "ya8", "ya16"))


def name_codec(name: str) -> str:
    """A codec by the name that our recognisers have for it. name: that of the engines."""
    return _CODECS.get(name, "pcm" if name.startswith("pcm_") else name)


def losses_of_tags(tags: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """What a copy without these tags has lost, each once; nothing for what tells only how a file was packed."""
    found = []
    for tag, text in tags:
        name = tag.lower().partition("-")[0]
        if name in _OF_PACKING or not text.strip() or (name == "language" and text in ("und", "```")):
            continue
        found.append(next((lost for words, lost in _LOSSES if any(word in name for word in words)), "metadata"))
    return tuple(dict.fromkeys(found))


def refuse_huge(width: object, height: object) -> None:
    """Raise `CannotFit` for frames larger than any film has: by what headers say, before anything is decoded."""
    if isinstance(width, int) and isinstance(height, int) and width * height > _MOST_PIXELS:
        raise CannotFit("damaged", f"its frames have {width:,} x {height:,} pixels, more than any film")
