"""Pictures with a hole or a missing end are told from whole ones, whose odd but harmless headers matter to nobody."""

from __future__ import annotations

import random
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
Image = pytest.importorskip("PIL.Image")
pikepdf = pytest.importorskip("pikepdf")

from occ_media_cli.convert.goal import CannotFit, Goal  # noqa: E402
from occ_media_cli.convert.picture import make  # noqa: E402
from occ_media_cli.convert.picture_damage import find_damage, is_damaged  # noqa: E402
from occ_media_cli.media.recognition import Recognition  # noqa: E402
from occ_media_cli.media.source import source_of  # noqa: E402
from tests.unit.convert.test_picture import CORPUS, drawing, photo, saved  # noqa: E402

WHOLE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "baseline": ("jpg", lambda: saved(photo(320, 240), "JPEG", quality=90)),
    "optimised": ("jpg", lambda: saved(photo(320, 240), "JPEG", quality=80, optimize=True)),
    "grey": ("jpg", lambda: saved(photo(320, 240).convert("L"), "JPEG", quality=90)),
    "inks": ("jpg", lambda: saved(photo(320, 240).convert("CMYK"), "JPEG", quality=90)),
    "restarts": ("jpg", lambda: saved(photo(320, 240), "JPEG", quality=90, restart_marker_rows=1)),
    "progressive": ("jpg", lambda: saved(photo(320, 240), "JPEG", quality=90, progressive=True)),
    "flat": ("jpg", lambda: saved(Image.new("RGB", (900, 700), "white"), "JPEG", optimize=True)),
    "odd": ("jpg", lambda: saved(photo(317, 233), "JPEG", quality=90, subsampling=2)),
    "lossy": ("webp", lambda: saved(photo(320, 240), "WEBP", quality=80)),
    "lossless": ("webp", lambda: saved(photo(320, 240), "WEBP", lossless=True)),
    "clear": ("webp", lambda: saved(drawing(mode="RGBA"), "WEBP", quality=80)),
    "moving": ("webp", lambda: moving("WEBP")),
    "png": ("png", lambda: saved(photo(320, 240), "PNG")),
    "palette": ("png", lambda: saved(drawing().quantize(16), "PNG")),
    "gif": ("gif", lambda: saved(photo(320, 240), "GIF")),
    "moving-gif": ("gif", lambda: moving("GIF")),
}


def moving(kind: str) -> bytes:
    frames = [photo(160, 120).rotate(30 * number) for number in range(3)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=80)


def damaged(data: bytes, kind: str) -> bool:
    """Whether `check`'s reader or the judge of picture data refuses it."""
    from occ_media_cli.media.kinds import gif, jpeg, png, webp

    source = source_of(data)
    module = {"jpg": jpeg, "png": png, "webp": webp, "gif": gif}[kind]
    found = module.recognise(source)
    return found is None or found.type is None or find_damage(source, kind) is not None


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_picture_is_none_that_is_damaged(name: str) -> None:
    kind, made = WHOLE[name]
    assert find_damage(source_of(made()), kind) is None


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "flat"])
def test_a_hole_a_missing_end_and_strange_bytes_are_seen(name: str) -> None:
    kind, made = WHOLE[name]
    data, draw = made(), random.Random(3)
    tenth = len(data) // 10
    for at in (4 * tenth, 6 * tenth, 8 * tenth):
        assert damaged(data[:at] + bytes(tenth) + data[at + tenth :], kind), f"zeros at {at}"
        assert damaged(data[:at] + draw.randbytes(tenth) + data[at + tenth :], kind), f"strange bytes at {at}"
        assert damaged(data[:at], kind), f"cut off at {at}"
        if kind == "jpg":
            assert damaged(data[:at] + b"\xff\xd9", kind), f"cut off at {at}, with an end marker"


def test_what_harms_no_jpeg_is_passed_over() -> None:
    for name in ("baseline", "progressive"):
        data = WHOLE[name][1]()
        end = data.rindex(b"\xff\xd9")
        table = data.index(b"\xff\xdb")
        for odd in (
            data[:end] + bytes(40) + data[end:],  # padded to a sector
            data[:table] + b"junk" + data[table:],
            data[:end] + b"\xff\xff\xff" + data[end:],
            data[:table] + b"\xff\xe1\0\x06Exif" + data[table:],
            data + b"what follows the end",
            data[:end],  # which `check` tells
        ):
            assert find_damage(source_of(odd), "jpg") is None


def test_a_progressive_jpeg_without_its_last_scans_is_not_whole() -> None:
    data = WHOLE["progressive"][1]()
    last = data.rindex(b"\xff\xc4")
    assert is_damaged(data[:last] + b"\xff\xd9", "jpg")


def test_no_copy_is_made_of_a_damaged_picture() -> None:
    data = WHOLE["baseline"][1]()
    broken = data[: len(data) // 2] + bytes(200) + data[len(data) // 2 + 200 :]
    with pytest.raises(CannotFit, match="it is damaged: its picture data has a hole") as refused:
        make(source_of(broken), Recognition("jpg", "", "a picture", len(broken)), Goal("jpg", len(broken)), BytesIO())
    assert refused.value.why == "damaged"


def test_a_heic_without_its_last_tiles_or_with_a_hole_is_damaged() -> None:
    for path in sorted(Path(CORPUS, "valid").glob("*.heic")) + sorted(Path("/tmp/meta_sets").rglob("*.HEIC")):
        data = path.read_bytes()
        assert find_damage(source_of(data), "heic") is None, path
        assert is_damaged(data[: len(data) * 2 // 3], "heic"), path
        at = len(data) // 2
        assert is_damaged(data[:at] + bytes(len(data) // 10) + data[at + len(data) // 10 :], "heic"), path
        break
    else:
        pytest.skip("no HEIC is here")


def test_real_jpegs_are_whole() -> None:
    known = {"12d18ab711"}  # its data ends in the middle of its picture
    files = sorted(each for each in Path(CORPUS, "valid").glob("*.jp*g") if each.stat().st_size < 60_000)
    if not files:
        pytest.skip("no corpus is here")
    assert [each.stem for each in files if is_damaged(each.read_bytes(), "jpg") and each.stem not in known] == []
