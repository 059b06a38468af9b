"""What making one file fit costs, as a ratio to the library alone doing one encode of it, and the memory of both.

    python benchmarks/fit.py [--rounds 3] [--heic FILE] [KIND ...]

The whole of it (read, search, compare, write) against reading the file and encoding it once at a usual quality: by
Pillow, by pikepdf or zipfile with one encode of each picture inside, or by ffmpeg at the bit rate that the limit gives.
Each run is a process of its own, with its programs; interleaved rounds, medians. Memory is the most that the process
or one of its programs held, with the interpreter and what it has loaded. No free program writes HEIC here: name a file.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from occ_media_cli.convert.goal import Goal
from occ_media_cli.convert.ways import load_way, way_for
from occ_media_cli.media.channels.profile import Needs
from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.source import FileSource
from proofs.fit_cases import office, photo

QUALITY = 85

Work = Callable[[], object]


class Cost(NamedTuple):
    """Seconds of wall time, and bytes that were held at most."""

    seconds: float
    memory: int


def whole(path: Path, goal: Goal) -> Work:
    """Making a file fit, as a worker of `fit --write` does."""

    def work() -> None:
        descriptor = os.open(path, os.O_RDONLY)
        known = recognise(descriptor, path.stat().st_size, path.name)
        way = way_for(known, goal)
        assert way is not None
        with io.BytesIO() as out:
            load_way(way)(FileSource(descriptor, path.stat().st_size, known.type), known, goal, out)
            assert 0 < len(out.getvalue()) <= goal.most
        os.close(descriptor)

    return work


def encoded(content: io.BytesIO | Path) -> bytes:
    """One JPEG of a picture, by Pillow."""
    from PIL import Image

    out = io.BytesIO()
    Image.open(content).convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def picture(folder: Path, name: str, **options: object) -> tuple[Work, Work]:
    """A photo of twelve million pixels, to become a JPEG of half a megabyte."""
    path = folder / name
    photo(4_000, 3_000).save(path, **options)
    return whole(path, Goal("jpg", 500_000)), lambda: encoded(path)


def heic(path: Path) -> tuple[Work, Work]:
    """A HEIC, to become a JPEG of half a megabyte."""

    def bare() -> None:
        import pi_heif

        pi_heif.open_heif(path).to_pillow().convert("RGB").save(io.BytesIO(), "JPEG", quality=QUALITY)

    return whole(path, Goal("jpg", 500_000)), bare


def drawn(seed: int, width: int = 2_000, height: int = 1_500) -> bytes:
    """A photo, as a camera writes it."""
    out = io.BytesIO()
    photo(width, height, seed).save(out, "JPEG", quality=95)
    return out.getvalue()


def pdf(folder: Path) -> tuple[Work, Work]:
    """Six scanned pages, to become half as large."""
    import pikepdf
    from PIL import Image

    path = folder / "scan.pdf"
    pages = [Image.open(io.BytesIO(drawn(seed))) for seed in range(6)]
    pages[0].save(path, "PDF", save_all=True, append_images=pages[1:], resolution=200, quality=95)

    def bare() -> None:
        with pikepdf.open(path) as document:
            for stream in document.objects:
                if isinstance(stream, pikepdf.Stream) and stream.get("/Subtype") == "/Image":
                    out = io.BytesIO()
                    pikepdf.PdfImage(stream).as_pil_image().save(out, "JPEG", quality=QUALITY)
                    stream.write(out.getvalue(), filter=pikepdf.Name.DCTDecode)
            document.save(io.BytesIO(), object_stream_mode=pikepdf.ObjectStreamMode.generate)

    return whole(path, Goal("pdf", path.stat().st_size // 2)), bare


def docx(folder: Path) -> tuple[Work, Work]:
    """A letter with a photo of twelve million pixels, to become half as large."""
    path = folder / "letter.docx"
    path.write_bytes(office("docx", drawn(1, 4_000, 3_000)))

    def bare() -> None:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.infolist():
                content = old.read(member)
                new.writestr(member, encoded(io.BytesIO(content)) if member.filename.endswith(".jpeg") else content)

    return whole(path, Goal("docx", path.stat().st_size // 2)), bare


def run_ffmpeg(*words: str | Path) -> None:
    """Run ffmpeg, which has to succeed."""
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *words], check=True)


def sound(folder: Path) -> tuple[Work, Work]:
    """Five minutes of a recording without loss, to become a voice message."""
    path = folder / "call.wav"
    run_ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=300:c=pink:r=48000", "-ac", "2", path)
    most = 2_000_000
    words = ("-c:a", "libopus", "-ac", "1", "-b:a", str(most * 8 // 300), "-f", "ogg", folder / "bare.ogg")
    goal = Goal("ogg", most, Needs(audio_codecs=("opus",)), ("mono",))
    return whole(path, goal), lambda: run_ffmpeg("-i", path, *words)


def film(folder: Path) -> tuple[Work, Work]:
    """Three seconds, to become half as large: two passes, measured, and compared with the original."""
    path = folder / "film.mp4"
    source = ("-f", "lavfi", "-i", "mandelbrot=s=640x360:r=25", "-f", "lavfi", "-i", "sine=d=3", "-t", "3")
    run_ffmpeg(*source, "-c:v", "libx264", "-crf", "10", "-c:a", "aac", path)
    most = path.stat().st_size // 2
    words = ("-c:v", "libx264", "-b:v", str(most * 8 // 3), "-c:a", "aac", "-f", "mp4", folder / "bare.mp4")
    needs = Needs(audio_codecs=("aac",), video_codecs=("h264",), audio_streams=1)
    goal = Goal("mp4", most, needs, ("moov-first", "no-high-b-frames"))
    return whole(path, goal), lambda: run_ffmpeg("-i", path, *words)


KINDS: dict[str, Callable[[Path], tuple[Work, Work]]] = {
    "jpg": lambda folder: picture(folder, "photo.jpg", quality=95),
    "png": lambda folder: picture(folder, "photo.png", compress_level=1),
    "webp": lambda folder: picture(folder, "photo.webp", quality=90, method=0),
    "pdf": pdf,
    "docx": docx,
    "sound": sound,
    "film": film,
}
"""By name, what makes (the whole way, one bare encode)."""


def main() -> int:
    """Measure and print a table."""
    options = argparse.ArgumentParser()
    options.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(KINDS)} and heic")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--heic", type=Path)
    asked = options.parse_args()
    kinds = dict(KINDS)
    if asked.heic is not None:
        kinds["heic"] = lambda _: heic(asked.heic)
    print("| kind | whole, s | one encode, s | ratio | whole, MB | one encode, MB |\n|---|---|---|---|---|---|")
    for name in asked.kinds or kinds:
        with tempfile.TemporaryDirectory() as made:
            works = kinds[name](Path(made))
            costs = [[cost_of(work) for work in works] for _ in range(asked.rounds)]
        (first, most), (second, other) = (
            (median(each.seconds for each in some), max(each.memory for each in some) / 1e6)
            for some in zip(*costs, strict=True)
        )
        row = f"{first:.2f} | {second:.2f} | {first / second:.1f} | {most:.0f} | {other:.0f}"
        print(f"| {name} | {row} |", flush=True)
    return 0


def cost_of(work: Work) -> Cost:
    """What a work costs in a process of its own. RuntimeError where it fails there."""
    told, tell = os.pipe()
    begun = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            work()
            seconds = time.perf_counter() - begun
            who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            memory = max(resource.getrusage(each).ru_maxrss for each in who) * 1024
            os.write(tell, f"{seconds} {memory}".encode())
        except Exception:  # noqa: BLE001  # told here; the parent sees that nothing was measured
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(tell)
    said = os.read(told, 100).decode()
    os.close(told)
    os.waitpid(child, 0)
    if not said:
        raise RuntimeError("it failed, and says why above")
    seconds, memory = said.split()
    return Cost(float(seconds), int(memory))


if __name__ == "__main__":
    raise SystemExit(main())
