"""Sound made to fit: repacked where its coding is taken, else coded as the type of the goal has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, NamedTuple

from occ_media_cli.convert.attempts import Attempts
from occ_media_cli.convert.coding import CodedFile, Coding, CodingEngine, Decoded, EngineFailed, SoundCoding
from occ_media_cli.convert.coding_engines import find_engines
from occ_media_cli.convert.damage import refuse_damaged, refuse_shortened
from occ_media_cli.convert.goal import CannotFit, Converted, Goal
from occ_media_cli.convert.kept import most_channels
from occ_media_cli.convert.mixing import SILENT, mix, with_gain, without_overshoot
from occ_media_cli.convert.padding import without_padding
from occ_media_cli.convert.streams import DEMUXERS, Clip, Sound
from occ_media_cli.convert.told import name_all_losses, name_changes
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource
from occ_media_cli.sandbox.program import ProgramTooSlow
from occ_media_cli.values import replace


class _Codec(NamedTuple):
    """An encoder. top: bits a second for one channel and for two, beyond which nobody hears more; least: for one, below
    which nobody wants to hear it. rates: of samples, the best first. steps: the only bit rates that it has."""

    encoder: str
    top: tuple[int, int] = (0, 0)
    least: int = 0
    rates: tuple[int, ...] = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 8_000)
    steps: tuple[int, ...] = ()


_AAC = _Codec("aac", (128_000, 192_000), 12_000, (48_000, 44_100, 32_000, 24_000, 16_000))
_CODECS = {
    "m4a": _AAC,
    "aac": _AAC._replace(rates=(48_000,)),
    "ogg": _Codec("libopus", (96_000, 160_000), 6_000, (48_000,)),
    "mp3": _Codec(
        "libmp3lame", (128_000, 192_000), 16_000, (48_000, 24_000),
        (16_000, 24_000, 32_000, 40_000, 48_000, 56_000, 64_000, 80_000, 96_000, 112_000, 128_000, 160_000, 192_000),
    ),
    "amr": _Codec(
        "libopencore_amrnb", (12_200, 12_200), 4_750, (8_000,),
        (4_750, 5_150, 5_900, 6_700, 7_400, 7_950, 10_200, 12_200),
    ),
    "wav": _Codec("pcm_s16le"),
    "flac": _Codec("flac"),
}  # fmt: skip
"""By type. MP3 and bare AAC have 48,000 samples a second: what they add in front and behind is short then."""

_KEPT = {
    "ogg": ("opus", "vorbis", "flac"),
    "m4a": ("aac", "alac"),
    "mp3": ("mp3",),
    "aac": ("aac",),
    "amr": ("amr-nb", "amr-wb"),
    "wav": ("pcm",),
    "flac": ("flac",),
}
"""By type, the codecs that stay as they are where a channel states none."""

_EXACT = frozenset(("pcm", "flac", "alac"))
_IN_ADTS = ("", "LC", "HE-AAC", "HE-AACv2")
_SPARE = 0.97
"""The part of the limit that is aimed at; packing takes its share of the rest."""

_NEAR = 0.7
"""LU by which a copy may be louder or softer before it is coded once more."""

_TIMES = 3
"""How often it is coded at most: codecs of speech do not grow louder as what they are given does."""


def make(source: FileSource, known: Recognition, goal: Goal, out: IO[bytes]) -> Converted:
    """See `goal.Way`."""
    if goal.type not in _CODECS:
        raise CannotFit("no-way", f"nothing here makes a {goal.type}")
    if known.facts.get("encrypted"):
        raise CannotFit("encrypted", "its tracks are encrypted")
    file = CodedFile(source.fd, DEMUXERS.get(known.type or "", "mov"))
    try:
        engines = find_engines()
        clip = engines[0].probe_clip(file)
        with without_padding(source, known, file) as bare:
            return _fit(engines, bare, clip, known, goal, out)
    except EngineFailed as problem:
        raise CannotFit("damaged", f"it cannot be read: {problem}") from problem
    except ProgramTooSlow:
        raise CannotFit("damaged", "reading and coding it takes longer than it may") from None


def _fit(
    engines: list[CodingEngine], file: CodedFile, clip: Clip, known: Recognition, goal: Goal, out: IO[bytes]
) -> Converted:
    if clip.picture is not None:
        raise CannotFit("no-way", "it has a moving picture, which a sound cannot keep")
    if clip.deaf:
        raise CannotFit("damaged", "it has sound, and none of that can be read")
    if not clip.sounds:
        raise CannotFit("damaged", "it holds no sound that can be read")
    sound = clip.sounds[0]
    seconds = engines[0].measure_seconds(file, sound.index) or clip.seconds
    if seconds <= 0:
        raise CannotFit("damaged", "nobody can say how long it plays")
    was = refuse_damaged(engines[0], file, (sound.index,), seconds, sees=False)
    with Attempts(goal.most) as attempts:
        if _stays(sound, goal):
            kept = Coding(goal.type, sound=SoundCoding(sound.index, channels=sound.channels))
            if attempts.attempt(engines[0], file, kept):
                return _say(engines[0], attempts, known, clip, kept, was, 0, out)
        engine = _engine_for(engines, _CODECS[goal.type].encoder)
        coding, encodes = _code(engine, attempts, file, sound, goal, seconds)
        return _say(engine, attempts, known, clip, Coding(goal.type, sound=coding), was, encodes, out)


def _stays(sound: Sound, goal: Goal) -> bool:
    taken = goal.needs.audio_codecs or (("aac",) if "aac" in goal.advice else _KEPT[goal.type])
    if sound.codec not in taken or sound.codec not in _KEPT[goal.type] or sound.channels > most_channels(goal):
        return False
    return goal.type != "aac" or sound.profile in _IN_ADTS


def _engine_for(engines: list[CodingEngine], encoder: str) -> CodingEngine:
    for engine in engines:
        if engine.has_encoder(encoder):
            return engine
    raise CannotFit("part-missing", f"this ffmpeg has no {encoder}: pip install 'occ-media[convert]'")


def _code(
    engine: CodingEngine, attempts: Attempts, file: CodedFile, sound: Sound, goal: Goal, seconds: float
) -> tuple[SoundCoding, int]:
    """What was coded, and how often; once more where it was too large, or not as loud as its original."""
    encodes = 0
    for planned in _plans(sound, goal, seconds):
        coding, before, plain = mix(engine, file, planned, sound.channels)
        last: tuple[float, float] | None = None
        for again in range(_TIMES):
            encodes += 1
            fits = attempts.attempt(engine, file, Coding(goal.type, sound=coding))
            if not fits and not coding.bit_rate:
                break  # a codec that loses nothing has no bit rate: the next plan has fewer channels or samples
            if fits:
                copy = CodedFile(attempts.best, DEMUXERS[goal.type])
                meter = engine.hear(copy, 0, "")
                heard = meter.loudness
                softer = without_overshoot(coding, before, meter)
                if softer is not None and again < _TIMES - 1:
                    attempts.replace_best()
                    coding, last = softer, None
                    continue
                off = before.loudness - heard - coding.softer
                if again == _TIMES - 1 or before.loudness <= SILENT or abs(off) <= _NEAR:
                    return coding, encodes
                bent = 1.0 if last is None or coding.gain == last[0] else (heard - last[1]) / (coding.gain - last[0])
                last = (coding.gain, heard)
                wanted = coding.gain + coding.softer + off / min(2.0, max(0.5, bent))
                louder = with_gain(coding, wanted, plain)
                if louder.gain == coding.gain:
                    return replace(coding, softer=louder.softer), encodes
                attempts.replace_best()
                coding = louder
            else:
                last = None
                wanted = int(coding.bit_rate * _SPARE * goal.most / attempts.tried)
                coding = replace(coding, bit_rate=_step(_CODECS[goal.type], min(wanted, coding.bit_rate * 9 // 10)))
    raise CannotFit("quality", f"its sound does not fit below {goal.most:,} bytes")


def _plans(sound: Sound, goal: Goal, seconds: float) -> Iterator[SoundCoding]:
    """How it may be coded, the best first; raises CannotFit where too few bits are left for any."""
    codec = _CODECS[goal.type]
    channels = min(sound.channels, most_channels(goal))
    left = goal.most * 8 * _SPARE / seconds
    if not codec.top[0]:
        rate = max(8_000, min(48_000, sound.sample_rate))
        for count, samples in ((channels, rate), (1, rate), (1, 24_000), (1, 16_000), (1, 8_000)):
            if samples <= rate and (goal.type == "flac" or count * samples * 16 <= left):
                yield SoundCoding(sound.index, codec.encoder, count, samples, mixed=count < sound.channels)
        return
    if channels > 1 and left < 64_000:
        channels = 1
    most = codec.top[channels - 1]
    if sound.codec not in _EXACT and sound.bit_rate:
        most = min(most, max(2 * sound.bit_rate, 24_000))
    if left < codec.least:
        raise CannotFit("quality", f"{int(left):,} bits a second would be left for its sound")
    bit_rate = _step(codec, int(min(left, most)))
    for samples in codec.rates:
        fine = samples <= max(sound.sample_rate, 8_000) or len(codec.rates) < 3
        enough = fine and bit_rate >= _needed(codec.encoder, samples) * channels
        if enough or samples == codec.rates[-1]:
            mixed = channels < sound.channels
            yield SoundCoding(sound.index, codec.encoder, channels, samples, bit_rate, mixed=mixed)
            return


def _needed(encoder: str, samples: int) -> int:
    """Bits a second of one channel that so many samples a second deserve."""
    return samples * 2 // 3 if encoder in ("aac", "libmp3lame") else 0


def _step(codec: _Codec, bit_rate: int) -> int:
    if not codec.steps:
        return max(codec.least, bit_rate)
    return max((step for step in codec.steps if step <= bit_rate), default=codec.steps[0])


def _say(
    engine: CodingEngine,
    attempts: Attempts,
    known: Recognition,
    clip: Clip,
    coding: Coding,
    was: Decoded,
    encodes: int,
    out: IO[bytes],
) -> Converted:
    copy = CodedFile(attempts.best, DEMUXERS[coding.type])
    refuse_shortened(engine, copy, was, sees=False)
    attempts.hand_over(out)
    return Converted(name_changes(known, clip, coding), name_all_losses(known, clip, coding), None, encodes)
