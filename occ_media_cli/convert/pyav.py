"""The engine that is the package `av`, for where there is no `ffmpeg`, or none that codes what is asked for.

It runs inside of the process that makes the file fit, whose limits are its own. It reads by the same forced readers,
codes by the same encoders, and its filters have the same words.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from itertools import chain
from typing import Any

from occ_media_cli.convert.av_failures import AvFailures, Complaints, words_of_failure
from occ_media_cli.convert.av_frames import FrameReader, Step
from occ_media_cli.convert.av_streams import picture_of, sound_of
from occ_media_cli.convert.coding import (
    INDEXED,
    MUXERS,
    QUALITY,
    CodedFile,
    Coding,
    Decoded,
    EngineFailed,
    Heard,
    Overflow,
    Passes,
    PictureCoding,
    SoundCoding,
)
from occ_media_cli.convert.damage import CHECKED
from occ_media_cli.convert.filter_row import FilterRow, LikenessRow
from occ_media_cli.convert.filters import METER, heard_of, picture_filters, reference_filters, sound_filters
from occ_media_cli.convert.libraries import library
from occ_media_cli.convert.streams import Clip, Picture, losses_of_tags
from occ_media_cli.values import EMPTY


class AvEngine:
    """The engine. See `coding.CodingEngine`."""

    def __init__(self) -> None:
        self._av = library("av", "av")

    def probe_clip(self, file: CodedFile) -> Clip:
        """What the file holds."""
        with self._open(file) as held:
            covers = self._av.stream.Disposition.attached_pic
            pictures = [each for each in held.streams.video if not each.disposition & covers]
            sounds = [each for each in held.streams.audio if each.codec_context is not None and each.channels]
            picture = self._picture(file, pictures[0]) if pictures else None
            lengths = [float(each.duration * each.time_base) for each in (*pictures[:1], *sounds) if each.duration]
            tags = [held.metadata, *(each.metadata for each in held.streams)]
            kinds = held.streams
            others = len(kinds) - len(kinds.video) - len(kinds.audio) - len(kinds.subtitles)
            return Clip(
                seconds=max(lengths, default=0.0) or (held.duration or 0) / 1e6,
                picture=picture,
                sounds=tuple(sound_of(each) for each in sounds),
                covers=len(kinds.video) - len(pictures),
                subtitles=len(kinds.subtitles),
                others=others + max(0, len(pictures) - 1),
                chapters=len(held.chapters()),
                deaf=bool(held.streams.audio) and not sounds,
                tags=losses_of_tags(pair for part in tags for pair in part.items()),
            )

    def measure_seconds(self, file: CodedFile, index: int) -> float:
        """How long a stream plays, by its packets."""
        first, last = float("inf"), 0.0
        with self._open(file) as held:
            for packet in held.demux(held.streams[index]):
                if packet.pts is not None and packet.time_base is not None:
                    at = float(packet.pts * packet.time_base)
                    first, last = min(first, at), max(last, at + float((packet.duration or 0) * packet.time_base))
        return max(0.0, last - first) if last else 0.0

    def decode_all(self, file: CodedFile, indexes: tuple[int, ...]) -> Decoded:
        """Decode streams, and count what is wrong with them."""
        frames, sound, failed = 0, 0.0, 0
        with Complaints(self._av) as said, self._open(file, {"err_detect": CHECKED}) as held:
            streams = [held.streams[index] for index in indexes]
            for stream in streams:
                stream.codec_context.thread_count = 1  # complaints of another thread would be nobody's
                stream.codec_context.options = {"err_detect": CHECKED}
            try:
                for packet in held.demux(streams):
                    try:
                        for frame in packet.decode():
                            if packet.stream.type == "video":
                                frames += 1
                            else:
                                sound += frame.samples / (frame.sample_rate or 1)
                    except self._av.FFmpegError:
                        failed += 1
            except self._av.FFmpegError:
                failed += 1
        return Decoded(failed + said.errors, frames, sound)

    def read_frames(self, file: CodedFile, index: int, most: int) -> bytes:
        """Frames of Motion JPEG as they are stored."""
        frames = bytearray()
        with self._open(file) as held:
            for packet in held.demux(held.streams[index]):
                frames += bytes(packet)
                if len(frames) >= most:
                    break
        return bytes(frames[:most])

    def write_copy(self, file: CodedFile, coding: Coding, into: int, most: int, passes: Passes, folder: str) -> None:
        """Write a copy, or the figures of the first pass."""
        os.ftruncate(into, 0)
        first = passes == "first"
        options = {"movflags": "+faststart"} if coding.type in INDEXED and not first else {}
        options |= {"id3v2_version": "0"} if coding.type == "mp3" else {}
        name = os.devnull if first else f"/proc/self/fd/{into}"
        muxer = "null" if first else MUXERS[coding.type]
        with ExitStack() as both:
            both.enter_context(self._told())
            held = both.enter_context(self._open(file))
            out = both.enter_context(self._av.open(name, "w", format=muxer, options={**options, "fflags": "+bitexact"}))
            steps: dict[int, Step] = {}
            if coding.picture is not None:
                steps[coding.picture.source.index] = self._picture_steps(
                    file, held, out, coding.picture, passes, folder
                )
            if coding.sound is not None and not first:
                steps[coding.sound.index] = self._sound_steps(file, held, out, coding.sound)
            written = 0
            for packet in held.demux([held.streams[index] for index in steps]):
                for made in steps[packet.stream.index](packet):
                    written += made.size
                    if written > most:
                        raise Overflow
                    out.mux(made)
        if not first and os.fstat(into).st_size > most:
            raise Overflow

    def compare_pictures(self, file: CodedFile, picture: PictureCoding, copy: CodedFile, each: int) -> float:
        """SSIM of every n-th frame."""
        steps = [_without_select(one) for one in reference_filters(picture, each)]
        found: list[float] = []
        with self._open(file) as original, self._open(copy) as made, self._told():
            frames = FrameReader(self._av, file).read_picture(
                original, picture.source.index, picture.source.turned, steps[0]
            )
            compared = LikenessRow(self._av)
            for index, (one, other) in enumerate(
                zip(
                    frames,
                    FrameReader(self._av, copy).read_picture(
                        made, 0, picture.source.turned if picture.copy else 0, steps[1]
                    ),
                    strict=False,
                )
            ):
                if index % each:
                    continue
                found += compared.compare(one, other)
        if not found:
            raise EngineFailed("its pictures cannot be compared")
        return sum(found) / len(found)

    def hear(self, file: CodedFile, index: int, filters: str) -> Heard:
        """What a meter hears of a sound."""
        rows: list[tuple[str, str]] = []
        with self._told(), self._open(file) as held:
            stream = held.streams[index]
            run = FilterRow(self._av, stream, filters + METER, sound=True)
            for frame in chain(FrameReader(self._av, file).read_stream(held, stream), [None]):
                for heard in run.pass_through(frame):
                    rows += heard.metadata.items()
        return heard_of(rows)

    def has_encoder(self, name: str) -> bool:
        """Whether it brings the encoder."""
        try:
            self._av.codec.Codec(name, "w")
        except self._av.codec.codec.UnknownCodecError:
            return False
        return True

    def has_decoder(self, name: str) -> bool:
        """Whether it brings the decoder."""
        try:
            self._av.codec.Codec(name, "r")
        except self._av.codec.codec.UnknownCodecError:
            return False
        return True

    def tones_hdr(self) -> bool:
        """Whether it has the filter for it."""
        return "zscale" in self._av.filter.filters_available

    def _open(self, file: CodedFile, more: Mapping[str, str] = EMPTY) -> Any:
        options = {"protocol_whitelist": "file,pipe", **more}
        path = f"/proc/self/fd/{file.fd}"
        try:
            return self._av.open(path, format=file.demuxer, options=options, metadata_errors="replace")
        except (self._av.FFmpegError, ValueError) as problem:
            raise EngineFailed(words_of_failure(problem)) from problem

    def _told(self) -> AvFailures:
        return AvFailures(self._av)

    def _picture(self, file: CodedFile, stream: Any) -> Picture:
        if stream.codec_context is None:
            raise EngineFailed("nobody knows the codec of its picture")
        turned = 0
        with self._open(file) as held, suppress(self._av.FFmpegError, StopIteration):
            turned = int(next(held.decode(held.streams[stream.index])).rotation)
        return picture_of(stream, turned)

    def _picture_steps(
        self, file: CodedFile, held: Any, out: Any, picture: PictureCoding, passes: Passes, folder: str
    ) -> Step:
        stream = held.streams[picture.source.index]
        if picture.copy:
            return _copied(out.add_stream_from_template(stream, opaque=True))
        options = {"preset": "medium", "profile": "main", "bf": "3" if picture.b_frames else "0"}
        if passes == "one":
            options["crf"] = str(QUALITY)
        else:
            options["x264-params"] = f"pass={1 if passes == 'first' else 2}:stats={folder}/figures"
        made = out.add_stream("libx264", rate=picture.rate, options=options)
        made.width, made.height, made.pix_fmt = picture.width, picture.height, "yuv420p"
        made.codec_context.time_base = 1 / picture.rate
        if passes != "one":
            made.bit_rate = picture.bit_rate
        reader = FrameReader(self._av, file)
        run = reader.filter_picture(stream, picture.source.turned, picture_filters(picture))
        return self._coded(made, run, reader.decoder_of(stream))

    def _sound_steps(self, file: CodedFile, held: Any, out: Any, sound: SoundCoding) -> Step:
        stream = held.streams[sound.index]
        if not sound.encoder:
            return _copied(out.add_stream_from_template(stream, opaque=True))
        rate = sound.sample_rate or stream.codec_context.sample_rate
        options = {"vbr": "constrained"} if sound.encoder == "libopus" else {}
        made = out.add_stream(sound.encoder, rate=rate, options=options)
        made.codec_context.layout = {1: "mono", 2: "stereo"}[sound.channels]
        formats = [each.name for each in made.codec_context.codec.audio_formats or []]
        made.codec_context.format = next((each for each in ("fltp", "flt", "s16") if each in formats), formats[0])
        if sound.bit_rate:
            made.bit_rate = sound.bit_rate
        filters = f"{sound_filters(sound)},aformat=sample_fmts={made.codec_context.format.name}:sample_rates={rate}"
        made.codec_context.open()
        run = FilterRow(self._av, stream, filters, sound=True, frame=made.codec_context.frame_size)
        return self._coded(made, run, FrameReader(self._av, file).decoder_of(stream))

    def _coded(self, made: Any, run: FilterRow, decode: Step) -> Step:
        def step(packet: Any) -> Iterator[Any]:
            frames: list[Any] = []
            with suppress(self._av.error.InvalidDataError):
                frames = list(decode(packet))
            for frame in frames:
                for ready in run.pass_through(frame):
                    if made.type == "video":
                        ready.pict_type = 0  # the encoder chooses its own key frames
                    yield from made.encode(ready)
            if packet.dts is None and packet.size == 0:
                for ready in run.pass_through(None):
                    yield from made.encode(ready)
                yield from made.encode(None)

        return step


def _copied(made: Any) -> Step:
    def step(packet: Any) -> Iterator[Any]:
        if packet.dts is not None:
            packet.stream = made
            yield packet

    return step


def _without_select(filters: str) -> str:
    """The library counts frames itself."""
    return ",".join(each for each in re.split(r"(?<!\\),", filters) if not each.startswith("select"))
