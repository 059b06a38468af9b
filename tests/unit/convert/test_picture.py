"""Pictures made to fit, judged by Pillow alone: what comes out is small enough, upright, in its colours, and told."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
Image = pytest.importorskip("PIL.Image")

from occ_media_cli.convert.goal import CannotFit, Converted, Goal  # noqa: E402
from occ_media_cli.convert.picture import make  # noqa: E402
from occ_media_cli.media.channels.profile import Needs  # noqa: E402
from occ_media_cli.media.recognition import Recognition  # noqa: E402
from occ_media_cli.media.source import source_of  # noqa: E402

CORPUS = Path("/work/shared/corpus")


def photo(width: int = 160, height: int = 120):
    """Shapes and noise, as a photograph has them; its upper left is the lightest."""
    down, right = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(7).integers(-20, 21, (height, width, 3))
    waves = np.stack([200 - right / width * 120, 190 - down / height * 150, 100 + 60 * np.sin(right / 7)], -1)
    return Image.fromarray(np.clip(waves + noise, 0, 255).astype(np.uint8), "RGB")


def drawing(width: int = 200, height: int = 150, mode: str = "RGB"):
    from PIL import ImageDraw

    image = Image.new(mode, (width, height), (250, 250, 250, 0) if mode == "RGBA" else (250, 250, 250))
    pen = ImageDraw.Draw(image)
    for number in range(12):
        pen.rectangle((number * 13, number * 9, number * 13 + 30, number * 9 + 20), fill=(number * 20, 40, 90))
        pen.line((0, number * 11, width, number * 7), fill=(200, 0, number * 15))
    return image


def saved(image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def fit(data: bytes, kind: str, goal: Goal, **facts: bool) -> tuple[Converted, Image.Image, bytes]:
    out = BytesIO()
    told = make(source_of(data), Recognition(kind, "", "a picture", len(data), facts), goal, out)
    assert len(out.getvalue()) <= goal.most
    made = Image.open(BytesIO(out.getvalue()))
    assert made.format == {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF"}[goal.type]
    assert told.encodes <= 10
    return told, made, out.getvalue()


@pytest.mark.parametrize("share", [0.5, 0.3, 0.12])
@pytest.mark.parametrize("kind", ["jpg", "webp"])
def test_a_photograph_meets_the_limit_nearly(kind: str, share: float) -> None:
    data = saved(photo(320, 240), "JPEG", quality=95)
    most = int(len(data) * share)
    told, made, copy = fit(data, "jpg", Goal(kind, most))
    assert len(copy) >= 0.95 * most
    assert told.ssim is not None
    assert told.ssim > 0.6
    if kind == "jpg":
        assert made.info.get("progressive")


@pytest.mark.parametrize("way", range(1, 9))
def test_a_picture_is_turned_upright_before_its_orientation_goes(way: int) -> None:
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = way
    data = saved(photo(), "JPEG", quality=95, exif=exif)
    _, made, copy = fit(data, "jpg", Goal("jpg", len(data)))
    upright = ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("L")
    assert made.size == upright.size
    assert abs(np.asarray(made.convert("L"), int) - np.asarray(upright, int)).mean() < 6
    assert b"Exif" not in copy


def test_where_it_was_taken_and_by_what_is_gone_and_told() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    data = saved(photo(), "JPEG", quality=95, exif=exif, comment=b"to whom")
    told, _, copy = fit(data, "jpg", Goal("jpg", len(data)))
    assert {"location", "camera data", "comments"} <= set(told.lost)
    assert b"Maker" not in copy
    assert b"to whom" not in copy


@pytest.mark.parametrize("inverted", [True, False])
def test_colours_of_print_become_those_of_screens(inverted: bool) -> None:
    red = Image.new("CMYK", (64, 64), (0, 255, 255, 0))
    data = saved(red, "JPEG", quality=95)
    if not inverted:  # as libraries write it that know nothing of Adobe: the same values, no mark, not inverted
        at = data.index(b"\xff\xee")
        other = saved(Image.new("CMYK", (64, 64), (255, 0, 0, 255)), "JPEG", quality=95)
        data = other[:at] + other[at + 2 + int.from_bytes(other[at + 2 : at + 4], "big") :]
    needs = Needs(colours=("rgb",))
    told, made, _ = fit(data, "jpg", Goal("jpg", 20_000, needs))
    red_now, green, blue = made.convert("RGB").getpixel((30, 30))
    assert (red_now > 240, green < 15, blue < 15) == (True, True, True)
    assert "RGB instead of CMYK" in told.changes


def test_a_profile_of_other_colours_is_turned_to_srgb() -> None:
    from PIL import ImageCms

    swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {
        bytes(swapped[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(swapped[128:132], "big"), 12)
    }
    first, last = tags[b"rXYZ"] + 4, tags[b"bXYZ"] + 4
    swapped[first : first + 8], swapped[last : last + 8] = swapped[last : last + 8], swapped[first : first + 8]
    at = swapped.index("sRGB".encode("utf-16-be"))
    swapped[at : at + 8] = "Swap".encode("utf-16-be")
    data = saved(Image.new("RGB", (40, 40), (250, 10, 10)), "PNG", icc_profile=bytes(swapped))
    told, made, copy = fit(data, "png", Goal("jpg", 20_000))
    red, _, blue = made.getpixel((20, 20))
    assert (red < 30, blue > 230) == (True, True)
    assert "colour profile" in told.lost
    assert b"ICC_PROFILE" not in copy


def test_sixteen_bits_become_eight_and_keep_their_light() -> None:
    deep = Image.fromarray((np.mgrid[0:64, 0:64][1] * 1024).astype(np.uint16))
    told, made, _ = fit(saved(deep, "PNG"), "png", Goal("png", 20_000, Needs(bits=8)))
    assert made.mode in ("L", "RGB", "P")
    assert [made.convert("L").getpixel((at, 5)) for at in (0, 32, 63)] == pytest.approx([0, 127, 251], abs=1)
    assert "8 bits a sample instead of 16" in told.changes


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "gif"])
def test_every_mode_becomes_every_type(mode: str, kind: str) -> None:
    image = drawing(mode="RGBA" if "A" in mode else "RGB").convert(mode)
    told, made, _ = fit(saved(image, "PNG"), "png", Goal(kind, 60_000))
    assert made.size == image.size
    assert told.ssim is not None
    assert told.ssim > 0.9


def test_transparency_goes_on_white_only_where_the_type_cannot_carry_it() -> None:
    data = saved(drawing(mode="RGBA"), "PNG")
    told, made, _ = fit(data, "png", Goal("jpg", 60_000))
    assert "laid on white" in told.changes
    assert "transparency" in told.lost
    assert min(made.getpixel((199, 2))) > 245
    for kind in ("png", "webp", "gif"):
        told, made, _ = fit(data, "png", Goal(kind, 60_000))
        assert "transparency" not in told.lost
        assert made.convert("RGBA").getpixel((199, 2))[3] == 0


def test_a_white_drawing_does_not_vanish_on_white() -> None:
    logo = Image.new("RGBA", (80, 80), (0, 0, 0, 0))
    logo.paste((255, 255, 255, 255), (20, 20, 60, 60))
    told, made, _ = fit(saved(logo, "PNG"), "png", Goal("jpg", 20_000))
    assert any("black" in each for each in told.changes)
    assert made.getpixel((40, 40))[0] - made.getpixel((5, 5))[0] > 200


@pytest.mark.parametrize("kind", ["png", "webp", "gif"])
def test_a_drawing_is_packed_without_loss(kind: str) -> None:
    image = drawing()
    data = saved(image, "PNG", compress_level=0)
    told, made, _ = fit(data, "png", Goal(kind, len(data) // 10))
    assert made.convert("RGB").tobytes() == image.tobytes()
    assert told.ssim == pytest.approx(1.0)
    assert (told.lost, "packed without loss" in told.changes) == ((), True)


def test_a_sticker_has_its_size_and_see_through_margins() -> None:
    told, made, _ = fit(saved(drawing(300, 150), "PNG"), "png", Goal("webp", 100_000, Needs(pixels=(512, 512))))
    assert made.size == (512, 512)
    assert made.convert("RGBA").getpixel((256, 10))[3] == 0
    assert made.convert("RGBA").getpixel((256, 256))[3] == 255
    assert any("margins" in each for each in told.changes)


def test_width_and_height_add_up_to_what_is_taken() -> None:
    _, made, _ = fit(saved(photo(300, 201), "PNG"), "png", Goal("jpg", 60_000, Needs(pixel_sum=250)))
    assert sum(made.size) <= 250
    assert sum(made.size) >= 247


def test_what_would_have_to_be_cropped_is_refused() -> None:
    with pytest.raises(CannotFit, match="cropped") as refused:
        fit(saved(photo(210, 10), "PNG"), "png", Goal("jpg", 60_000, Needs(ratio=20)))
    assert refused.value.why == "quality"


def test_below_the_floor_it_is_refused_with_its_likeness() -> None:
    with pytest.raises(CannotFit, match=r"its likeness would be 0\.\d\d, under 0\.90") as refused:
        fit(saved(photo(), "PNG"), "png", Goal("jpg", 1_500, floor=0.9))
    assert refused.value.why == "quality"


@pytest.mark.parametrize("most", [1, 100, 300])
def test_a_limit_that_nothing_meets_is_refused(most: int) -> None:
    with pytest.raises(CannotFit, match="however small"):
        fit(saved(photo(), "PNG"), "png", Goal("jpg", most))


def film(kind: str = "GIF", count: int = 6) -> bytes:
    frames = [drawing(120, 90).rotate(number * 8) for number in range(count)]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=80, loop=0)


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_what_moves_goes_on_moving_in_the_same_time(kind: str) -> None:
    data = film()
    told, made, _ = fit(data, "gif", Goal(kind, len(data) * 3 // 4), animated=True)
    total = 0
    for number in range(made.n_frames):
        made.seek(number)
        made.load()
        total += made.info["duration"]
    assert (made.n_frames, total) == (6, 480)
    assert "animation" not in told.lost


def test_what_may_not_move_is_its_first_picture() -> None:
    told, made, _ = fit(film(), "gif", Goal("gif", 60_000, Needs(animated=False)), animated=True)
    assert getattr(made, "n_frames", 1) == 1
    assert "animation" in told.lost


def test_what_has_to_move_and_does_not_is_refused() -> None:
    with pytest.raises(CannotFit, match="does not move"):
        fit(saved(photo(), "PNG"), "png", Goal("webp", 60_000, Needs(animated=True)))


@pytest.mark.parametrize("kind", ["jpg", "png", "webp", "gif"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_picture_that_is_cut_off_is_damaged(kind: str, part: float) -> None:
    data = saved(photo(), {"jpg": "JPEG"}.get(kind, kind.upper()))
    with pytest.raises(CannotFit) as refused:
        fit(data[: int(len(data) * part)], kind, Goal("jpg", 60_000))
    assert refused.value.why == "damaged"


def test_a_bomb_is_refused_by_its_header() -> None:
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x" * 10) + chunk(b"IEND", b"")
    with pytest.raises(CannotFit, match="40,000 x 40,000 pixels") as refused:
        fit(bomb, "png", Goal("jpg", 60_000))
    assert refused.value.why == "quality"


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="the labelled corpus is kept outside the project")
def test_a_heic_is_decoded() -> None:
    pytest.importorskip("pi_heif")
    data = (CORPUS / "invalid/162ca17792.jpg").read_bytes()
    told, made, _ = fit(data, "heic", Goal("jpg", 60_000))
    assert "JPEG instead of HEIC" in told.changes
    assert made.size[0] > 8


@pytest.mark.parametrize("missing", ["PIL.Image", "numpy"])
def test_a_part_that_is_missing_is_named(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(drawing(40, 30), "PNG")
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(CannotFit, match=r"pip install 'occ-media\[convert\]'") as refused:
        make(source_of(data), Recognition("png", "", "a picture", 1), Goal("png", 60_000), BytesIO())
    assert refused.value.why == "part-missing"


@pytest.mark.parametrize(("kind", "name"), [("bmp", "BMP"), ("tif", "TIFF"), ("ico", "ICO")])
def test_pictures_of_desktops_become_jpeg_or_png(kind: str, name: str) -> None:
    told, made, _ = fit(saved(photo(64, 64), name), kind, Goal("png" if kind == "ico" else "jpg", 100_000))
    assert made.size == (64, 64)
    assert f"{made.format} instead of {name}" in told.changes


def test_of_several_pages_the_first_is_taken_and_the_others_are_said_to_be_lost() -> None:
    data = saved(photo(), "TIFF", save_all=True, append_images=[photo().rotate(90)], compression="tiff_lzw")
    told, _, _ = fit(data, "tif", Goal("jpg", 100_000))
    assert told.changes[0] == "its first page only"
    assert told.lost == ("further pages",)


def test_what_makes_a_picture_brighter_on_some_screens_is_said_to_be_lost() -> None:
    xmp = b'<x:xmpmeta xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"/>'
    told, _, _ = fit(saved(photo(), "JPEG", xmp=xmp), "jpg", Goal("jpg", 5_000))
    assert "HDR gain map" in told.lost


def tiff(samples, photometric: int, sample_format: int = 1, planes: int = 1) -> bytes:
    """A TIFF of these samples as they are, without a library that would know better."""
    import struct

    deep, depth = 8 * samples.dtype.itemsize, 1 if samples.ndim == 2 else samples.shape[2]
    parts = [samples[..., each].tobytes() for each in range(depth)] if planes == 2 else [samples.tobytes()]
    tags = {256: [samples.shape[1]], 257: [samples.shape[0]], 258: [deep] * depth, 259: [1], 262: [photometric]}
    tags |= {277: [depth], 278: [samples.shape[0]], 284: [planes], 339: [sample_format] * depth}
    body, places = b"", []
    for part in parts:
        places.append(8 + len(body))
        body += part
    tags |= {273: places, 279: [len(part) for part in parts]}
    after, more, entries = 8 + len(body) + 2 + 12 * len(tags) + 4, b"", b""
    for tag, values in sorted(tags.items()):
        packed = struct.pack(f"<{len(values)}I", *values)
        entries += struct.pack("<HHI", tag, 4, len(values))
        entries += packed if len(packed) == 4 else struct.pack("<I", after + len(more))
        more += packed if len(packed) > 4 else b""
    return b"II*\0" + struct.pack("<I", 8 + len(body)) + body + struct.pack("<H", len(tags)) + entries + bytes(4) + more


LIGHT = np.linspace(0, 1, 64 * 48).reshape(48, 64)


@pytest.mark.parametrize(
    "content",
    [
        tiff((LIGHT * 65_535).astype("<u2"), 1),
        tiff(((1 - LIGHT) * 65_535).astype("<u2"), 0),
        tiff((LIGHT * 255).astype(np.uint8), 1),
        tiff(((1 - LIGHT) * 255).astype(np.uint8), 0),
        tiff(LIGHT.astype("<f4"), 1, 3),
        tiff((LIGHT * 255).astype("<f4"), 1, 3),
        tiff((LIGHT * 4_294_967_295).astype("<u4"), 1),
        tiff((LIGHT * 65_535 - 32_768).astype("<i2"), 1, 2),
        tiff(np.stack([0 * LIGHT, 0 * LIGHT, 0 * LIGHT, (1 - LIGHT) * 255], -1).astype(np.uint8), 5),
        tiff(np.stack([0 * LIGHT, 0 * LIGHT, 0 * LIGHT, (1 - LIGHT) * 255], -1).astype(np.uint8), 5, planes=2),
        tiff(np.stack([0 * LIGHT, 0 * LIGHT, 0 * LIGHT, (1 - LIGHT) * 65_535], -1).astype("<u2"), 5),
    ],
)
def test_what_is_light_in_a_tiff_is_light_in_its_copy(content: bytes) -> None:
    """However its samples stand there: its inks, which of them is white, their bits, signs and fractions."""
    _, made, _ = fit(content, "tif", Goal("jpg", 100_000))
    assert abs(np.asarray(made.convert("L"), float) - LIGHT * 255).mean() < 3


def test_colours_that_pillow_reads_wrong_are_refused() -> None:
    content = tiff(np.stack([LIGHT * 65_535] * 3, -1).astype("<u2"), 2, planes=2)
    with pytest.raises(CannotFit, match="kept apart") as refused:
        fit(content, "tif", Goal("jpg", 100_000))
    assert refused.value.why == "no-way"


def test_a_picture_that_becomes_another_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The likeness of a copy is held against what was decoded, and would not tell."""
    from occ_media_cli.convert import colours

    monkeypatch.setattr(colours, "is_inverted", lambda image, _: False)
    monkeypatch.setattr(colours, "_in_srgb", lambda image, *_: colours._inverted(image))
    with pytest.raises(CannotFit, match="more than one way"):
        fit(saved(photo().convert("CMYK"), "TIFF"), "tif", Goal("jpg", 100_000))


