"""What other programs say of a stripped copy: tags that tell something, and whether what it shows is the same."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

_TECHNICAL = re.compile(
    r"SourceFile|(?:ExifTool|System|File|Composite|JFIF|GIF|ICC\w*|ICC-\w+|MPEG|RIFF|VP8\w*|ZIP|Opus|FLAC|AAC|PNG-pHYs"
    r"|PNG-cICP):.*"
    r"|IFD0:Orientation|Adobe:(?:DCTEncodeVersion|APP14Flags\d|ColorTransform)|Vorbis:(?:Vendor|AudioChannels"
    r"|NominalBitrate|MinimumBitrate|MaximumBitrate|SampleRate|VorbisVersion)"
    r"|PNG:(?:BackgroundColor|BitDepth|ColorType|Compression|Filter|Image\w+|Interlace|\w+[XY]|Gamma|ProfileName"
    r"|SRGBRendering|SignificantBits|Palette|Transparency|Animation\w+|PaletteHistogram)"
    r"|(?:QuickTime|Track\d+):(?:Unknown_\w+|\w*Duration|Media(?:Data\w*|HeaderVersion|TimeScale|LanguageCode)|Matrix\w+"
    r"|Movie\w+|Free|Wide|Skip|CompatibleBrands|MajorBrand|MinorVersion|CurrentTime|NextTrackID|P(?:oster|review)Time"
    r"|Preferred\w+|Selection\w+|TimeScale|InitialObjectDescriptor|Audio\w+|\w*Configuration|A\w+Bitrate|Balance"
    r"|BitDepth|BufferSize|Ch\w+|CleanAperture\w+|Color\w+|Composition\w+|CompressorID|Encoded\w+|Encoder\w+|Gen\w+"
    r"|Graphics\w+|Handler\w+|Id\w+|Image\w+|MaxBitrate|OpColor|Other\w+|PixelAspectRatio|Production\w+|Sample\w+"
    r"|Source\w+|Sync\w+|Time\w+|Track(?:Duration|HeaderVersion|ID|Layer|Volume)|Transfer\w+|Video\w+|[XY]Resolution"
    r"|Text|Warning)"
    r"|PDF:(?:Language|Linearized|PDFVersion|Page\w+|TaggedPDF|Encryption|HasXFA)"
    r"|FlashPix:(?:CodePage|CompObj\w+|DocFlags|Identification|LanguageCode|System|Word97)"
    r"|MS-DOC:(?:Char\w*|Lines|Pages|Paragraphs|RevisionNumber|TotalEditTime|Words)"
)
"""Tags of exiftool, with their groups, that say how a file is built and nothing of who made it, when and where."""

_OF_MAT2 = re.compile(
    r"(?:\w*Duration|Media\w+|Movie\w+|\w*Brands?|MinorVersion|Graphics\w+|Handler\w+|NextTrackID|Preferred\w+|Rotation"
    r"|CompressorID|Gamma|Pixel\w+|SRGBRendering|Transparency|TransparentColor|Palette\w*|Adobe|ColorTransform|DCT\w+"
    r"|APP14\w+|ProfileName|\w+[XY]|SignificantBits|BackgroundColor|Orientation|Animation\w+|FrameCount|Video\w+|Op\w+"
    r"|Balance|Encoder\w+|Avg\w+|\w*Configuration|Unknown\w*|Warning|GIFVersion|HasColorMap|Color\w+|Gen\w+|Source\w+"
    r"|BitsPerPixel|Audio\w+|Matrix\w+|Time\w+|Track\w+|Image\w+|Interlace|Transfer\w+|Max\w+|Average\w+|Buffer\w+|Other\w+"
    r"|Clean\w+|Encoded\w+|Production\w+|Text|Ch\w+|Initial\w+|(?:Current|Poster|Selection|Preview)Time|encoding|Free|WebP_\w+"
    r"|NominalBitrate|VP8\w*|\w*Version|Horizontal\w+|Vertical\w+|Alpha\w+|Loop\w+|background|version|extension|duration"
    r"|loop|timestamp|exif|ExifByteOrder|format|dpi|jfif\w*|adobe\w*|progressive|progression|interlace|gamma|srgb|chromaticity|icc_profile|\w*[Tt]ype)"
)
_NOTHING = re.compile(r"-1|[\s\x000:]*|b?'\s*'|\(Binary data .*\)")


def private_tags(judge: str, folder: Path) -> list[tuple[Path, str, str]]:
    """(copy, tag, value) of each tag that tells something."""
    return list(_by_exiftool(folder) if judge == "exiftool" else _by_mat2(folder))


def _by_exiftool(folder: Path) -> Iterator[tuple[Path, str, str]]:
    said = subprocess.run(["exiftool", "-j", "-G1", "-a", "-u", str(folder)], capture_output=True, check=False).stdout
    for file in json.loads(said or b"[]"):
        for tag, value in file.items():
            if not (_TECHNICAL.fullmatch(tag) or _NOTHING.fullmatch(str(value)) or file["SourceFile"].endswith(".txt")):
                yield Path(file["SourceFile"]), tag, str(value)[:60]


def _by_mat2(folder: Path) -> Iterator[tuple[Path, str, str]]:
    files = [str(path) for path in sorted(folder.iterdir()) if path.suffix != ".txt"]
    for start in range(0, len(files), 50):
        said = subprocess.run(
            ["mat2", "--show", *files[start : start + 50]], capture_output=True, text=True, check=False
        )
        at = folder
        for line in said.stdout.splitlines():
            if line.startswith("[+] Metadata for "):
                at = Path(line.removeprefix("[+] Metadata for ").rstrip(":"))
            elif line.startswith("  ") and ": " in line:
                tag, _, value = line.strip().partition(": ")
                if not (_OF_MAT2.fullmatch(tag) or _NOTHING.fullmatch(value) or _is_profile(tag)):
                    yield at, tag, value[:60]


_PROFILE = ("Profile", "Device", "Primary", "CMM", "Connection", "Rendering", "Media", "Red", "Green", "Blue",
            "Chromatic", "Viewing", "Luminance", "Measurement", "Technology")  # fmt: skip


def _is_profile(tag: str) -> bool:
    """Whether mat2 tells of a colour profile, whose tags have no group there."""
    return tag.startswith(_PROFILE)


def same_content(original: Path, copy: Path, removed: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """(what was compared, whether it is equal)."""
    kind = copy.suffix[1:]
    if kind in ("jpg", "png", "gif", "webp"):
        before = _pixels(original)
        if not before[0].endswith("Error"):  # Pillow gives up over metadata that no picture needs
            yield "pixels", before == _pixels(copy)
    elif kind in ("mp4", "m4a", "3gp", "mp3", "aac", "ogg", "amr") and shutil.which("ffmpeg"):
        yield "streams", _streams(original) == _streams(copy)
    elif kind == "pdf":
        checked = [subprocess.run(["qpdf", "--check", str(path)], capture_output=True, check=False).returncode
                   for path in (original, copy)] if shutil.which("qpdf") else [0, 0]  # fmt: skip
        yield "structure of PDF", checked[1] == 0 or checked[1] == checked[0]
        before, after = _pages(original), _pages(copy)
        yield "text of pages", [text for text, _ in before] == [text for text, _ in after]
        yield "pictures of pages", [image for _, image in before] == [image for _, image in after]
        yield "no earlier version", copy.read_bytes().count(b"%%EOF") == 1
    elif kind in ("docx", "pptx"):
        if not {"tracked_changes", "hidden_text", "hidden_slides", "comments"} & set(removed):
            yield "words", _words(original, kind) == _words(copy, kind)
        yield "archive", zipfile.ZipFile(copy).testzip() is None
    elif kind == "xlsx":
        yield "cells", _cells(original, _cells(copy, None).keys()) == _cells(copy, None)
    else:
        yield "length", original.stat().st_size == copy.stat().st_size


def _pixels(path: Path) -> list[str]:
    from PIL import Image, ImageSequence

    Image.MAX_IMAGE_PIXELS = None
    frames = []
    try:
        with warnings.catch_warnings(), Image.open(path) as picture:
            warnings.simplefilter("ignore")
            if picture.format in ("JPEG", "MPO"):  # of several pictures in one file, the first is the picture
                return [hashlib.sha256(picture.convert("RGB").tobytes()).hexdigest()]
            for frame in ImageSequence.Iterator(picture):
                frames.append(hashlib.sha256(frame.convert("RGBA").tobytes()).hexdigest())
                frames.append(str(frame.info.get("duration")))
    except (OSError, SyntaxError, ValueError) as error:
        frames.append(f"{type(error).__name__}")
    return frames


def _streams(path: Path) -> str:
    command = [
        "ffmpeg",
        "-v",
        "quiet",
        "-i",
        str(path),
        "-map",
        "0:V?",
        "-map",
        "0:a?",
        "-c",
        "copy",
        "-f",
        "streamhash",
        "-",
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _pages(path: Path) -> list[tuple[str, str]]:
    """(text, digest of the picture) of each of the first pages; what cannot be shown is told by its error."""
    import pypdfium2

    found = []
    try:
        with pypdfium2.PdfDocument(path) as document:
            for number in range(min(len(document), 30)):
                page = document[number]
                text = page.get_textpage().get_text_range()
                image = page.render(scale=0.7, may_draw_forms=False, draw_annots=False).buffer
                found.append((text, hashlib.sha256(bytes(image)).hexdigest()))
    except (pypdfium2.PdfiumError, ValueError) as error:
        found.append((type(error).__name__, type(error).__name__))
    return found


def _words(path: Path, kind: str) -> list[tuple[str, bytes]]:
    archive = zipfile.ZipFile(path)
    wanted = re.compile(r"word/(?!comments)[a-z]+\d*\.xml" if kind == "docx" else r"ppt/slides/\w+\.xml")
    words = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
    names = [name for name in sorted(archive.namelist()) if wanted.fullmatch(name)]
    told = [(name, b"\n".join(words.findall(archive.read(name)))) for name in names]
    return [(name, text) for name, text in told if text]


def _cells(path: Path, names: object) -> dict[str, dict[str, object]]:
    """The values of the cells of each sheet of these names, or of all."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path)
        except Exception as error:  # noqa: BLE001 - what it cannot read is compared as such
            return {type(error).__name__: {}}
    return {sheet.title: {cell.coordinate: str(getattr(cell.value, "text", cell.value))
                          for row in sheet.iter_rows() for cell in row if cell.value is not None}
            for sheet in book.worksheets if names is None or sheet.title in names}  # type: ignore[operator]  # fmt: skip
