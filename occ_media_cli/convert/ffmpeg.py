"""The engine that is the system's own `ffmpeg`, with its `ffprobe`.

It gets descriptors as `/proc/self/fd/N`, the reader that our recogniser chose, and no protocol but files and pipes, so
that a playlist in sheep's clothing opens nothing. It is never told to stop at a size (`-fs`): what it then leaves looks
whole and is not. The system ends it instead, at the first byte too many.
"""

from __future__ import annotations

import json
import os

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
)
from occ_media_cli.convert.damage import CHECKED, is_error
from occ_media_cli.convert.engine_words import say_failure
from occ_media_cli.convert.filters import METER, heard_of, picture_filters, reference_filters, sound_filters
from occ_media_cli.convert.probed import clip_of_probe
from occ_media_cli.convert.streams import Clip
from occ_media_cli.sandbox.program import Ran, find_program, run_program, seconds_left
from occ_media_cli.sandbox.still import hold_in_memory

_QUICK = 30.0
"""Seconds for what reads headers."""

_LONG = 600.0
"""Seconds for what reads or codes all of it, where the process itself has no timer."""

_MOST_OUT = 64_000_000
_MOST_FIGURES = 1 << 30
"""Bytes that the figures of a first pass may take."""

_MEMORY = 3 << 30
"""Bytes of address space: 60 frames of 8K that an encoder looks ahead, and its libraries."""


_fps_mode: str | None = None
"""What the option is called in this ffmpeg."""


def is_installed() -> bool:
    """Whether both programs are there."""
    return find_program("ffmpeg") is not None and find_program("ffprobe") is not None


