"""Pictures made to fit, held against the best of a grid, an independent count of likeness, and mutated files.

    nice -n 15 python proofs/fit_pictures.py [--mutated N] [FOLDER ...]

Grid: each photograph below the folders, and some that are made, at 30, 12 and 5 % of its size at quality 95; scales
from 1 to 0.2 with every quality from 40 to 95 that Pillow knows, 4:2:0, progressive. The search may be 0.005 of SSIM
below its best, uses at least 95 % of the limit and at most 10 encodes. scikit-image counts the SSIM again where it is
installed. Mutated: bytes of small pictures changed, cut and doubled; each ends in a copy or in `CannotFit`, in a
process with limits. Exits 1 where the mean is below the grid's by 0.002, one in ten is further below than 0.005, more
encodes were made, the two counts of SSIM differ, or a mutated picture ends in any other way.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PIL import Image

from occ_media_cli.convert.goal import CannotFit, Goal
from occ_media_cli.convert.likeness import likeness, likeness_of_planes
from occ_media_cli.convert.picture import make
from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool

_SCALES = (1, 0.85, 0.71, 0.6, 0.5, 0.42, 0.35, 0.3, 0.25, 0.2)
_ALLOWED = 0.005


def _made(number: int, width: int = 640, height: int = 480) -> Image.Image:
    """Clouds of every size, as landscapes have them."""
    dice = np.random.default_rng(number)
    planes = np.zeros((height, width, 3))
    for power in range(2, 9):
        rough = Image.fromarray(dice.integers(0, 256, (2**power, 2**power, 3), dtype=np.uint8), "RGB")
        planes += np.asarray(rough.resize((width, height), Image.Resampling.BICUBIC), float) * 0.62**power
    planes -= planes.min()
    return Image.fromarray((planes * (255 / planes.max())).astype(np.uint8), "RGB")


def _pictures(folders: list[str]) -> list[tuple[str, Image.Image]]:
    found = [(f"made {number}", _made(number)) for number in range(4)]
    for path in sorted(each for folder in folders for each in Path(folder).rglob("*") if each.is_file()):
        try:
            with Image.open(path) as opened:
                picture = opened.convert("RGB")
        except (OSError, ValueError, SyntaxError):
            continue
        picture.thumbnail((900, 900))
        if min(picture.size) >= 300 and picture.getcolors(20_000) is None:
            found.append((path.name, picture))
    return found


def _saved(picture: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality, subsampling=2, progressive=True, optimize=True)
    return out.getvalue()


def _ssim(picture: Image.Image, data: bytes) -> float:
    return likeness(picture, Image.open(BytesIO(data)).convert("RGB"))


def _best_of_grid(picture: Image.Image, most: int) -> float:
    """The grid's best: at each scale, of the four highest qualities that fit, since likeness grows with quality."""
    best = -1.0
    for scale in _SCALES:
        size = tuple(max(1, round(side * scale)) for side in picture.size)
        small = picture if scale == 1 else picture.resize(size, Image.Resampling.LANCZOS)
        low, high = 39, 96
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if len(_saved(small, middle)) <= most else (low, middle)
        for quality in range(max(40, low - 3), low + 1):
            best = max(best, _ssim(picture, _saved(small, quality)))
    return best


