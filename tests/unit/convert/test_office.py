"""Office: smaller pictures, and every other part the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from occ_media_cli.convert import package_copy
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.likeness import likeness
from occ_media_cli.media.recognise import by_structure
from occ_media_cli.media.source import source_of
from tests.unit.convert.documents import BODY, Image, asked, encoded, fit, np, parts_of, photo, word

TYPES, RELS = "[Content_Types].xml", "word/_rels/document.xml.rels"


def refusal(data: bytes, most: int = 3_000, floor: float = 0.0) -> CannotFit:
    with pytest.raises(CannotFit) as told:
        fit(data, "docx", most, floor)
    return told.value


def shown(content: bytes):
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("share", [0.6, 0.3, 0.15])
def test_pictures_use_the_limit_and_the_rest_is_the_same(share: float, tmp_path: Path) -> None:
    data = word({"a.jpeg": encoded(photo()), "b.jpeg": encoded(photo(seed=2)), "c.gif": b"GIF89a" + bytes(3_000)})
    copy, made = fit(data, "docx", int(len(data) * share))
    assert 0.95 <= len(copy) / int(len(data) * share) <= 1
    before, after = parts_of(data), parts_of(copy)
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"word/media/a.jpeg", "word/media/b.jpeg"}
    assert all(likeness(shown(before[name]), shown(after[name])) > 0.7 for name in changed)
    assert made.ssim is not None
    assert made.encodes <= 6
    asked("unzip", "-tqq", "FILE", data=copy, tmp_path=tmp_path, name="a.docx")
    found = by_structure(source_of(copy, "docx"))
    assert found is not None
    assert (found.type, found.observations) == ("docx", [])


def test_nothing_is_lost_where_packing_is_enough() -> None:
    drawing = Image.new("RGB", (300, 200), "white")
    drawing.paste("navy", (40, 40, 200, 90))
    data = word(
        {"a.png": encoded(drawing, "PNG", compress_level=0)}, body=BODY.replace("</w:t>", "a" * 9_000 + "</w:t>")
    )
    copy, made = fit(data, "docx", len(data) - 1)
    before, after = parts_of(data), parts_of(copy)
    assert made.ssim is None
    assert made.lost == ()
    assert shown(after["word/media/a.png"]).tobytes() == drawing.tobytes()
    assert {name for name in before if before[name] != after[name]} == {"word/media/a.png"}


@pytest.mark.parametrize(
    ("types", "target", "new"),
    [
        ("", "media/a.png", "media/a.jpeg"),
        ('<Default Extension="JPG" ContentType="image/jpeg"/>', "/word/media/a.png", "/word/media/a.jpg"),
        ('<Default Extension="jpeg" ContentType="image/x"/>', "../word/media/A.PNG", "../word/media/a.jpg"),
        ('<Override PartName="/word/media/a.png" ContentType="image/png"/>', "media/%61.png", "media/a.jpeg"),
    ],
)
def test_a_photo_as_png_becomes_a_jpeg_that_everything_leads_to(types: str, target: str, new: str) -> None:
    data = word({"a.png": encoded(photo(), "PNG")}, types=types, targets={"a.png": target})
    copy, made = fit(data, "docx", len(data) // 6)
    before, after = parts_of(data), parts_of(copy)
    name = "word/" + new.removeprefix("/word/").removeprefix("../word/")
    assert "word/media/a.png" not in after
    assert shown(after[name]).format == "JPEG"
    assert list(after).index(name) == list(before).index("word/media/a.png")
    assert re.findall(rb'Target="([^"]*)"', after[RELS]) == [new.encode()]
    kinds = dict(re.findall(rb'<Default Extension="([^"]*)" ContentType="([^"]*)"', after[TYPES]))
    override = dict(re.findall(rb'<Override PartName="([^"]*)" ContentType="([^"]*)"', after[TYPES]))
    extension = name.rpartition(".")[2].encode()
    assert (override.get(f"/{name}".encode()) or kinds.get(extension) or kinds.get(extension.upper())) == b"image/jpeg"
    assert b"/word/media/a.png" not in after[TYPES]
    assert any("JPEG instead of PNG" in words for words in made.changes)
    assert likeness(photo(), shown(after[name])) > 0.8


def test_python_docx_finds_the_pictures_again() -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed")
    document = docx.Document()
    document.add_paragraph("The parcel")
    document.add_picture(io.BytesIO(encoded(photo(), "PNG")))
    document.add_picture(io.BytesIO(encoded(photo(seed=2))))
    out = io.BytesIO()
    document.save(out)
    copy, _ = fit(out.getvalue(), "docx", len(out.getvalue()) // 3)
    after = docx.Document(io.BytesIO(copy))
    assert next(each.text for each in after.paragraphs) == "The parcel"
    kinds = [after.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].image.content_type
             for shape in after.inline_shapes]  # fmt: skip
    assert kinds == ["image/jpeg", "image/jpeg"]
    assert [(each.width, each.height) for each in after.inline_shapes] == [
        (each.width, each.height) for each in document.inline_shapes
    ]


def test_slides_and_sheets_are_read_by_others() -> None:
    pptx = pytest.importorskip("pptx", reason="python-pptx is not installed")
    deck, out = pptx.Presentation(), io.BytesIO()
    deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(io.BytesIO(encoded(photo(), "PNG")), 0, 0)
    deck.save(out)
    copy, _ = fit(out.getvalue(), "pptx", len(out.getvalue()) // 2)
    (picture,) = pptx.Presentation(io.BytesIO(copy)).slides[0].shapes
    assert picture.image.content_type == "image/jpeg"
    openpyxl = pytest.importorskip("openpyxl")
    from openpyxl.drawing.image import Image as Drawn

    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"] = 7
    book.active.add_image(Drawn(io.BytesIO(encoded(photo(), "PNG"))), "B2")
    book.save(out)
    copy, _ = fit(out.getvalue(), "xlsx", len(out.getvalue()) // 3)
    sheet = openpyxl.load_workbook(io.BytesIO(copy)).active
    assert sheet["A1"].value == 7
    assert len(sheet._images) == 1


def test_what_shows_through_stays_a_png_that_does() -> None:
    picture = photo().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    data = word({"a.png": encoded(picture, "PNG")})
    copy, _ = fit(data, "docx", len(data) // 3)
    after = shown(parts_of(copy)["word/media/a.png"])
    assert after.format == "PNG"
    assert np.abs(np.asarray(after.convert("RGBA").resize(picture.size))[..., 3].astype(int)
                  - np.asarray(picture)[..., 3]).mean() < 12  # fmt: skip


@pytest.mark.parametrize("why", ["keyed", "no link", "two bytes", "remark", "sixteen bits", "gamma", "cmyk"])
def test_what_cannot_be_done_right_is_left(why: str) -> None:
    body, content, more, options = BODY, encoded(photo(seed=2), "PNG"), {}, {}
    if why == "keyed":
        body = BODY.replace("<w:p>", '<w:p><a:clrChange xmlns:a="x"/>')
    elif why == "sixteen bits":
        content = encoded(Image.fromarray(np.asarray(photo(mode="L")).astype(np.uint16) * 256), "PNG")
    elif why == "gamma":
        chunk = b"gAMA" + (100_000).to_bytes(4, "big")
        content = content[:33] + b"\0\0\0\4" + chunk + __import__("zlib").crc32(chunk).to_bytes(4, "big") + content[33:]
    elif why == "cmyk":
        content = encoded(photo(mode="CMYK"))
    elif why == "no link":
        options = {"targets": {"b.jpeg": "media/b.jpeg"}}
    data = word({"a.png": content, "b.jpeg": encoded(photo())}, body=body, more=more, **options)
    if why in ("two bytes", "remark"):
        data = _with_links(data, lambda text: text.decode().replace("UTF-8", "UTF-16").encode("utf-16")
                           if why == "two bytes" else text.replace(b"<Relationship ", b"<!-- a --><Relationship ", 1))  # fmt: skip
    if why == "keyed":
        assert refusal(data, len(data) * 2 // 3).why == "no-way"
        return
    copy, _ = fit(data, "docx", len(data) - 25_000)
    after = parts_of(copy)
    assert after[TYPES] == parts_of(data)[TYPES]
    assert after[RELS] == parts_of(data)[RELS]
    if why in ("two bytes", "remark", "no link"):
        assert shown(after["word/media/a.png"]).format == "PNG"
    else:
        assert shown(after["word/media/a.png"]).tobytes() == shown(content).tobytes()


def _with_links(data: bytes, change) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(data).items():
            archive.writestr(name, change(content) if name == RELS else content)
    return out.getvalue()


def test_a_picture_keeps_its_turn_its_profile_and_its_size_in_inches() -> None:
    cms = pytest.importorskip("PIL.ImageCms")
    profile = cms.ImageCmsProfile(cms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A maker"
    large = photo(1_400, 200)
    data = word({"a.jpeg": encoded(large, exif=exif, icc_profile=profile, dpi=(140, 140))})
    copy, made = fit(data, "docx", 14_000)
    after = shown(parts_of(copy)["word/media/a.jpeg"])
    assert after.getexif()[0x0112] == 6
    assert 0x010F not in after.getexif()
    assert after.info["icc_profile"] == profile
    assert after.width < 1_400
    assert after.width / after.info["dpi"][0] == pytest.approx(10, rel=0.01)
    assert "resolution of pictures" in made.lost


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(TYPES, "<Types/>")
        archive.writestr("word/media/a.png", bytes(120_000_000))
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "why"),
    [("signed", "signed"), ("encrypted", "encrypted"), ("cut off", "damaged"), ("bomb", "damaged"), ("twice", "damaged"),
     ("checksum", "damaged"), ("text", "no-way"), ("large text", "no-way")],
)  # fmt: skip
def test_what_has_to_stay_says_why(change: str, why: str) -> None:
    content = {"a.jpeg": encoded(photo())}
    data = word(content)
    if change == "signed":
        data = word(content, more={"_xmlsignatures/sig1.xml": b"<Signature/>"})
    elif change == "encrypted":
        data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(9_000)
    elif change == "cut off":
        data = data[:-40]
    elif change == "bomb":
        data = _bomb()
    elif change == "twice":
        data = word(content, more={"word/Media/A.jpeg": b"another"})
    elif change == "checksum":
        at = data.index(encoded(photo())[200:260]) if encoded(photo())[200:260] in data else len(data) // 3
        data = data[:at] + bytes((data[at] ^ 255,)) + data[at + 1 :]
    elif change == "text":
        data = word({}, body=BODY.replace("</w:t>", "".join(map(str, range(9_000))) + "</w:t>"))
    else:
        data = word(content, body=BODY.replace("</w:t>", "".join(map(str, range(9_000))) + "</w:t>"))
    told = refusal(data)
    assert told.why == why
    assert str(told)


def test_pictures_are_not_ruined_below_the_floor() -> None:
    data = word({"a.jpeg": encoded(photo())})
    assert refusal(data, len(data) // 8, floor=0.98).why == "quality"


def test_parts_are_never_larger_than_they_were() -> None:
    data = word({"a.jpeg": encoded(photo())})
    package = package_copy.PackageCopy(source_of(data, "docx"))
    parts = {key: package.pack_part(key) for key in package.members}
    out = io.BytesIO()
    package_copy.write_parts(parts, out)
    assert len(out.getvalue()) == package_copy.archive_size(parts) <= len(data)
    assert parts_of(out.getvalue()) == parts_of(data)


def test_a_damaged_picture_stays_as_it_is_and_is_told() -> None:
    whole, png = encoded(photo()), encoded(photo(seed=3), "PNG")
    broken = {
        "b.jpeg": whole[: len(whole) // 2] + bytes(500) + whole[len(whole) // 2 + 500 :],
        "c.png": png[: len(png) // 2] + bytes(8) + png[len(png) // 2 + 8 :],
    }
    data = word({"a.jpeg": whole} | broken)
    made, told = fit(data, "docx", len(data) * 9 // 10)
    assert told.warning == "2 of its pictures are damaged, and stay as they are"
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        for name, content in broken.items():
            assert package.read(f"word/media/{name}") == content
        assert len(package.read("word/media/a.jpeg")) < len(whole)
