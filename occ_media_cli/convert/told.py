"""What was done to a sound or a film, in words that follow a comma. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from occ_media_cli.convert.coding import INDEXED, Coding, PictureCoding, SoundCoding
from occ_media_cli.convert.filters import even_size
from occ_media_cli.convert.streams import Clip, Sound, name_losses
from occ_media_cli.media.channels.channel_judge import codec_name
from occ_media_cli.media.recognition import Recognition

_ENCODED = {"libopus": "opus", "libmp3lame": "mp3", "libopencore_amrnb": "amr-nb", "pcm_s16le": "pcm", "aac": "aac"}


def name_changes(known: Recognition, clip: Clip, coding: Coding) -> tuple[str, ...]:
    """What was done: packed anew, coded anew, made smaller, turned."""
    found = []
    if known.type != coding.type:
        found.append(f"{coding.type} instead of {known.type}")
    if known.facts.get("moov_before_mdat") is False and coding.type in INDEXED:
        found.append("index (moov) first")
    if coding.picture is not None:
        found += _picture_changes(known, coding.picture)
    sound = next((each for each in clip.sounds if coding.sound is not None and each.index == coding.sound.index), None)
    if coding.sound is not None and sound is not None:
        found += _sound_changes(coding.sound, sound)
    return tuple(found) or ("packed anew",)


def name_all_losses(known: Recognition, clip: Clip, coding: Coding) -> tuple[str, ...]:
    """What the copy has no longer."""
    found = list(name_losses(clip, 1 if coding.sound is not None else 0))
    sound = next((each for each in clip.sounds if coding.sound is not None and each.index == coding.sound.index), None)
    if coding.sound is not None and sound is not None and coding.sound.channels < sound.channels:
        found.append("sound channels")
    if coding.sound is not None and sound is not None and 0 < coding.sound.sample_rate < min(32_000, sound.sample_rate):
        found.append(f"tones above {coding.sound.sample_rate // 2_000} kHz")
    if coding.picture is not None and not coding.picture.copy:
        picture = coding.picture
        seen = picture.source
        if (picture.width, picture.height) != even_size(*seen.shown):
            found.append("resolution")
        if picture.rate < seen.rate * 99 / 100:
            found.append("frame rate")
        if seen.hdr:
            found.append("HDR")
        if seen.alpha or _shows_through(known):
            found.append("transparency")
    return tuple(dict.fromkeys(found))


def _picture_changes(known: Recognition, picture: PictureCoding) -> Iterator[str]:
    seen = picture.source
    if picture.copy:
        return
    coded = "WebP" if known.type == "webp" else _named(seen.codec)  # an engine gets its frames in another form
    yield "H.264 coded again" if seen.codec == "h264" else f"H.264 instead of {coded}"
    if seen.codec == "h264" and seen.profile.startswith("High") and not picture.b_frames:
        yield "Main profile without B-frames"
    if seen.pixel_ratio != 1:
        ratio = seen.pixel_ratio.limit_denominator(1_000)
        yield f"square pixels instead of {ratio.numerator}:{ratio.denominator}"
    if (picture.width, picture.height) != seen.shown:
        wide, high = seen.shown
        yield f"scaled {wide} x {high} to {picture.width} x {picture.height}"
    if seen.turned:
        yield "turned upright"
    if picture.rate < seen.rate * 99 / 100:
        yield f"{_rate(picture)} instead of {float(seen.rate):.4g} frames a second"
    if seen.hdr:
        yield "colours of common screens instead of HDR"
    if seen.alpha or _shows_through(known):
        yield "white behind what was transparent"
    if picture.bit_rate:
        yield f"{picture.bit_rate // 1000:,} kb/s of picture"


def _sound_changes(coding: SoundCoding, sound: Sound) -> Iterator[str]:
    if not coding.encoder:
        return
    codec = _ENCODED.get(coding.encoder, coding.encoder)
    name = _named(codec)
    yield f"{name} coded again" if codec == sound.codec else f"{name} instead of {_named(sound.codec)}"
    if coding.side is not None:
        yield _of_one_side(coding.side, coding.channels, sound.channels)
    elif coding.channels < sound.channels:
        yield "mono" if coding.channels == 1 else "stereo"
    if coding.softer >= 1:
        yield f"{coding.softer:.0f} dB softer, so that nothing clips"
    if coding.bit_rate:
        yield f"{coding.bit_rate / 1000:.3g} kb/s of sound"


def _of_one_side(side: int, channels: int, of: int) -> str:
    name = "mono" if channels == 1 else "stereo"
    if of == 2:
        return f"{name} of its {('left', 'right')[side]} side alone, since both sides cancel each other out"
    return f"{name} of its channel {side + 1} of {of} alone, since a mix of them would hardly be heard"


def _shows_through(known: Recognition) -> bool:
    return bool(known.facts.get("alpha")) and known.type in ("gif", "webp")


def _rate(picture: PictureCoding) -> str:
    return f"{float(picture.rate):.4g}"


def _named(codec: str) -> str:
    """A codec of which nobody knows a better name stands as its engine calls it."""
    return codec_name(codec) if codec_name(codec) != codec else codec.upper()
