"""The nearest fix for each refusal."""

from __future__ import annotations

import struct
import zlib

import pytest

from occ_media_cli.decide.fit import Fit, fits, rule_for_copy
from occ_media_cli.media.channels import CHANNELS
from occ_media_cli.media.channels.profile import ChannelRule, Profile
from occ_media_cli.media.channels.profiles import built_in
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.recognition import Recognition
from tests.unit.media.build import FOREIGN, VALID, film, ogg, png_chunk
from tests.unit.media.looks import look


def fit(content: bytes | Recognition, name: str, target: str) -> Fit:
    known = content if isinstance(content, Recognition) else look(content, name)
    profiles = (built_in(target),) if target in CHANNELS else ()
    return fits(known, name, profiles, name)[-1]


def fix(content: bytes | Recognition, name: str, target: str) -> str:
    found = fit(content, name, target)
    assert not found.takes
    return found.fix


def test_each_refusal_has_its_nearest_fix() -> None:
    assert fix(ogg("vorbis"), "a.ogg", "whatsapp-cloud") == "re-encode to ogg with Opus"
    assert fix(film(tracks=((b"vide", b"hvc1"),)), "a.mp4", "whatsapp-cloud") == "re-encode to mp4 with H.264 and AAC"
    assert fix(VALID["webp"], "a.webp", "whatsapp-cloud") == "jpg below 5 MB"
    assert fix(Recognition("jpg", "jpeg", "", 7_000_000), "a.jpg", "whatsapp-cloud") == "jpg below 5 MB"
    assert fix(Recognition("mp4", "isobmff", "", 90_000_000), "a.mp4", "product table") == "mp4 below 16 MB"
    assert fix(FOREIGN["docm"], "a.docx", "telegram") == "remove the macro or template: save it as a plain .docx"
    assert fix(VALID["docx"], "a.docx", "instagram") == "pdf below 25 MB"
    assert fix(VALID["pdf"], "a.pdf", "line") == "send a link to it"
    assert fix(FOREIGN["mov"], "a.mov", "product table") == "mp4 with H.264 and AAC below 16 MB"
    assert fix(VALID["pdf"], "a" * 30 + ".pdf", "viber-business") == "give it a shorter name"
    assert fix(VALID["gif"], "a.png", "product table") == "name it .gif"
    assert fix(VALID["webp"], "a.png", "telegram") == "name it .webp"
    assert fix(VALID["webp"], "a.png", "whatsapp-cloud") == "jpg below 5 MB"
    assert fix(VALID["webp"], "a.png", "line") == "jpg below 10 MB"


def png_of(colour: int, *more: bytes) -> bytes:
    """A PNG of a kind of colour, with more chunks before its data."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    header = struct.pack(">IIBBBBB", 2, 1, 8, colour, 0, 0, 0)
    palette = png_chunk(b"PLTE", bytes(6)) if colour == 3 else b""
    data = png_chunk(b"IDAT", zlib.compress(bytes(1 + 2 * samples)))
    return b"".join((VALID["png"][:8], png_chunk(b"IHDR", header), palette, *more, data, png_chunk(b"IEND", b"")))


def lossless(*, alpha: bool) -> bytes:
    """A simple lossless WebP."""
    body = b"\x2f" + (1 << 14 | 1 | alpha << 28).to_bytes(4, "little") + bytes(5)
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


SEEN_THROUGH = png_chunk(b"tRNS", b"\0\0")


def gif_with(flags: int) -> bytes:
    """A GIF whose picture has a graphic control extension."""
    plain = VALID["gif"]
    at = plain.index(b"\x2c")
    return plain[:at] + bytes((0x21, 0xF9, 4, flags, 0, 0, 0, 0)) + plain[at:]


@pytest.mark.parametrize(
    ("content", "name", "wanted"),
    [
        (png_of(0), "a.png", "jpg"), (png_of(2), "a.png", "jpg"), (png_of(3), "a.png", "jpg"),
        (png_of(4), "a.png", "png"), (png_of(6), "a.png", "png"),
        (png_of(0, SEEN_THROUGH), "a.png", "png"), (png_of(3, SEEN_THROUGH), "a.png", "png"),
        (png_of(2, png_chunk(b"tRNS", bytes(6))), "a.png", "png"),
        (lossless(alpha=False), "a.webp", "jpg"), (lossless(alpha=True), "a.webp", "png"),
        (gif_with(0), "a.gif", "jpg"), (gif_with(1), "a.gif", "png"),
    ],
)  # fmt: skip
def test_a_picture_that_one_sees_through_becomes_a_png(content: bytes, name: str, wanted: str) -> None:
    """A JPEG would lose it, whatever kind of picture says so, and by whichever means of its own."""
    found = look(content, name)
    assert found.type == name.rpartition(".")[2]
    assert fix(Recognition("webp", "webp", "", 9, found.facts), "a.webp", "line") == f"{wanted} below 10 MB"


def test_a_file_that_fits_says_how_it_is_taken() -> None:
    assert fit(VALID["png"], "a.png", "telegram")[:4] == ("telegram", True, "as photo, up to 10 MB", "")
    assert fit(VALID["gif"], "a.gif", "product table").as_is == "send only, up to 5 MB"
    late = fit(film(index_first=False), "a.mp4", "whatsapp-cloud")
    assert (late.takes, late.fix) == (True, "better: move the index (moov) to the front")
    assert fit(film(), "a.mp4", "messenger").as_is == "up to 25 MB"


def test_a_channel_without_a_limit_takes_any_size() -> None:
    plain = Profile("plain", "", (ChannelRule("both", "file", ("pdf",)), ChannelRule("both", "sticker", ("webp",))), {})
    for name, taken in (("pdf", "any size"), ("webp", "as sticker")):
        assert fits(look(VALID[name], f"a.{name}"), f"a.{name}", (plain,), "")[-1][1:4] == (True, taken, "")


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_limit_that_is_offered_is_that_of_the_type_that_is_offered(channel: str) -> None:
    """A sticker's is not that of the film that a moving one becomes."""
    profile = built_in(channel)
    cases = [Recognition(kind, "", "", 1 << 40) for kind in DESCRIBED]
    cases += [Recognition(kind, "", "", 900, {"animated": True}) for kind in ("gif", "webp")]
    for known in cases:
        (found,) = fits(known, f"a.{known.type}", (profile,), "", table=False)
        offered, _, limit = found.fix.partition(" below ")
        kind = offered.partition(" ")[0]
        if limit and kind in DESCRIBED:
            rule = rule_for_copy(known, kind, profile)
            assert rule is not None, (known.type, found.fix)
            assert rule.limit is not None
            assert limit == rule.limit.stated, (known.type, found.fix)
