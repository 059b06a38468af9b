"""Small sounds and films, made by ffmpeg, and what ffprobe says of them: the judge of the ways that make them fit."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.convert import coding_engines, ffmpeg
from occ_media_cli.convert.goal import Converted, Goal
from occ_media_cli.convert.ways import load_way
from occ_media_cli.media.channels.profile import Needs
from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.source import FileSource

NEEDS_FFMPEG = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffmpeg and ffprobe are not on this machine")

WHATSAPP = Needs(audio_codecs=("aac",), video_codecs=("h264",), audio_streams=1)
ADVICE = ("moov-first", "no-high-b-frames")


_HEARD: dict[bytes, tuple[float, float]] = {}
_MADE: dict[tuple[str, ...], bytes] = {}
"""What ffmpeg made of words, so that what several tests and both engines ask for is made once."""


def made_by_ffmpeg(path: Path, *words: str) -> Path:
    key = (*words, path.suffix)
    if key not in _MADE:
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *words, path], check=True, timeout=60)
        _MADE[key] = path.read_bytes()
    path.write_bytes(_MADE[key])
    return path


def engines() -> list[str]:
    return ["ffmpeg", *(["av"] if find_spec("av") else [])]


def use_engine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave one of the engines."""
    if name == "av":
        monkeypatch.setattr(ffmpeg, "is_installed", lambda: False)
    else:
        program = ffmpeg.FfmpegEngine()
        for way in ("moving", "sound"):
            monkeypatch.setattr(f"occ_media_cli.convert.{way}.find_engines", lambda: [program])
    assert coding_engines.find_engines()


def fit(path: Path, goal: Goal, way: str = "moving") -> tuple[Converted, Path]:
    """What was made, and where."""
    out, descriptor = io.BytesIO(), os.open(path, os.O_RDONLY)
    source = FileSource(descriptor, path.stat().st_size, None)
    try:
        made = load_way(way)(source, recognise(descriptor, source.size, path.name), goal, out)
    finally:
        source.close()
        os.close(descriptor)
    copy = path.with_name(f"copy of {path.stem}.{goal.type}")
    copy.write_bytes(out.getvalue())
    assert 0 < copy.stat().st_size <= goal.most
    return made, copy


def probed(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """(what ffprobe says of the file, of each stream)."""
    asked = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", path]
    found = json.loads(subprocess.run(asked, check=True, capture_output=True, timeout=60).stdout)
    return found["format"], found["streams"]


def tag_of(path: Path, name: str) -> str | None:
    """A tag of the file or of one of its streams."""
    of_file, streams = probed(path)
    parts = [part.get("tags", {}) for part in (of_file, *streams)]
    return next((text for part in parts for key, text in part.items() if name in key.lower()), None)


def heard_seconds(path: Path) -> float:
    """How long its sound plays, decoded."""
    return listen(path)[0]


def loudness(path: Path) -> float:
    """In LUFS."""
    return listen(path)[1]


def listen(path: Path) -> tuple[float, float]:
    """(seconds that its sound plays, decoded; its loudness in LUFS): both of one run, and once for the same bytes."""
    content = path.read_bytes()
    if content not in _HEARD:
        meter = "ebur128=metadata=1,ametadata=print:key=lavfi.r128.I:file=/dev/stderr"
        words = ["-i", path, "-map", "0:a:0", "-af", meter, "-ac", "1", "-ar", "8000", "-f", "s16le", "-"]
        ran = subprocess.run(["ffmpeg", "-v", "error", *words], check=True, capture_output=True, timeout=60)
        loud = float(ran.stderr.rpartition(b"lavfi.r128.I=")[2].split()[0])
        _HEARD[content] = len(ran.stdout) / 16_000, loud
    return _HEARD[content]