class FfmpegEngine:
    """The engine. See `coding.CodingEngine`."""

    def probe_clip(self, file: CodedFile) -> Clip:
        """What the file holds."""
        asked = ["-show_format", "-show_streams", "-show_chapters", "-of", "json"]
        ran = _probe([*_input(file, probing=True), *asked], file, _QUICK)
        try:
            return clip_of_probe(json.loads(ran.out))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as problem:
            raise EngineFailed("what it holds is not clear") from problem

    def measure_seconds(self, file: CodedFile, index: int) -> float:
        """How long a stream plays, by its packets."""
        asked = ["-select_streams", str(index), "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0"]
        ran = _probe([*_input(file, probing=True), *asked], file, _LONG)
        first, last = float("inf"), 0.0
        for line in ran.out.split():
            at, _, lasts = line.partition(b",")
            with_time = at not in (b"", b"N/A")
            if with_time:
                length = lasts.rstrip(b",")
                first = min(first, float(at))
                last = max(last, float(at) + (float(length) if length not in (b"", b"N/A") else 0.0))
        return max(0.0, last - first) if last else 0.0

    def decode_all(self, file: CodedFile, indexes: tuple[int, ...]) -> Decoded:
        """Decode streams, and count what is wrong with them."""
        words = ["-err_detect", CHECKED, *_input(file)]
        for index in indexes:
            words += ["-map", f"0:{index}"]
        # sound is counted by its samples, which hides no gap; the picture's times must not outlast it
        words += ["-af", "asetpts=N/SR/TB", "-vf", "setpts=N/1000000/TB", *_every_frame(), "-progress", "pipe:1"]
        ran = _convert([*words, "-f", "null", os.devnull], (file.fd,), 1 << 20)
        errors = sum(is_error(*_complaint(line)) for line in ran.said.splitlines())
        told = dict(line.split(b"=", 1) for line in ran.out[-2048:].splitlines() if b"=" in line)
        frames, sound = told.get(b"frame", b""), told.get(b"out_time_us", b"")
        if ran.code and not errors:
            raise EngineFailed(_last_words(ran))
        return Decoded(errors, _number(frames), _number(sound) / 1e6)

    def read_frames(self, file: CodedFile, index: int, most: int) -> bytes:
        """Frames of Motion JPEG as they are stored."""
        held = hold_in_memory(b"")
        try:
            words = [*_input(file), "-map", f"0:{index}", "-c", "copy", "-f", "mjpeg", "-y", f"/proc/self/fd/{held}"]
            ran = _convert(words, (file.fd, held), most)
            size = os.fstat(held).st_size
            if ran.code and size < most:
                raise EngineFailed(_last_words(ran))
            return os.pread(held, size, 0)
        finally:
            os.close(held)

    def write_copy(self, file: CodedFile, coding: Coding, into: int, most: int, passes: Passes, folder: str) -> None:
        """Write a copy, or the figures of the first pass."""
        os.ftruncate(into, 0)
        words = [*_input(file), "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"]
        words += _picture_words(coding, passes, folder)
        if coding.sound is not None and passes != "first":
            words += _sound_words(coding)
        words += ["-max_muxing_queue_size", "4096", "-fflags", "+bitexact", "-y"]
        if passes == "first":  # by the same writer, or it would have other frames than the second pass
            words += ["-f", MUXERS[coding.type], f"/proc/self/fd/{into}"]
        else:
            quick = ["-movflags", "+faststart"] if coding.type in INDEXED else []
            plain = ["-id3v2_version", "0"] if coding.type == "mp3" else []
            words += [*quick, *plain, "-f", MUXERS[coding.type], f"/proc/self/fd/{into}"]
        ran = _convert(words, (file.fd, into), _MOST_FIGURES if passes == "first" else most)
        if passes != "first" and (os.fstat(into).st_size >= most or "File too large" in ran.said or ran.code == -25):
            raise Overflow
        if passes == "second" and "bitrate is too low" in ran.said:
            raise Overflow
        if ran.code:
            raise EngineFailed(_last_words(ran))
        if passes == "first":
            os.ftruncate(into, 0)

    def compare_pictures(self, file: CodedFile, picture: PictureCoding, copy: CodedFile, each: int) -> float:
        """SSIM of every n-th frame."""
        first, second = reference_filters(picture, each)
        graph = f"[0:{picture.source.index}]{first}[a];[1:v:0]{second}[b];[a][b]ssim=stats_file=-:shortest=1"
        words = [*_input(file), *_input(copy), "-filter_complex", graph, "-an", "-f", "null", os.devnull]
        ran = _convert(words, (file.fd, copy.fd), 1 << 20)
        found = [float(line.rpartition(b"All:")[2].split()[0]) for line in ran.out.splitlines() if b"All:" in line]
        if not found:
            raise EngineFailed(_last_words(ran))
        return sum(found) / len(found)

    def hear(self, file: CodedFile, index: int, filters: str) -> Heard:
        """What a meter hears of a sound."""
        graph = f"[0:{index}]{filters}{METER},ametadata=print:file=-"
        words = [*_input(file), "-filter_complex", graph, "-vn", "-f", "null", os.devnull]
        lines = _convert(words, (file.fd,), 1 << 20).out.decode("ascii", "replace").splitlines()
        return heard_of((name, text) for name, by, text in (line.partition("=") for line in lines) if by)

    def has_encoder(self, name: str) -> bool:
        """Whether this build of it has the encoder."""
        return _has(f"encoder={name}")

    def has_decoder(self, name: str) -> bool:
        """Whether this build of it has the decoder."""
        return _has(f"decoder={name}")

    def tones_hdr(self) -> bool:
        """Whether this build has the filter for it."""
        return _has("filter=zscale")


def _has(part: str) -> bool:
    kind, _, _ = part.partition("=")
    ran = _run("ffmpeg", ["-nostdin", "-v", "error", "-h", part], (), _QUICK, 0)
    return ran.out.startswith(kind.capitalize().encode() + b" ")


def _input(file: CodedFile, *, probing: bool = False) -> list[str]:
    forced = ["-enable_drefs", "0", "-use_absolute_path", "0"] if file.demuxer == "mov" else []
    decoder = ["-c:v", file.decoder] if file.decoder and not probing else []
    return [
        "-protocol_whitelist",
        "file,pipe",
        "-f",
        file.demuxer,
        *forced,
        *decoder,
        "-i",
        f"file:/proc/self/fd/{file.fd}",
    ]


