# ruff: noqa: E501 - rows of examples read better whole
"""Films and sounds made to fit, against what ffmpeg and its meters say: size, likeness, length, loudness.

    nice -n 15 python proofs/fit_moving.py [--few] [--corpus DIR] [--keep DIR]

Films are made by ffmpeg (test pictures, fractals, cellular automata, noise, in the codecs and containers that people
send), and taken from a folder of real ones. Each is made to fit a part of its size. Held against: ffprobe (codecs,
sizes, lengths), and a two-pass encode by ffmpeg itself at the size that came out, by SSIM of every frame. Sounds go
into every type; held against: ffprobe, their decoded length, and loudness (EBU R128). Prints a row for each and the
sums; exits 1 where a copy is over its limit, uses less than 93 % of it where size was the reason, is less like its
original by more than 0.01, is shorter by more than 50 ms, or louder by more than 1 LU.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.convert.goal import CannotFit, Converted, Goal
from occ_media_cli.media.channels.profile import Needs
from tests.unit.convert.films import ADVICE, WHATSAPP, fit, heard_seconds, loudness, made_by_ffmpeg, probed

SINE = ("-f", "lavfi", "-i", "sine=f=330:d=4")
FILMS = {
    "test.mov": ("testsrc2=s=480x270:r=30:d=4", "-c:v", "libx265", "-crf", "12", "-x265-params", "log-level=error", "-c:a", "aac"),
    "test60.mp4": ("testsrc2=s=320x180:r=60:d=3", "-c:v", "libx264", "-crf", "6", "-c:a", "aac"),
    "fractal.mp4": ("mandelbrot=s=320x240:r=25", "-t", "3", "-c:v", "libx264", "-crf", "10", "-c:a", "aac"),
    "fractal.mkv": ("mandelbrot=s=321x241:r=30:start_scale=1", "-t", "3", "-c:v", "mpeg4", "-q:v", "2", "-c:a", "ac3"),
    "cells.webm": ("life=s=320x240:mold=10:r=25:ratio=0.1:death_color=#C83232:seed=3", "-t", "3", "-c:v", "libvpx", "-b:v", "3M", "-c:a", "libvorbis"),
    "rule.mp4": ("cellauto=s=320x240:r=25:rule=110:seed=5", "-t", "3", "-c:v", "libx264", "-crf", "10", "-c:a", "aac"),
    "noise.mp4": ("testsrc2=s=320x240:r=25:d=3,noise=alls=12:allf=t:all_seed=7", "-c:v", "libx264", "-crf", "10", "-c:a", "aac"),
    "grain.mov": ("mandelbrot=s=320x240:r=24,noise=alls=6:allf=t:all_seed=2", "-t", "3", "-c:v", "mjpeg", "-q:v", "3", "-c:a", "pcm_s16le"),
    "flow.webm": ("gradients=s=480x270:r=30:d=3:speed=0.05:seed=9", "-c:v", "libvpx-vp9", "-b:v", "2M", "-cpu-used", "8", "-c:a", "libopus"),
    "still.mp4": ("smptehdbars=s=640x360:r=30:d=4", "-c:v", "libx264", "-crf", "1", "-c:a", "aac"),
    "carpet.mkv": ("sierpinski=s=320x240:r=25:seed=1", "-t", "3", "-c:v", "libx264", "-crf", "8", "-c:a", "flac"),
    "scale.mp4": ("testsrc=s=320x240:r=50:d=3", "-c:v", "mpeg4", "-q:v", "1", "-c:a", "mp3"),
    "short.mp4": ("testsrc2=s=320x240:r=25:d=0.4", "-c:v", "libx264", "-crf", "4", "-c:a", "aac", "-t", "0.4"),
    "old.3gp": ("testsrc2=s=352x288:r=15:d=4", "-c:v", "h263", "-q:v", "2", "-an"),
}  # fmt: skip
PARTS = (0.6, 0.25, 0.1)
SOUNDS = {
    "noise.wav": ("anoisesrc=c=pink:d=6:a=0.3:r=44100:seed=4,aformat=channel_layouts=stereo",),
    "wide.flac": ("anoisesrc=c=pink:d=5:a=0.2:r=48000:seed=1[a];anoisesrc=c=brown:d=5:a=0.4:r=48000:seed=2[b];[a][b]join=inputs=2:channel_layout=stereo",),
    "tone.ogg": ("sine=f=440:b=4:d=5,aformat=channel_layouts=stereo", "-c:a", "libvorbis"),
    "alac.m4a": ("anoisesrc=c=brown:d=4:a=0.5:r=44100:seed=8", "-c:a", "alac"),
    "loud.mp3": ("anoisesrc=c=white:d=4:a=0.9:r=44100:seed=6,aformat=channel_layouts=stereo", "-b:a", "192k"),
}  # fmt: skip
TYPES = (
    ("ogg", Needs(audio_codecs=("opus",)), ("mono",), 0.12),
    ("m4a", Needs(), ("aac",), 0.3),
    ("mp3", Needs(), (), 0.3),
    ("aac", Needs(channels=1), (), 0.3),
    ("amr", Needs(), (), 0.9),
    ("wav", Needs(channels=1), (), 20.0),
    ("flac", Needs(), (), 20.0),
)


def main() -> int:
    """Make, measure, print."""
    options = argparse.ArgumentParser()
    options.add_argument("--few", action="store_true")
    options.add_argument("--corpus", type=Path)
    options.add_argument("--keep", type=Path)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        faults = films(folder, chosen) + sounds(folder, chosen)
    for fault in faults:
        print(f"FAULT {fault}")
    print("no faults" if not faults else f"{len(faults)} faults")
    return 1 if faults else 0


def films(folder: Path, chosen: argparse.Namespace) -> list[str]:
    """The faults of films."""
    paths = []
    for name, (source, *words) in list(FILMS.items())[:: 7 if chosen.few else 1]:
        heard = () if "-an" in words else SINE
        paths.append(made_by_ffmpeg(folder / name, "-f", "lavfi", "-i", source, *heard, "-shortest", *words))
    paths += [] if chosen.few or chosen.corpus is None else real_films(chosen.corpus, folder)
    faults, used, behind, tried = [], [], [], 0
    print(f"{'film':22} {'limit':>9} {'used':>6} {'encodes':>7} {'SSIM':>7} {'two-pass':>8} {'off by ms':>9}")
    for number, path in enumerate(paths):
        advised = number % 2 == 0  # every second one goes where nothing is advised
        for part in PARTS[:: 2 if chosen.few else 1]:
            tried += 1
            most = int(path.stat().st_size * part)
            try:
                done, copy = fit(path, Goal("mp4", most, WHATSAPP, ADVICE if advised else ("moov-first",)))
            except CannotFit as refused:
                print(f"{path.name:22} {most:9,} {refused.why}: {refused}")
                faults += [] if refused.why == "quality" and part <= 0.1 else [f"{path.name} {part}: {refused}"]
                continue
            found, row = judge_film(path, copy, done, most, advised=advised)
            faults += [f"{path.name} {part}: {each}" for each in found]
            used.append(copy.stat().st_size / most)
            behind.append(row[1] - row[0])
            print(
                f"{path.name:22} {most:9,} {used[-1]:6.1%} {done.encodes:7} {row[0]:7.4f} {row[1]:8.4f} {row[2]:9.0f}",
                flush=True,
            )
    print(
        f"{tried} films x limits, {len(used)} made; used {min(used):.1%} to {max(used):.1%}; behind two passes by {max(behind):.4f} at most"
    )
    return faults


def judge_film(
    path: Path, copy: Path, done: Converted, most: int, *, advised: bool
) -> tuple[list[str], tuple[float, float, float]]:
    """(faults, (its SSIM, that of two passes by ffmpeg, how far its length is off in ms))."""
    _, streams = probed(copy)
    faults, size = [], copy.stat().st_size
    picture = next(each for each in streams if each["codec_type"] == "video")
    if picture["codec_name"] != "h264" or picture["width"] % 2 or picture["height"] % 2:
        faults.append("another picture than was asked for")
    rate = picture["avg_frame_rate"]
    own = likeness(path, copy, rate)
    other, theirs = two_passes(path, copy, rate, streams, advised=advised)
    if size > most or (done.encodes and size < 0.93 * most and own < 0.995):
        faults.append(f"{size:,} of {most:,} bytes")
    if done.encodes and own < theirs - 0.01:
        faults.append(f"SSIM {own:.4f}, and {theirs:.4f} by two passes at {other:,} bytes")
    if done.encodes and (done.ssim is None or abs(done.ssim - own) > 0.02):
        faults.append(f"it says SSIM {done.ssim}, and it is {own:.4f}")
    lengths = [float(each["duration"]) for each in streams]
    asked = [
        float(each["duration"])
        for each in probed(path)[1]
        if each.get("duration") and each["codec_type"] in ("audio", "video")
    ]
    off = abs(max(lengths) - max(asked)) if asked else 0.0
    if off > 0.05 + 1 / eval_rate(rate):
        faults.append(f"its length is off by {off * 1000:.0f} ms")
    return faults, (own, theirs, off * 1000)


def two_passes(path: Path, copy: Path, rate: str, streams: list[dict[str, str]], *, advised: bool) -> tuple[int, float]:
    """(bytes, SSIM) of an encode by ffmpeg alone, no larger than the copy, of the size that the original has; with
    B-frames and its best profile, unless the channel advises against both."""
    sound = next((each for each in streams if each["codec_type"] == "audio"), None)
    bits = int(next(each for each in streams if each["codec_type"] == "video")["bit_rate"])
    log, made = copy.with_suffix(".log"), copy.with_suffix(".two.mp4")
    heard = ["-an"] if sound is None else ["-ac", str(sound["channels"]), "-c:a", "aac", "-b:a", str(sound["bit_rate"])]
    even = f"fps={rate},scale=trunc(iw/2)*2:trunc(ih/2)*2"
    plain = ["-profile:v", "main", "-bf", "0"] if advised else []
    for _ in range(3):
        for number in ("1", "2"):
            words = ["-i", path, "-map", "0:v:0", "-map", "0:a:0?", "-vf", even, "-pix_fmt", "yuv420p"]
            words += ["-c:v", "libx264", *plain]
            words += ["-b:v", str(bits), "-pass", number, "-passlogfile", log, *heard, "-f", "mp4", made]
            ran = subprocess.run(["ffmpeg", "-nostdin", "-v", "quiet", "-y", *words], check=False)
            if ran.returncode:
                return 0, 0.0  # it cannot code so few bits
        size = made.stat().st_size
        if size <= copy.stat().st_size * 1.01:
            break
        bits = int(bits * copy.stat().st_size / size * 0.99)
    return size, likeness(path, made, rate)


def likeness(path: Path, copy: Path, rate: str) -> float:
    """SSIM of every frame, at the size of the original."""
    _, streams = probed(path)
    picture = next(each for each in streams if each["codec_type"] == "video")
    width, height = int(picture["width"]) // 2 * 2, int(picture["height"]) // 2 * 2
    if any(abs(int(each.get("rotation", 0))) == 90 for each in picture.get("side_data_list", [])):
        width, height = height, width
    even = f"scale={width}:{height}:flags=bicubic,setsar=1,format=yuv420p,setpts=PTS-STARTPTS"
    graph = f"[0:v:0]fps={rate},{even}[a];[1:v:0]{even}[b];[a][b]ssim=stats_file=-:shortest=1"
    words = [
        "ffmpeg",
        "-nostdin",
        "-v",
        "quiet",
        "-i",
        path,
        "-i",
        copy,
        "-filter_complex",
        graph,
        "-an",
        "-f",
        "null",
        os.devnull,
    ]
    said = subprocess.run(words, check=False, capture_output=True).stdout.splitlines()
    found = [float(line.rpartition(b"All:")[2].split()[0]) for line in said if b"All:" in line]
    return sum(found) / max(1, len(found))


def eval_rate(text: str) -> float:
    """Frames a second, from a ratio."""
    above, _, below = text.partition("/")
    return int(above) / int(below or 1) or 25.0


def real_films(corpus: Path, folder: Path) -> list[Path]:
    """Films of a folder that play half a second or longer, and are large enough to be made smaller."""
    found = []
    for path in sorted(corpus.rglob("*")):
        if path.suffix not in (".mp4", ".mov", ".3gp", ".webm", ".mkv", ".gif") or path.stat().st_size < 60_000:
            continue
        of_file, streams = probed(path)
        moving = [each for each in streams if each["codec_type"] == "video" and each.get("nb_frames") != "1"]
        if moving and float(of_file.get("duration", 0)) >= 0.5:
            found.append(folder / path.name)
            found[-1].write_bytes(path.read_bytes())
    return found


def sounds(folder: Path, chosen: argparse.Namespace) -> list[str]:
    """The faults of sounds."""
    faults, tried = [], 0
    print(f"\n{'sound':12} {'type':5} {'limit':>9} {'used':>6} {'encodes':>7} {'ms':>6} {'LU':>6}")
    for name, (source, *words) in list(SOUNDS.items())[: 1 if chosen.few else None]:
        path = made_by_ffmpeg(folder / name, "-filter_complex", source, *words)
        for kind, needs, advice, part in TYPES[:: 3 if chosen.few else 1]:
            most = int(max(9_000, path.stat().st_size * part))
            try:
                done, copy = fit(path, Goal(kind, most, needs, advice), "sound")
            except CannotFit as refused:
                print(f"{name:12} {kind:5} {most:9,} {refused.why}: {refused}")
                faults += [] if refused.why in ("part-missing", "quality") else [f"{name} {kind}: {refused}"]
                continue
            tried += 1
            off = (heard_seconds(copy) - heard_seconds(path)) * 1000
            louder = loudness(copy) - loudness(path)
            row = f"{name:12} {kind:5} {most:9,} {copy.stat().st_size / most:6.1%} {done.encodes:7} {off:6.0f} {louder:6.2f}"
            print(row, flush=True)
            if abs(off) > 50 or abs(louder) > 1.0:
                faults.append(f"{name} {kind}: {off:.0f} ms, {louder:.2f} LU")
    print(f"{tried} sounds made")
    return faults


if __name__ == "__main__":
    raise SystemExit(main())
