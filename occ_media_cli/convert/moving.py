"""Films, and pictures that move, made to fit: repacked where their coding is taken, else coded as H.264 and AAC."""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from typing import IO

from occ_media_cli.convert.attempts import Attempts
from occ_media_cli.convert.coding import (
    CodedFile,
    Coding,
    CodingEngine,
    EngineFailed,
    Passes,
    PictureCoding,
    SoundCoding,
)
from occ_media_cli.convert.coding_engines import find_engines
from occ_media_cli.convert.damage import refuse_damaged, refuse_damaged_frames
from occ_media_cli.convert.film_copy import compare_films, refuse_shorter_copy
from occ_media_cli.convert.filters import even_size
from occ_media_cli.convert.frames import hold_frames, shows_through
from occ_media_cli.convert.goal import CannotFit, Converted, Goal
from occ_media_cli.convert.kept import PICTURES_OF, kept_picture, kept_sound, most_channels
from occ_media_cli.convert.mixing import mix
from occ_media_cli.convert.picture_damage import refuse_damaged_picture
from occ_media_cli.convert.rates import (
    ENOUGH,
    SPARE,
    corrected_rate,
    fitted_size,
    frame_rate,
    packing,
    sound_rate,
)
from occ_media_cli.convert.streams import DEMUXERS, Clip, Picture, Sound, refuse_huge
from occ_media_cli.convert.told import name_all_losses, name_changes
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource
from occ_media_cli.sandbox.program import ProgramTooSlow
from occ_media_cli.sandbox.scratch import scratch_folder
from occ_media_cli.values import replace

_LEAST_RATE = 4_000
"""Bits a second of a picture below which nothing can be seen on it."""

_SAME = 0.99
"""Likeness of a repacked picture, which is the same one."""

_ALIKE = 0.97
"""Likeness of a smaller copy from which on nobody would see more in a larger one."""

_SEEING = {"vp8": "libvpx", "vp9": "libvpx-vp9"}


def make(source: FileSource, known: Recognition, goal: Goal, out: IO[bytes]) -> Converted:
    """See `goal.Way`."""
    if goal.type not in PICTURES_OF:
        raise CannotFit("no-way", f"nothing here makes a {goal.type}; mp4, mov and 3gp can be made")
    if known.facts.get("encrypted"):
        raise CannotFit("encrypted", "its tracks are encrypted")
    refuse_huge(known.facts.get("width"), known.facts.get("height"))
    refuse_damaged_picture(source, known.type or "")
    if known.type in ("gif", "webp") and known.facts.get("alpha") and not shows_through(source):
        facts = {**known.facts, "alpha": False}
        known = Recognition(known.type, known.kind, known.description, known.size, facts, known.observations)
    try:
        with ExitStack() as held:
            file = CodedFile(source.fd, DEMUXERS.get(known.type or "", "mov"))
            if known.type == "webp":
                file = held.enter_context(hold_frames(source))
            return _Film(find_engines()[0], file, known, goal, source.size).fit(out)
    except EngineFailed as problem:
        raise CannotFit("damaged", f"it cannot be read: {problem}") from problem
    except ProgramTooSlow:
        raise CannotFit("damaged", "reading and coding it takes longer than it may") from None


def _shown_through(engine: CodingEngine, file: CodedFile, picture: Picture | None) -> CodedFile:
    """The file, with the decoder that sees through its picture: that of ffmpeg itself takes VP8 and VP9 for opaque."""
    decoder = _SEEING.get(picture.codec, "") if picture is not None and picture.alpha else ""
    if decoder and not engine.has_decoder(decoder):
        raise CannotFit("part-missing", f"it is transparent, and this ffmpeg has no {decoder} to see that")
    return replace(file, decoder=decoder) if decoder else file