def _picture_words(coding: Coding, passes: Passes, folder: str) -> list[str]:
    picture = coding.picture
    if picture is None:
        return ["-vn"]
    words = ["-map", f"0:{picture.source.index}"]
    if picture.copy:
        return [*words, "-c:v", "copy", *(["-tag:v", "hvc1"] if picture.source.codec == "hevc" else [])]
    words += ["-filter:v", picture_filters(picture)]
    words += [
        *_every_frame(),
        "-c:v",
        "libx264",
        "-profile:v",
        "main",
        "-preset",
        "medium",
        "-threads",
        str(_threads()),
    ]
    words += ["-bf", "3" if picture.b_frames else "0"]
    if passes == "one":
        return [*words, "-crf", str(QUALITY)]
    number = "1" if passes == "first" else "2"
    return [*words, "-b:v", str(picture.bit_rate), "-pass", number, "-passlogfile", f"{folder}/figures"]


def _sound_words(coding: Coding) -> list[str]:
    sound = coding.sound
    if sound is None:
        return []
    words = ["-map", f"0:{sound.index}"]
    if not sound.encoder:
        return [*words, "-c:a", "copy"]
    words += ["-filter:a", sound_filters(sound), "-c:a", sound.encoder]
    if sound.bit_rate:
        words += ["-b:a", str(sound.bit_rate)]
    if sound.encoder == "libopus":
        words += ["-vbr", "constrained"]  # the free one takes half as much again for a hard passage
    return words


def _every_frame() -> list[str]:
    """Each frame that the filters give, once, at its own time: filled up in front it would not match its original."""
    global _fps_mode
    if _fps_mode is None:
        said = _run("ffmpeg", ["-version"], (), _QUICK, 0).out.split(b" ", 3)[2:3]
        number = [int(part) for part in said[0].split(b"-")[0].split(b".")[:2] if part.isdigit()] if said else []
        _fps_mode = "-vsync" if number and number < [5, 1] else "-fps_mode"
    return [_fps_mode, "passthrough"]


def _threads() -> int:
    return min(4, os.cpu_count() or 1)


def _probe(words: list[str], file: CodedFile, seconds: float) -> Ran:
    ran = _run("ffprobe", ["-hide_banner", "-v", "error", *words], (file.fd,), seconds, 0)
    if ran.flooded:
        raise EngineFailed("it has too many parts")
    if ran.code:
        raise EngineFailed(_last_words(ran))
    return ran


def _convert(words: list[str], files: tuple[int, ...], most: int) -> Ran:
    threads = str(_threads())
    start = ["-nostdin", "-hide_banner", "-v", "error", "-threads", threads, "-filter_threads", threads]
    return _run("ffmpeg", [*start, *words], files, _LONG, most)


def _run(program: str, words: list[str], files: tuple[int, ...], seconds: float, most: int) -> Ran:
    path = find_program(program)
    if path is None:
        raise EngineFailed(f"{program} is not installed")
    room = max(most, 1 << 24) if not files or most == 0 else most
    return run_program([path, *words], files, min(seconds, seconds_left(seconds)), _MOST_OUT, room, _MEMORY)


def _number(text: bytes) -> int:
    return int(text) if text.strip().isdigit() else 0


def _complaint(line: str) -> tuple[str, str]:
    """(who complains, of what)."""
    who, _, words = line.strip().partition(" @ 0x")
    return (who[1:], words.partition("] ")[2]) if who.startswith("[") else ("", line.strip())


def _last_words(ran: Ran) -> str:
    """What its last complaint means."""
    if ran.code < 0:
        return "the program that reads it was ended"
    return say_failure(next((line for line in reversed(ran.said.splitlines()) if line.strip()), ""))