def _grid(folders: list[str]) -> bool:
    try:
        from skimage.metrics import structural_similarity
    except ImportError:
        structural_similarity = None
        print("scikit-image is not installed: the likeness is counted by this program alone")
    below, off, unused, encodes, apart = [], 0, 0, 0, 0.0
    for name, picture in _pictures(folders):
        full = len(_saved(picture, 95))
        original = BytesIO()
        picture.save(original, "PNG")
        for share in (30, 12, 5):
            most, out = full * share // 100, BytesIO()
            grid = _best_of_grid(picture, most)
            told = make(source_of(original.getvalue()), Recognition("png", "", "", 1), Goal("jpg", most), out)
            copy = out.getvalue()
            ssim = _ssim(picture, copy)
            if structural_similarity is not None:
                shown = Image.open(BytesIO(copy)).convert("RGB").resize(picture.size, Image.Resampling.BICUBIC)
                two = [each.convert("YCbCr") for each in (picture, shown)]
                there = [structural_similarity(*(np.asarray(each)[..., plane] for each in two)) for plane in range(3)]
                here = likeness_of_planes(picture, Image.open(BytesIO(copy)).convert("RGB"))
                apart = max(apart, *(abs(one - other) for one, other in zip(here, there, strict=True)))
            used, encodes = len(copy) / most, max(encodes, told.encodes)
            unused += used < 0.95
            said = f"{name:>20} {share:>3} %  {ssim:.4f} in {told.encodes:>2}, {used:.1%} used"
            if grid < 0:
                print(f"{said}; nothing of the grid fits")
                continue
            below.append(ssim - grid)
            off += ssim < grid - _ALLOWED
            print(f"{said}; grid {grid:.4f}, {ssim - grid:+.4f}", flush=True)
    mean = sum(below) / len(below)
    print(
        f"{len(below)} against the grid: mean {mean:+.4f}, least {min(below):+.4f}, {off} further below than {_ALLOWED}"
    )
    print(f"most encodes {encodes}, below 95 % of the limit {unused}, from scikit-image by {apart:.6f} at most")
    return mean > -0.002 and off * 10 <= len(below) and encodes <= 10 and apart < 1e-3


def _work(fd: int, size: int, name: str) -> str:
    known = recognise(fd, size, name)
    kind = name.rpartition(".")[2]
    source = FileSource(fd, size, kind)
    if known.type is None:  # the caller would never come so far; the way has to stand it all the same
        known = Recognition(kind, "", "", size)
    out = BytesIO()
    try:
        make(source, known, Goal(random.choice(("jpg", "png", "webp", "gif")), 20_000), out)
    except CannotFit as refused:
        assert not out.getvalue()
        return refused.why
    finally:
        source.close()
    Image.open(BytesIO(out.getvalue())).load()
    return "copy"


def _mutated(count: int) -> bool:
    dice = random.Random(5)
    picture, seeds = _made(9, 96, 64), []
    for kind, name in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")):
        out = BytesIO()
        picture.save(out, kind, exif=Image.Exif()) if kind != "GIF" else picture.save(out, kind)
        seeds.append((name, out.getvalue()))
    told: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder, Pool(Task(_work, "fitting it", 20.0)) as pool:

        def jobs():
            for number in range(count):
                name, seed = dice.choice(seeds)
                data = bytearray(seed)
                for _ in range(dice.randint(1, 12)):
                    at = dice.randrange(len(data))
                    change = dice.choice(("flip", "cut", "double"))
                    if change == "flip":
                        data[at] = dice.randrange(256)
                    elif change == "cut":
                        del data[at : at + dice.randint(1, 40)]
                    else:
                        data[at:at] = data[at : at + dice.randint(1, 40)]
                path = Path(folder) / f"{number}.{name}"
                path.write_bytes(data)
                yield Job(os.open(path, os.O_RDONLY), len(data), path.name)
                path.unlink()

        for job, answer in pool.run(jobs()):
            said = f"FAILED: {answer.reason}" if isinstance(answer, Failed) else answer
            told[said] = told.get(said, 0) + 1
            if isinstance(answer, Failed):
                print(job.name, answer.reason)
    print(f"{count} mutated: {told}")
    return not any(each.startswith("FAILED") for each in told)


def main() -> int:
    """The grid, then the mutated pictures."""
    arguments = argparse.ArgumentParser(description="Pictures made to fit against a grid, and mutated ones.")
    arguments.add_argument("folders", nargs="*")
    arguments.add_argument("--mutated", type=int, default=1_000)
    given = arguments.parse_args()
    good = [_grid(given.folders), _mutated(given.mutated)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main())
