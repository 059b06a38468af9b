"""PDF: smaller, the same text, the same lines, pictures as good as the limit allows."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import pytest

from occ_media_cli.convert import inner, pdf_document, pdf_pictures, pdf_uses
from occ_media_cli.convert.goal import CannotFit
from occ_media_cli.convert.likeness import likeness
from tests.unit.convert.documents import (
    TEXT,
    Image,
    asked,
    draw,
    encoded,
    fit,
    np,
    photo,
    photos_pdf,
    picture_stream,
    pikepdf,
    saved,
    shown_page,
)

OPEN: list = []


def pictures(data: bytes) -> list:
    OPEN[:] = [pikepdf.open(io.BytesIO(data))]  # its objects live as long as it does
    document = OPEN[0]
    return [each for each in document.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"]


def refusal(data: bytes, most: int = 4_000, floor: float = 0.0) -> CannotFit:
    with pytest.raises(CannotFit) as told:
        fit(data, "pdf", most, floor)
    return told.value


@pytest.mark.parametrize("share", [0.5, 0.25, 0.1])
def test_pictures_use_the_limit_and_the_rest_is_the_same(share: float, tmp_path: Path) -> None:
    data = photos_pdf()
    copy, made = fit(data, "pdf", int(len(data) * share))
    assert 0.95 <= len(copy) / int(len(data) * share) <= 1
    assert made.encodes <= 6
    assert made.ssim is not None
    assert made.ssim > 0.6
    assert "quality of pictures" in made.lost
    asked("qpdf", "--check", "FILE", data=copy, tmp_path=tmp_path, name="a.pdf")
    assert TEXT.encode() in asked("pdftotext", "FILE", "-", data=copy, tmp_path=tmp_path, name="a.pdf")
    assert likeness(shown_page(data, tmp_path, "before"), shown_page(copy, tmp_path, "after")) > 0.75
    assert [each.Contents.read_bytes() for each in pikepdf.open(io.BytesIO(copy)).pages] == [
        each.Contents.read_bytes() for each in pikepdf.open(io.BytesIO(data)).pages
    ]


def test_nothing_is_lost_where_packing_is_enough(tmp_path: Path) -> None:
    document = pikepdf.new()
    twice = [picture_stream(document, photo(), packed="plain") for _ in range(2)]
    page = draw(document, *twice, before=b"0 0 m 9 9 l S\n" * 4_000)
    document.make_indirect(pikepdf.Stream(document, b"nothing leads here" * 1_000))
    page.Annots = pikepdf.Array()
    data = saved(document)
    copy, made = fit(data, "pdf", len(data) // 2)
    assert made.encodes == 0
    assert made.ssim is None
    assert made.lost == ()
    assert any("kept once" in words for words in made.changes)
    assert [each.read_bytes() for each in pictures(copy)] == [photo().tobytes()]
    assert likeness(shown_page(data, tmp_path, "before"), shown_page(copy, tmp_path, "after")) == 1


def test_a_picture_keeps_the_dots_of_its_largest_use() -> None:
    document = pikepdf.new()
    stream = picture_stream(document, photo(800, 600))
    page = draw(document, stream, inches=0.5)
    form = pikepdf.Stream(document, b"q 2 0 0 2 0 0 cm /Fm Do Q")
    inner = pikepdf.Stream(document, b"0.5 0 0 0.375 0 0 cm /Im Do")
    for each, name, thing in ((form, "/Fm", inner), (inner, "/Im", stream)):
        each.Type, each.Subtype, each.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 999, 999])
        each.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({name: document.make_indirect(thing)}))
    inner.Matrix = pikepdf.Array([72, 0, 0, 72, 0, 0])
    page.Resources.XObject["/Fm0"] = document.make_indirect(form)
    page.Contents = pikepdf.Stream(document, b"q 2 0 0 2 0 0 cm /Fm0 Do Q " + page.Contents.read_bytes())
    data = saved(document)  # shown 2 inches wide in the inner form, half an inch on the page
    found = pdf_uses.find_uses(document)[stream.objgen]
    assert found == pytest.approx((144, 108))
    copy, made = fit(data, "pdf", len(data) // 12)
    (small,) = pictures(copy)
    assert small.Width >= 2 * 79
    assert small.Width < 800
    assert "resolution of pictures" in made.lost


@pytest.mark.parametrize(("mode", "name"), [("L", "Flate"), ("RGB", "Flate"), ("CMYK", "Flate"), ("1", "CCITTFax")])
def test_samples_are_packed_tighter_and_stay_the_same(mode: str, name: str, tmp_path: Path) -> None:
    document = pikepdf.new()
    picture = photo(203, 250, mode="L" if mode == "1" else mode)
    if mode == "1":
        picture = picture.resize((40, 50)).resize((1_203, 1_250)).point(lambda value: 255 * (value > 128), "1")
    keys = {"BitsPerComponent": 1, "ColorSpace": pikepdf.Name.DeviceGray} if mode == "1" else {}
    stream = picture_stream(document, picture, packed="plain", **keys)
    draw(document, stream)
    data = saved(document)
    before, _ = fit(data, "pdf", len(data))
    copy, made = fit(data, "pdf", len(before) - 1)
    (after,) = pictures(copy)
    assert after.Filter == f"/{name}Decode"
    assert len(copy) < len(before)
    assert made.ssim is None
    assert shown_page(data, tmp_path, "before").tobytes() == shown_page(copy, tmp_path, "after").tobytes()


@pytest.mark.parametrize("where", ["annotation", "pattern", "soft mask", "inherited"])
def test_a_use_is_found_wherever_it_is(where: str) -> None:
    document = pikepdf.new()
    stream = picture_stream(document, photo())
    page = draw(document)
    form = pikepdf.Stream(document, b"144 0 0 108 0 0 cm /Im Do")
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 144, 108])
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=stream))
    form = document.make_indirect(form)
    if where == "annotation":
        look = pikepdf.Dictionary(Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 288, 216], AP=pikepdf.Dictionary(N=form))
        page.Annots = pikepdf.Array([document.make_indirect(look)])
    elif where == "pattern":
        form.PatternType, form.Matrix = 1, pikepdf.Array([2, 0, 0, 2, 0, 0])
        page.Resources.Pattern = pikepdf.Dictionary(P=form)
        page.Contents = pikepdf.Stream(document, b"9 0 0 9 0 0 cm /Pattern cs /P scn 0 0 9 9 re f")
    elif where == "soft mask":
        mask = pikepdf.Dictionary(S=pikepdf.Name.Luminosity, G=form)
        page.Resources.ExtGState = pikepdf.Dictionary(G=pikepdf.Dictionary(SMask=mask))
        page.Contents = pikepdf.Stream(document, b"2 0 0 2 0 0 cm /G gs")
    else:
        page.Contents = pikepdf.Stream(document, b"288 0 0 216 0 0 cm /Im Do")
        page.Parent.Resources = form.Resources
        del page["/Resources"]
    assert pdf_uses.find_uses(document)[stream.objgen] == pytest.approx((288, 216))


def _kept(document, name: str):
    """A picture that has to stay as it is."""
    grey = photo(mode="L")
    if name == "one bit":
        bits = grey.convert("1")
        return picture_stream(document, bits, packed="plain", BitsPerComponent=1, ColorSpace=pikepdf.Name.DeviceGray)
    if name == "stencil":
        return picture_stream(document, grey.convert("1"), packed="plain", BitsPerComponent=1, ImageMask=True)
    if name == "colour key":
        return picture_stream(document, photo(), Mask=pikepdf.Array([0, 9, 0, 9, 0, 9]))
    if name == "turned colours":
        return picture_stream(document, photo(), DecodeParms=pikepdf.Dictionary(ColorTransform=0))
    if name == "matte":
        mask = picture_stream(document, grey, packed="plain", Matte=pikepdf.Array([0, 0, 0]))
        return picture_stream(document, photo(), SMask=mask)
    if name == "another size":
        return picture_stream(document, photo(), Width=361)
    tint = pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], N=1)
    if name == "lab":
        space = pikepdf.Array([pikepdf.Name.Lab, pikepdf.Dictionary(WhitePoint=[0.95, 1, 1.09])])
    else:
        inks = pikepdf.Array([pikepdf.Name(f"/{each}") for each in "ABC"])
        space = pikepdf.Array([pikepdf.Name.DeviceN, inks, pikepdf.Name.DeviceRGB, tint])
    return picture_stream(document, photo(), ColorSpace=space)


@pytest.mark.parametrize(
    "name", ["one bit", "stencil", "colour key", "turned colours", "matte", "another size", "lab", "inks"]
)
def test_what_a_jpeg_would_not_keep_stays_as_it_is(name: str) -> None:
    document = pikepdf.new()
    kept = _kept(document, name)
    samples = kept.read_raw_bytes()
    draw(document, kept, picture_stream(document, photo(seed=2)))
    data = saved(document)
    copy, _ = fit(data, "pdf", len(data) - 30_000)
    (same,) = [each for each in pictures(copy) if each.get("/Matte") is None and each.Width == kept.Width
               and (each.get("/Filter") != "/DCTDecode" or each.read_raw_bytes() == samples)]  # fmt: skip
    assert same.read_raw_bytes() == samples or zlib.decompress(same.read_raw_bytes()) == samples
    for key in ("/BitsPerComponent", "/ColorSpace", "/Mask", "/DecodeParms", "/ImageMask"):
        assert (key in same) == (key in kept)


@pytest.mark.parametrize(
    "kind", ["grey", "cmyk", "cmyk jpeg", "indexed", "indexed 4", "tint", "icc", "decode", "mask", "flate"]
)
def test_colours_stay_what_they_are(kind: str, tmp_path: Path) -> None:
    document = pikepdf.new()
    profile = pytest.importorskip("PIL.ImageCms")
    options: dict = {"packed": "plain"}
    picture = photo(mode="L" if kind in ("grey", "tint", "decode") else "CMYK" if "cmyk" in kind else "RGB")
    if kind == "cmyk jpeg":
        options = {}
    elif kind.startswith("indexed"):
        count = 16 if kind.endswith("4") else 256
        picture = picture.quantize(count)
        table = bytes(picture.getpalette()[: count * 3])
        options |= {"ColorSpace": pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, count - 1, table])}
        if count == 16:
            places = np.asarray(picture)
            packed = Image.frombytes("L", (180, 270), (places[:, ::2] << 4 | places[:, 1::2]).tobytes())
            options |= {"BitsPerComponent": 4, "Width": 360}
            picture = packed
    elif kind == "tint":
        tint = pikepdf.Dictionary(FunctionType=2, Domain=[0, 1], N=1, C0=[1, 1, 1], C1=[0.9, 0.1, 0.3])
        options |= {
            "ColorSpace": pikepdf.Array([pikepdf.Name.Separation, pikepdf.Name.Spot, pikepdf.Name.DeviceRGB, tint])
        }
    elif kind == "icc":
        content = pikepdf.Stream(document, profile.ImageCmsProfile(profile.createProfile("sRGB")).tobytes(), N=3)
        options |= {"ColorSpace": pikepdf.Array([pikepdf.Name.ICCBased, document.make_indirect(content)])}
    elif kind == "decode":
        options |= {"Decode": pikepdf.Array([1, 0])}
    elif kind == "mask":
        ramp = Image.linear_gradient("L")
        options |= {"SMask": picture_stream(document, ramp, packed="plain")}
    draw(document, picture_stream(document, picture, **options), inches=3)
    data = saved(document)
    copy, made = fit(data, "pdf", len(data) // 5)
    assert made.encodes
    after = next(each for each in pictures(copy) if each.get("/Filter") == "/DCTDecode")
    assert ("/SMask" in after) == (kind == "mask")
    before, after = shown_page(data, tmp_path, "before"), shown_page(copy, tmp_path, "after")
    assert likeness(before, after) > 0.88
    assert np.abs(np.asarray(before).mean((0, 1)) - np.asarray(after).mean((0, 1))).max() < 2


@pytest.mark.parametrize(
    ("change", "why"),
    [("signature", "signed"), ("direct signature", "signed"), ("certified", "signed"), ("password", "encrypted"),
     ("owner", "encrypted"), ("cut off", "damaged"), ("no pages", "damaged"), ("text", "no-way")],
)  # fmt: skip
def test_what_has_to_stay_says_why(change: str, why: str) -> None:
    document = pikepdf.new()
    draw(document, *(() if change == "text" else (picture_stream(document, photo()),)))
    signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"0" * 9)
    options: dict = {}
    if change == "signature":
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[pikepdf.Dictionary(V=document.make_indirect(signature))])
    elif change == "direct signature":
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[pikepdf.Dictionary(V=signature)])
    elif change == "certified":
        document.Root.Perms = pikepdf.Dictionary(DocMDP=pikepdf.Dictionary())
    elif change in ("password", "owner"):
        options["encryption"] = pikepdf.Encryption(owner="o", user="u" if change == "password" else "")
    elif change == "no pages":
        del document.pages[0]
    data = saved(document, **options)
    told = refusal(data[:60] if change == "cut off" else data, 400)
    assert told.why == why
    assert str(told)


def test_pictures_are_not_ruined_below_the_floor() -> None:
    data = photos_pdf()
    assert refusal(data, len(data) // 10, floor=0.97).why == "quality"
    assert refusal(data, 1_800).why == "quality"


def test_archives_forms_and_attachments_stay(tmp_path: Path) -> None:
    document = pikepdf.new()
    draw(document, picture_stream(document, photo()))
    document.attachments["note.txt"] = pikepdf.AttachedFileSpec(document, b"attached")
    field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="name", V="value")
    document.Root.AcroForm = pikepdf.Dictionary(Fields=[document.make_indirect(field)])
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    told = b'<x xmlns:p="http://www.aiim.org/pdfa/ns/id/" p:part="1" p:conformance="B"/>'
    document.Root.Metadata = pikepdf.Stream(document, told, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    data = saved(document)
    copy, made = fit(data, "pdf", len(data) // 2)
    after = pikepdf.open(io.BytesIO(copy))
    assert after.attachments["note.txt"].get_file().read_bytes() == b"attached"
    assert after.Root.AcroForm.Fields[0].V == "value"
    assert after.Root.OpenAction.JS == "app.alert(1)"
    assert after.Root.Metadata.read_raw_bytes() == told
    assert b"/ObjStm" not in copy
    assert "PDF/A-1" in made.warning


def test_a_bomb_is_refused_and_an_endless_drawing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    document = pikepdf.new()
    for _ in range(3):
        draw(document)
    monkeypatch.setattr(pdf_document, "MOST_PAGES", 2)
    assert refusal(saved(document)).why == "damaged"
    monkeypatch.undo()
    itself = document.make_indirect(pikepdf.Stream(document, b"/Me Do"))
    itself.Subtype, itself.BBox = pikepdf.Name.Form, pikepdf.Array([0, 0, 9, 9])
    itself.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Me=itself))
    document.pages[0].Resources.XObject["/Me"] = itself
    document.pages[0].Contents = pikepdf.Stream(document, b"/Me Do" * 9)
    assert refusal(saved(document), 300).why == "no-way"


def test_forms_that_multiply_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_uses, "_MOST_WALKS", 2_000)
    document = pikepdf.new()
    page = draw(document)
    inner = document.make_indirect(pikepdf.Stream(document, b"0 0 m"))
    for level in range(24):  # each draws the one before twice, at two sizes
        outer = pikepdf.Stream(document, b"q 2 0 0 1 0 0 cm /F Do Q q %d 0 0 1 0 0 cm /F Do Q" % (level * 2 + 3))
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=inner))
        inner.Subtype = outer.Subtype = pikepdf.Name.Form
        inner = document.make_indirect(outer)
    page.Resources.XObject["/F"] = inner
    page.Contents = pikepdf.Stream(document, b"/F Do")
    told = refusal(saved(document), 300)
    assert told.why == "damaged"
    assert "without end" in str(told)


@pytest.mark.parametrize("bomb", ["samples", "sides", "content", "palette"])
def test_what_unpacks_without_end_is_not_unpacked(bomb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_document, "_MOST_STREAM", 2_000_000)
    monkeypatch.setattr("occ_media_cli.convert.pdf_lossless._MOST_STREAM", 2_000_000)
    monkeypatch.setattr("occ_media_cli.convert.pdf_uses._MOST_STREAM", 2_000_000)
    document = pikepdf.new()
    stream = picture_stream(document, photo())
    page = draw(document, stream)
    zeros = zlib.compress(bytes(4_000_000))
    if bomb == "sides":
        stream.Width, stream.Height = 1_000_000, 1_000_000
    elif bomb == "samples":
        stream.write(zeros, filter=pikepdf.Name.FlateDecode)
    elif bomb == "palette":
        table = pikepdf.Stream(document, b"")
        table.write(zeros, filter=pikepdf.Name.FlateDecode)
        stream.ColorSpace = pikepdf.Array(
            [pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 255, document.make_indirect(table)]
        )
        stream.write(photo(mode="L").tobytes())
    else:
        page.Contents.write(zeros, filter=pikepdf.Name.FlateDecode)
    data = saved(document)
    assert refusal(data, 900).why in ("no-way", "damaged")


def test_two_runs_give_the_same_bytes() -> None:
    data = photos_pdf()
    assert fit(data, "pdf", len(data) // 3) == fit(data, "pdf", len(data) // 3)


def test_a_picture_that_a_font_or_a_broken_page_uses_stays() -> None:
    document = pikepdf.new()
    stream = picture_stream(document, photo())
    page = draw(document, stream)
    inner = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=stream))
    page.Resources.Font["/T3"] = document.make_indirect(pikepdf.Dictionary(Subtype=pikepdf.Name.Type3, Resources=inner))
    assert refusal(saved(document), 5_000).why == "no-way"
    assert encoded(photo()) == stream.read_raw_bytes()


def test_many_pictures_are_tried_on_some_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inner, "_MOST_TRIED", 250_000)
    data = photos_pdf(9)
    loads = []
    load = pdf_pictures.PdfPicture.encode_as
    monkeypatch.setattr(
        pdf_pictures.PdfPicture, "encode_as", lambda *given: loads.append(given[1].size) or load(*given)
    )
    copy, made = fit(data, "pdf", len(data) // 4)
    assert 0.93 <= len(copy) / (len(data) // 4) <= 1
    assert made.encodes <= 9
    assert len(loads) <= 9 * 3 + 3 * 6
    assert {each.Width for each in pictures(copy)} == {360}


def test_a_drawing_that_is_small_as_it_is_loses_dots_rather_than_being_refused() -> None:
    picture, chance = Image.new("L", (1_600, 1_200), 255), np.random.default_rng(1)
    for _ in range(600):
        left, top = (int(each) for each in chance.integers(0, (1_560, 1_180)))
        picture.paste(int(chance.integers(0, 200)), (left, top, left + int(chance.integers(2, 60)), top + 2))
    document = pikepdf.new()
    draw(document, picture_stream(document, picture, packed="plain"), inches=2)
    data = saved(document)
    before, _ = fit(data, "pdf", 10**7)
    copy, made = fit(data, "pdf", len(before) * 4 // 5)
    assert "resolution of pictures" in made.lost
    assert len(copy) > len(before) * 0.6


def test_a_damaged_picture_stays_as_it_is_and_is_told() -> None:
    document = pikepdf.new()
    whole, broken = (picture_stream(document, photo(seed=seed)) for seed in (1, 2))
    content = broken.read_raw_bytes()
    holed = content[: len(content) // 2] + bytes(500) + content[len(content) // 2 + 500 :]
    broken.write(holed, filter=pikepdf.Name.DCTDecode)
    draw(document, whole, broken)
    data = saved(document)
    made, told = fit(data, "pdf", len(data) * 8 // 10)
    assert told.warning == "1 of its pictures is damaged, and stays as it is"
    assert told.changes[-1].startswith("1 of 1 pictures")
    with pikepdf.open(io.BytesIO(made)) as copy:
        streams = [each.read_raw_bytes() for each in copy.objects if isinstance(each, pikepdf.Stream)]
    assert holed in streams


def test_an_empty_part_of_a_page_hides_no_picture() -> None:
    document = pikepdf.new()
    page = draw(document, picture_stream(document, photo()))
    nothing = pikepdf.Stream(document, zlib.compress(b""), Filter=pikepdf.Name.FlateDecode)
    page.Contents = pikepdf.Array([nothing, page.Contents, pikepdf.Stream(document, b"")])
    assert len(pdf_uses.find_uses(document)) == 1
