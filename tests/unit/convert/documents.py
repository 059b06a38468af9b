"""Small documents with pictures in them, and the programs that judge what becomes of them."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path

import pytest

from occ_media_cli.convert import office, pages
from occ_media_cli.convert.goal import Converted, Goal
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import source_of

pikepdf = pytest.importorskip("pikepdf", reason="the extra convert is not installed")
np = pytest.importorskip("numpy", reason="the extra convert is not installed")
Image = pytest.importorskip("PIL.Image", reason="the extra convert is not installed")

TEXT = "The parcel was left at the door, 7 May"


@cache
def photo(wide: int = 360, high: int = 270, seed: int = 1, mode: str = "RGB"):
    """Clouds of colour with grain: like a photo, it can be made a little worse for many bytes less."""
    draw = np.random.default_rng(seed)
    coarse = draw.integers(0, 256, (9, 12, 3), dtype=np.uint8)
    clouds = np.asarray(Image.fromarray(coarse).resize((wide, high), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = draw.normal(0, 9, (high, wide, 1))
    return Image.fromarray(np.clip(clouds + grain, 0, 255).astype(np.uint8)).convert(mode)


def encoded(picture, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **({"quality": 95} if kind == "JPEG" else {}) | options)
    return out.getvalue()


def picture_stream(document, picture, *, packed: str = "jpeg", **keys: object):
    """A picture as an object of a document."""
    spaces = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
    stream = (
        pikepdf.Stream(document, encoded(picture)) if packed == "jpeg" else pikepdf.Stream(document, picture.tobytes())
    )
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height, stream.BitsPerComponent = *picture.size, 8
    if picture.mode in spaces:
        stream.ColorSpace = pikepdf.Name(spaces[picture.mode])
    if packed == "jpeg":
        stream.Filter = pikepdf.Name.DCTDecode
        if picture.mode == "CMYK":  # as such a JPEG is read, its inks are upside down
            stream.Decode = pikepdf.Array([1, 0] * 4)
    for key, value in keys.items():
        stream[f"/{key}"] = value
    return document.make_indirect(stream)


def draw(document, *streams, inches: float = 1.2, before: bytes = b""):
    """A page of text that shows pictures below each other; `before` is drawn first."""
    font = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    side = inches * 72
    shown = b"".join(
        b"q %f 0 0 %f 20 %f cm /Im%d Do Q\n" % (side, side * 0.75, 40 + place * (side * 0.75 + 8), place)
        for place in range(len(streams))
    )
    text = b"BT /F1 12 Tf 20 12 Td (%b) Tj ET\n" % TEXT.encode()
    names = {f"/Im{place}": stream for place, stream in enumerate(streams)}
    page = document.add_blank_page(page_size=(300, 60 + (side * 0.75 + 8) * max(len(streams), 1)))
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font), XObject=pikepdf.Dictionary(names))
    page.obj.Contents = pikepdf.Stream(document, before + text + shown)
    return page.obj


def saved(document, **options: object) -> bytes:
    out = io.BytesIO()
    document.save(out, compress_streams=False, fix_metadata_version=False, **options)
    return out.getvalue()


def photos_pdf(count: int = 2, **options: object) -> bytes:
    document = pikepdf.new()
    draw(document, *(picture_stream(document, photo(seed=seed)) for seed in range(count)), **options)
    return saved(document)


def fit(data: bytes, kind: str, most: int, floor: float = 0.0) -> tuple[bytes, Converted]:
    out, source = io.BytesIO(), source_of(data, kind)
    way = pages.make if kind == "pdf" else office.make
    made = way(source, Recognition(kind, "", "", len(data)), Goal(kind, most, floor=floor), out)
    assert len(out.getvalue()) <= most
    return out.getvalue(), made


def asked(*words: str, data: bytes, tmp_path: Path, name: str) -> bytes:
    """What an independent program prints about the bytes; its own complaint fails the test."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    path = tmp_path / name
    path.write_bytes(data)
    done = subprocess.run([each.replace("FILE", str(path)) for each in words], capture_output=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shown_page(data: bytes, tmp_path: Path, name: str):
    """The first page as poppler shows it, at 100 dots per inch."""
    return Image.open(
        io.BytesIO(
            asked(
                *["pdftoppm", "-r", "100", "-f", "1", "-l", "1", "-png", "FILE"],
                data=data,
                tmp_path=tmp_path,
                name=f"{name}.pdf",
            )
        )
    ).convert("RGB")


TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>MORE'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">LINES</Relationships>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BODY = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    f"<w:body><w:p><w:r><w:t>{TEXT}</w:t></w:r></w:p></w:body></w:document>"
)


def word(
    media: dict[str, bytes],
    *,
    types: str = '<Default Extension="jpeg" ContentType="image/jpeg"/>',
    targets: dict[str, str] | None = None,
    body: str = BODY,
    more: dict[str, bytes] | None = None,
) -> bytes:
    """A Word document with these pictures. targets: what leads to each, where it is not its name."""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/image" Target="{target}"/>'
        for number, target in enumerate((targets or {name: f"media/{name}" for name in media}).values(), 1)
    )
    main = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    parts = {
        "[Content_Types].xml": TYPES.replace("MORE", types).encode(),
        "_rels/.rels": RELS.replace("LINES", main).encode(),
        "word/document.xml": body.encode(),
        "word/_rels/document.xml.rels": RELS.replace("LINES", lines).encode(),
        **{f"word/media/{name}": content for name, content in media.items()},
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a package in their order, as another reader finds them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {each.filename: archive.read(each) for each in archive.infolist()}
