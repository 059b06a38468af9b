"""Files that do not fit somewhere, and why: made by Pillow, ffmpeg and pikepdf, and real ones from the corpus."""

from __future__ import annotations

import math
import random
import subprocess
import zipfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.judge import file_problems
from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.vocabulary import Severity

CORPUS = Path("/work/shared/corpus")
CHANNELS = ("whatsapp-cloud", "messenger", "twilio-mms", "email-gmail")


class Case(NamedTuple):
    """A file, why it does not fit, where it is to go, and the share of its bytes that a copy may have at most."""

    path: Path
    kind: str
    reason: str
    channel: str
    share: float | None = None
    real: bool = False


def photo(width: int, height: int, seed: int = 1) -> Any:
    """A picture that is like a photograph to an encoder: waves, edges and grain."""
    from PIL import Image, ImageDraw, ImageFilter

    rng = random.Random(seed)
    small = Image.new("RGB", (64, 48))
    small.putdata([
        (int(128 + 100 * math.sin(x / 9 + seed)), int(128 + 90 * math.cos(y / 7)), (x * 3 + y * 2 + seed * 40) % 256)
        for y in range(48) for x in range(64)
    ])  # fmt: skip
    picture = small.resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(40):
        x, y = rng.randrange(width), rng.randrange(height)
        side = rng.randrange(5, max(6, width // 6))
        colour = tuple(rng.randrange(256) for _ in range(3))
        draw.ellipse((x, y, x + side, y + side // 2), fill=colour)
    grain = Image.effect_noise((width, height), 24).convert("RGB")
    return Image.blend(picture.filter(ImageFilter.GaussianBlur(1)), grain, 0.12)


def drawing(width: int, height: int) -> Any:
    """A screenshot-like picture: few colours, straight lines."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for number in range(0, height, 14):
        draw.line((10, number, width - 10 - number % 90, number), fill="black" if number % 28 else "navy", width=2)
        draw.rectangle((number % width, number, number % width + 20, number + 6), fill=(200, 30, 30))
    return picture


def ffmpeg(*words: str) -> None:
    """Run ffmpeg; what it says is shown where it fails."""
    done = subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)


def pictures(folder: Path, scale: float = 1.0) -> Iterator[tuple[Path, str, str]]:
    """(path, kind, reason) of pictures."""
    from PIL import Image

    width, height = int(1600 * scale), int(1200 * scale)

    def put(name: str, picture: Any, **more: Any) -> Path:
        path = folder / name
        picture.save(path, **more)
        return path

    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "Maker", {1: "N", 2: (48.0, 8.0, 1.0), 3: "E", 4: (11.0, 3.0, 2.0)}
    yield put("turned.jpg", photo(width, height), quality=95, exif=exif), "jpg", "too large"
    yield put("progressive.jpg", photo(width, height, 2), quality=92, progressive=True), "jpg", "too large"
    yield put("grey.jpg", photo(width, height, 3).convert("L"), quality=95), "jpg", "too large"
    yield put("cmyk.jpg", photo(width, height, 4).convert("CMYK"), quality=90), "jpg", "wrong colours"
    yield put("photo.png", photo(width // 2, height // 2, 5)), "png", "too large"
    yield put("drawing.png", drawing(width, height)), "png", "too large"
    clear = photo(width // 2, height // 2, 6).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    yield put("clear.png", clear), "png", "too large"
    deep = Image.frombytes("I;16", (256, 256), bytes(range(256)) * 512)
    yield put("deep.png", deep), "png", "wrong colours"
    yield put("photo.webp", photo(width // 2, height // 2, 7), quality=90), "webp", "wrong container"
    yield put("clear.webp", clear, lossless=True), "webp", "wrong container"
    yield put("still.gif", drawing(400, 300).convert("P")), "gif", "wrong container"
    frames = [photo(240, 180, 10 + number).convert("P") for number in range(8)]
    yield (
        put("moves.gif", frames[0], save_all=True, append_images=frames[1:], duration=120, loop=0),
        "gif",
        "wrong container",
    )
    yield put("wide.jpg", photo(int(11_000 * scale), 200), quality=90), "jpg", "too many pixels"


def films(
    folder: Path, seconds: int = 6, size: str = "640x480", only: Collection[str] = ()
) -> Iterator[tuple[Path, str, str]]:
    """(path, kind, reason) of films. only: of these names, where some are given."""
    source = ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={seconds}", "-f", "lavfi", "-i",
              f"sine=frequency=440:duration={seconds}", "-ac", "2")  # fmt: skip
    h264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    aac = ("-c:a", "aac", "-b:a", "128k")
    hevc = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1")
    vp9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus")
    for name, reason, words in (
        ("late.mp4", "moov at the end", (*h264, *aac)),
        ("large.mp4", "too large", (*h264, *aac, "-movflags", "+faststart")),
        ("hevc.mp4", "wrong codec", (*hevc, *aac)),
        ("mp3.mp4", "wrong codec", (*h264, "-c:a", "libmp3lame")),
        ("mpeg4.mp4", "wrong codec", ("-c:v", "mpeg4", "-q:v", "3", *aac)),
        ("film.mov", "wrong container", (*h264, *aac)),
        ("vp9.webm", "wrong container", vp9),
        ("film.mkv", "wrong container", (*h264, *aac)),
        ("two.mp4", "wrong codec", ("-map", "0:v", "-map", "1:a", "-map", "1:a", *h264, *aac)),
        ("old.3gp", "wrong codec", ("-c:v", "h263", "-s", "352x288", "-c:a", "aac")),
    ):  # fmt: skip
        if only and name not in only:
            continue
        ffmpeg(*source, *words, str(folder / name))
        yield folder / name, name.rpartition(".")[2], reason


def sounds(folder: Path, seconds: int = 12, only: Collection[str] = ()) -> Iterator[tuple[Path, str, str]]:
    """(path, kind, reason) of recordings. only: as of films."""
    source = ("-f", "lavfi", "-i", f"aevalsrc=0.4*sin(2*PI*(220+60*t)*t)|0.3*sin(2*PI*330*t):s=44100:d={seconds}")
    for name, reason, words in (
        ("speech.wav", "wrong container", ("-c:a", "pcm_s16le")),
        ("speech.flac", "wrong container", ("-c:a", "flac")),
        ("vorbis.ogg", "wrong codec", ("-c:a", "libvorbis")),
        ("stereo.ogg", "stereo where mono is taken", ("-c:a", "libopus", "-b:a", "96k")),
        ("alac.m4a", "wrong codec", ("-c:a", "alac")),
        ("large.m4a", "too large", ("-c:a", "aac", "-b:a", "192k")),
        ("large.mp3", "too large", ("-c:a", "libmp3lame", "-b:a", "256k")),
        ("large.aac", "too large", ("-c:a", "aac", "-b:a", "160k")),
        ("large.ogg", "too large", ("-c:a", "libopus", "-b:a", "128k", "-ac", "1")),
    ):  # fmt: skip
        if only and name not in only:
            continue
        ffmpeg(*source, *words, str(folder / name))
        yield folder / name, name.rpartition(".")[2], reason


def documents(folder: Path, scale: float = 1.0) -> Iterator[tuple[Path, str, str]]:
    """(path, kind, reason) of documents with pictures in them."""
    import io

    width, height = int(1_700 * scale), int(2_200 * scale)
    pages = [photo(width, height, 20 + number) for number in range(3)]
    pages[0].save(folder / "scan.pdf", save_all=True, append_images=pages[1:], quality=95, resolution=200)
    yield folder / "scan.pdf", "pdf", "too large"
    pages[0].convert("L").save(folder / "grey.pdf", quality=95, resolution=200)
    yield folder / "grey.pdf", "pdf", "too large"
    picture = io.BytesIO()
    photo(width, height, 31).save(picture, "JPEG", quality=95)
    for kind in ("docx", "xlsx", "pptx"):
        path = folder / f"picture.{kind}"
        path.write_bytes(office(kind, picture.getvalue()))
        yield path, kind, "too large"


def office(kind: str, picture: bytes) -> bytes:
    """An Office file that shows a picture."""
    import io

    main = {"docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
            "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
            "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml")}[kind]  # fmt: skip
    name, content = main
    folder = name.rpartition("/")[0]
    ml = "http://schemas.openxmlformats.org"
    root = {"docx": f'<w:document xmlns:w="{ml}/wordprocessingml/2006/main"><w:body/></w:document>',
            "xlsx": f'<workbook xmlns="{ml}/spreadsheetml/2006/main"><sheets/></workbook>',
            "pptx": f'<p:presentation xmlns:p="{ml}/presentationml/2006/main"/>'}[kind]  # fmt: skip
    base = f"{ml}/officeDocument/2006/relationships"
    rels = f'<Relationships xmlns="{ml}/package/2006/relationships">{{}}</Relationships>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            f'<Types xmlns="{ml}/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="jpeg" ContentType="image/jpeg"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-officedocument.{content}"/>'
            "</Types>"
        ),
        "_rels/.rels": rels.format(f'<Relationship Id="r1" Type="{base}/officeDocument" Target="{name}"/>'),
        name: root,
        f"{folder}/_rels/{name.rpartition('/')[2]}.rels": rels.format(
            f'<Relationship Id="r1" Type="{base}/image" Target="media/image1.jpeg"/>'
        ),
        f"{folder}/media/image1.jpeg": picture,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for part, text in parts.items():
            package.writestr(part, text)
    return packed.getvalue()


KINDS: dict[str, Callable[[Path], Iterator[tuple[Path, str, str]]]] = {
    "pictures": pictures, "films": films, "sounds": sounds, "documents": documents,
}  # fmt: skip

_SHARE = {"too large": 0.5, "too many pixels": 0.5}
"""The limits of channels are megabytes; a share of the file's own bytes asks the same question of a small one."""


def made_cases(folder: Path, families: Collection[str] = tuple(KINDS)) -> Iterator[Case]:
    """Every file that is made, for every channel that does not take it, or that takes only a smaller one."""
    for family in families:
        for path, kind, reason in KINDS[family](folder):
            for channel in CHANNELS:
                if channel == "twilio-mms" and kind in ("docx", "pptx", "xlsx"):
                    continue  # it takes none, and nothing makes something else of one
                yield Case(path, kind, reason, channel, _SHARE.get(reason))


def real_cases(folder: Path, smallest: int = 30_000, largest: int = 600_000) -> Iterator[Case]:
    """Files of the corpus that are whole, each under a name that says what it is: to be halved, or to become what a
    channel takes."""
    seen: set[bytes] = set()
    for number, path in enumerate(sorted(CORPUS.glob("*/*")) if CORPUS.is_dir() else ()):
        content = path.read_bytes()
        if not smallest <= len(content) <= largest or content[:4096] in seen:
            continue
        known = whole(path)
        if known is None or known.type not in _REAL:
            continue
        seen.add(content[:4096])
        named = folder / f"real-{number:03}.{known.type}"
        named.write_bytes(content)
        if known.type in TYPES["documents"] and share_of_pictures(named) < 0.6:
            continue  # text alone does not get smaller
        takes = [each for each in CHANNELS if each != "twilio-mms" or known.type not in ("docx", "pptx", "xlsx")]
        channel = takes[number % len(takes)]
        yield Case(named, known.type, "too large", channel, 0.6, real=True)
        if known.type in ("webp", "gif", "heic", "wav", "flac", "mov", "mkv", "webm"):
            yield Case(named, known.type, "wrong container", "whatsapp-cloud", None, real=True)


TYPES = {
    "pictures": ("jpg", "png", "webp", "gif", "heic"),
    "films": ("mp4", "mov", "3gp", "webm", "mkv"),
    "sounds": ("mp3", "m4a", "aac", "amr", "ogg", "wav", "flac"),
    "documents": ("pdf", "docx", "pptx", "xlsx"),
}
"""The types of which a copy can be made, by family."""

_REAL = frozenset(kind for kinds in TYPES.values() for kind in kinds)


def opens(path: Path) -> bool:
    """Whether libheif decodes a picture."""
    import pi_heif

    try:
        pi_heif.open_heif(path).to_pillow().load()
    except (ValueError, OSError, RuntimeError):
        return False
    return True


def share_of_pictures(path: Path) -> float:
    """How much of a document is pictures."""
    if path.suffix == ".pdf":
        import pikepdf

        with pikepdf.open(path) as document:
            sizes = [
                len(each.read_raw_bytes()) for each in document.objects
                if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
            ]  # fmt: skip
    else:
        with zipfile.ZipFile(path) as package:
            sizes = [
                each.compress_size for each in package.infolist()
                if each.filename.rpartition(".")[2] in ("jpg", "jpeg", "png")
            ]  # fmt: skip
    return sum(sizes) / path.stat().st_size


def whole(path: Path) -> Recognition | None:
    """What a file is, if nothing is wrong with it."""
    with path.open("rb") as file:
        size = path.stat().st_size
        first = recognise(file.fileno(), size, "")
        if first.type not in DESCRIBED:
            return None
        name = f"a.{first.type}"
        known = recognise(file.fileno(), size, name)
    bad = {Severity.ERROR, Severity.WARNING}
    if known.type == "heic" and not opens(path):
        return None  # only another reader sees that it is cut off
    return None if any(each.severity in bad for each in file_problems(known, name)) else known