class _Film:
    """One film on its way."""

    def __init__(self, engine: CodingEngine, file: CodedFile, known: Recognition, goal: Goal, size: int) -> None:
        self._engine, self._file, self._known, self._goal = engine, file, known, goal
        self._too_large = size > goal.most
        self._clip = clip = engine.probe_clip(file)
        self._picture = clip.picture
        self._refuse(clip)
        self._file = file = _shown_through(engine, file, clip.picture)
        self._sound = None if goal.needs.sound is False or not clip.sounds else clip.sounds[0]
        self._seconds = clip.seconds or self._measure(clip)
        shown = [each.index for each in (self._picture, self._sound) if each is not None]
        self._was = refuse_damaged(engine, file, shown, self._seconds, sees=self._picture is not None)
        if self._picture is not None and self._picture.codec == "mjpeg":
            refuse_damaged_frames(engine, file, self._picture.index)
        self._encodes = 0
        self._alike = 0.0  # of the best copy, once somebody asked

    def fit(self, out: IO[bytes]) -> Converted:
        """Repack it, or code what has to be coded again."""
        with Attempts(self._goal.most) as attempts:
            picture = kept_picture(self._picture, self._goal)
            sound = kept_sound(self._sound, self._goal)
            kept = (picture is not None or self._picture is None) and (sound is not None or self._sound is None)
            coding = Coding(self._goal.type, picture, sound)
            if kept and self._write(attempts, coding, "one", ""):
                if picture is None or self._is_faithful(attempts, picture):
                    return self._say(attempts, coding, out)
                picture = None
                attempts.replace_best()
            coding = self._coded(picture if not self._too_large else None, sound)
            if self._picture is None or (coding.picture is not None and coding.picture.copy) or not self._too_large:
                if self._write(attempts, coding, "one", ""):
                    return self._say(attempts, coding, out)
                if self._picture is None:
                    raise CannotFit("quality", "its sound does not fit below the limit")
                coding = self._coded(None, sound, size_matters=True)
            return self._say(attempts, self._sized(attempts, coding), out)

    def _refuse(self, clip: Clip) -> None:
        picture = clip.picture
        if picture is None and not clip.sounds:
            raise CannotFit("damaged", "it holds neither pictures nor sound that can be read")
        if clip.deaf and self._goal.needs.sound is not False:
            raise CannotFit("damaged", "it has sound, and none of that can be read")
        if picture is None:
            return
        if self._goal.needs.picture is False:
            raise CannotFit("no-way", "only sound is taken in such a file, and it has a picture")
        refuse_huge(picture.width, picture.height)

    def _measure(self, clip: Clip) -> float:
        index = clip.picture.index if clip.picture is not None else clip.sounds[0].index
        seconds = self._engine.measure_seconds(self._file, index)
        if seconds <= 0:
            raise CannotFit("damaged", "nobody can say how long it plays")
        return seconds

    def _coded(self, picture: PictureCoding | None, sound: SoundCoding | None, *, size_matters: bool = False) -> Coding:
        """What is coded again, and with how many bits. A picture or sound that is given stays as it is."""
        total = self._goal.most * 8 * SPARE / self._seconds
        matters = size_matters or self._too_large
        if self._sound is not None:
            sound = self._coded_sound(self._sound, sound, total if matters else 4e6)
        if picture is None and self._picture is not None:
            picture = self._coded_picture(self._picture, total, matters=matters)
        return Coding(self._goal.type, picture, sound)

    def _coded_sound(self, seen: Sound, kept: SoundCoding | None, total: float) -> SoundCoding:
        channels = min(seen.channels, most_channels(self._goal), 2 if total >= 800_000 else 1)
        rate = sound_rate(total, channels)
        if kept is not None and (total >= 4e6 or 0 < seen.bit_rate <= rate * 1.5):
            return kept
        sampled = min(48_000, max(24_000, seen.sample_rate)) if rate >= 20_000 else 16_000  # a frame is 1,024 samples
        coding = SoundCoding(seen.index, "aac", channels, sampled, rate, mixed=channels < seen.channels)
        if channels == seen.channels:
            return coding
        return mix(self._engine, self._file, coding, seen.channels)[0]

    def _coded_picture(self, seen: Picture, total: float, *, matters: bool) -> PictureCoding:
        rate = frame_rate(seen)
        aside = self._aside(rate, sound_rate(total, 1) if self._sound is not None else 0)
        bit_rate = int((self._goal.most * SPARE - aside) * 8 / self._seconds)
        if matters and bit_rate < _LEAST_RATE:
            raise CannotFit("quality", f"{max(0, bit_rate):,} bits a second would be left for its picture")
        width, height = fitted_size(seen, rate, bit_rate if matters else 1e12)
        return PictureCoding(
            seen,
            width=width,
            height=height,
            rate=rate,
            bit_rate=bit_rate if matters else 0,
            b_frames="no-high-b-frames" not in self._goal.advice,
            deinterlaced=seen.interlaced,
            toned=seen.hdr and self._engine.tones_hdr(),
        )

    def _aside(self, rate: Fraction, sound_bits: int) -> float:
        """Bytes that are not the picture's."""
        index = packing(float(rate) * self._seconds, self._seconds, sounding=bool(sound_bits))
        return index + sound_bits * self._seconds / 8

    def _sized(self, attempts: Attempts, coding: Coding) -> Coding:
        """In two passes; where that is smaller than the original and not much like it, at its own size as well.

        Which of both is nearer shows only in what came out: sharp drawings keep their size, what moves does not.
        """
        made = self._two_passes(attempts, coding)
        picture = made.picture
        if picture is None or (picture.width, picture.height) == even_size(*picture.source.shown):
            return made
        self._alike = self._likeness(attempts, picture)
        if self._alike >= _ALIKE:
            return made
        width, height = even_size(*picture.source.shown)
        with Attempts(self._goal.most) as others:
            try:
                whole = self._two_passes(others, replace(made, picture=replace(picture, width=width, height=height)))
            except CannotFit:
                return made  # x264 has no such low rate for so many pixels
            alike = self._likeness(others, picture)
            if alike <= self._alike:
                return made
            self._alike = alike
            attempts.take_best(others)
            return whole

    def _two_passes(self, attempts: Attempts, coding: Coding) -> Coding:
        """The picture in two passes; the second is done again, at most twice, where it missed the limit."""
        picture = coding.picture
        if picture is None:
            raise CannotFit("quality", "its sound does not fit below the limit")
        sound_bits = 0
        if coding.sound is not None and self._sound is not None:
            sound_bits = coding.sound.bit_rate or self._sound.bit_rate
        aside = self._aside(picture.rate, sound_bits)
        bit_rate = max(_LEAST_RATE, int((self._goal.most * SPARE - aside) * 8 / self._seconds))
        picture = replace(picture, bit_rate=bit_rate)
        coding = replace(coding, picture=picture)
        best: Coding | None = None
        with scratch_folder() as folder:
            self._write(attempts, coding, "first", folder)
            tried: list[tuple[int, int]] = []
            for _ in range(3):
                picture = replace(picture, bit_rate=bit_rate)
                coding = replace(coding, picture=picture)
                if self._write(attempts, coding, "second", folder) and attempts.size == attempts.tried:
                    best = coding
                if best is not None and attempts.size >= ENOUGH * self._goal.most:
                    break
                tried.append((bit_rate, attempts.tried))
                bit_rate = corrected_rate(tried, self._goal.most, aside)
        if best is None:
            raise CannotFit("quality", f"it does not fit below {self._goal.most:,} bytes, however small it is coded")
        return best

    def _write(self, attempts: Attempts, coding: Coding, passes: Passes, folder: str) -> bool:
        """Whether a copy came out that fits."""
        if passes != "first" and not (coding.picture is None or coding.picture.copy):
            self._encodes += 1
        return attempts.attempt(self._engine, self._file, coding, passes, folder)

    def _say(self, attempts: Attempts, coding: Coding, out: IO[bytes]) -> Converted:
        """Judge what was made, and hand it over."""
        made = CodedFile(attempts.best, DEMUXERS[self._goal.type])
        refuse_shorter_copy(self._engine, self._file, self._was, self._seconds, made, coding)
        likeness: float | None = None
        if coding.picture is not None:
            likeness = self._alike or self._likeness(attempts, coding.picture)
        if likeness is not None and likeness < self._goal.floor:
            shown = f"{coding.picture.width} x {coding.picture.height}" if coding.picture is not None else ""
            raise CannotFit(
                "quality",
                f"at {shown} it would be too unlike the original: {likeness:.3f}, the floor is {self._goal.floor:.2f}",
            )
        attempts.hand_over(out)
        hdr = coding.picture is not None and coding.picture.source.hdr and not coding.picture.copy
        pale = hdr and coding.picture is not None and not coding.picture.toned
        return Converted(
            name_changes(self._known, self._clip, coding),
            name_all_losses(self._known, self._clip, coding),
            likeness,
            self._encodes,
            "its colours may look pale: this ffmpeg cannot bring HDR to common screens" if pale else "",
        )

    def _is_faithful(self, attempts: Attempts, picture: PictureCoding) -> bool:
        """Whether a repacked picture plays as before: one that is cut by its index may lack what its frames lean on."""
        alike = self._likeness(attempts, picture)
        self._alike = alike if alike >= _SAME else 0.0
        return alike >= _SAME

    def _likeness(self, attempts: Attempts, picture: PictureCoding) -> float:
        made = CodedFile(attempts.best, DEMUXERS[self._goal.type])
        return compare_films(self._engine, self._file, picture, made, self._seconds)