def test_a_bmp_whose_fourth_byte_nobody_filled_in_is_seen() -> None:
    clear = photo(64, 64).convert("RGBA")
    clear.putalpha(0)
    told, made, _ = fit(saved(clear, "BMP"), "bmp", Goal("jpg", 100_000))
    assert "transparency" not in told.lost
    assert np.asarray(made).std() > 20


def test_a_png_of_another_gamma_has_the_light_that_it_says() -> None:
    import struct
    import zlib

    data = saved(Image.new("L", (32, 32), 55), "PNG")
    body = b"gAMA" + struct.pack(">I", 100_000)
    data = data[:33] + struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body)) + data[33:]
    told, made, _ = fit(data, "png", Goal("jpg", 20_000))
    assert made.convert("L").getpixel((9, 9)) == pytest.approx(127, abs=3)
    assert any("gamma 1" in each for each in told.changes)


def test_grain_is_not_refused_where_the_limit_leaves_room() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    told, _, copy = fit(saved(Image.fromarray(noise), "BMP"), "bmp", Goal("jpg", 5_000_000, floor=0.9))
    assert told.ssim is not None
    assert told.ssim > 0.95
    with pytest.raises(CannotFit, match="below"):
        fit(saved(Image.fromarray(noise), "BMP"), "bmp", Goal("jpg", len(copy) // 3, floor=0.9))


def test_a_copy_that_must_be_exact_is_made_of_a_drawing_alone() -> None:
    scan = drawing().convert("1")
    told, made, _ = fit(saved(scan, "TIFF", compression="group4"), "tif", Goal("png", 60_000, exact=True))
    assert made.convert("L").tobytes() == scan.convert("L").tobytes()
    assert told.changes == ("PNG instead of TIFF", "packed without loss")
    for image, most in ((photo(), 900_000), (drawing(), 200)):
        with pytest.raises(CannotFit):
            fit(saved(image, "BMP"), "bmp", Goal("png", most, exact=True))
