"""Ask other programs of each file whether they can open it as the type that its name claims.

    printf 'a.jpg\0b.pdf\0' | python proofs/second_reader/opened.py

Reads paths from stdin, separated by NUL, and answers a line of JSON for each, in order: `path`, and `words`, a list of
[reader, opens, what it said]. It runs in whatever Python has the libraries and imports nothing of the product, so that
a fault of one is not repeated by the other. A reader that is not installed says nothing. Each file has a process of its
own and a minute, for a reader that crashes or hangs must not take the others along.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

SECONDS = 60.0
PICTURES = {"jpg": ("JPEG", "MPO"), "jpeg": ("JPEG", "MPO"), "png": ("PNG",), "gif": ("GIF",), "webp": ("WEBP",)}
CONTAINERS = {"mp4": "mp4", "m4a": "m4a", "3gp": "3gp", "ogg": "ogg", "amr": "amr", "mp3": "mp3", "aac": "aac"}

Word = tuple[str, bool, str]


class Unknown(Exception):
    """A reader cannot say: it is not installed, or it does not know what the file needs."""


def picture(path: Path, extension: str) -> str:
    """Pillow decodes every pixel of the first picture."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    Image.init()  # every plugin; MPO, the JPEG of several pictures, is none of those that come by themselves
    with Image.open(path, formats=PICTURES[extension]) as image:
        image.load()
        return f"{image.format} {image.size[0]} x {image.size[1]}"


def media(path: Path, extension: str) -> str:
    """Ffprobe names the container and decodes the first three seconds of its streams."""
    asked = ["-count_frames", "-read_intervals", "%+3", "-show_entries", "stream=codec_type,codec_name,nb_read_frames"]
    out = run(["ffprobe", "-v", "error", *asked, "-show_entries", "format=format_name", "-of", "json", str(path)])
    said = json.loads(out.stdout or b"{}")
    container = said.get("format", {}).get("format_name", "nothing")
    frames = {
        f"{each.get('codec_type')} {each.get('codec_name')}": int(each.get("nb_read_frames", 0))
        for each in said.get("streams", ())
        if each.get("codec_type") in ("audio", "video")
    }
    if CONTAINERS[extension] not in container.split(","):
        raise ValueError(f"ffprobe sees {container}")
    if not any(frames.values()):
        raise ValueError(f"{container}: no frame can be decoded of {list(frames)}: {out.stderr.decode()[:200]!r}")
    return f"{container}: {frames}"


def pdfium(path: Path, _: str) -> str:
    """PDFium shows the first page."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as problem:
        if "password" in str(problem).lower():
            return "needs a password"
        raise
    document[0].render(scale=0.2)
    return f"{len(document)} pages"


def qpdf(path: Path, _: str) -> str:
    """Qpdf reads the tables and every stream, and counts a page; it passes over what it can mend (exit 3)."""
    done = run(["qpdf", "--check", str(path)])
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    if "invalid password" in said:
        return "needs a password"
    if done.returncode not in (0, 3):
        raise ValueError(said[-200:])
    counted = run(["qpdf", "--show-npages", str(path)])
    if counted.stdout.strip() in (b"", b"0"):
        raise ValueError("no page")
    return f"{counted.stdout.decode().strip()} pages, exit {done.returncode}"


def poppler(path: Path, _: str) -> str:
    """Poppler shows the first page."""
    done = run(["pdftoppm", "-l", "1", "-r", "20", str(path)])
    if b"Incorrect password" in done.stderr:
        return "needs a password"
    if done.returncode or not done.stdout:
        raise ValueError(done.stderr.decode("utf-8", "replace")[-200:])
    return "a page"


def office_library(path: Path, extension: str) -> str:
    """python-docx, openpyxl or python-pptx."""
    if extension == "docx":
        import docx

        return f"{len(docx.Document(str(path)).paragraphs)} paragraphs"
    if extension == "xlsx":
        import openpyxl

        return f"sheets {openpyxl.load_workbook(str(path)).sheetnames[:3]}"
    import pptx

    return f"{len(pptx.Presentation(str(path)).slides)} slides"


def unzip(path: Path, _: str) -> str:
    """Info-ZIP unpacks every part and compares its checksum."""
    done = run(["unzip", "-tq", str(path)])
    if done.returncode > 1:
        raise ValueError((done.stdout + done.stderr).decode("utf-8", "replace")[-200:])
    return "every part unpacks"


def compound(path: Path, extension: str) -> str:
    """The stream of the content can be read out of the compound file."""
    import olefile

    streams = {"doc": ["WordDocument"], "xls": ["Workbook", "Book"], "ppt": ["PowerPoint Document"]}[extension]
    with olefile.OleFileIO(str(path)) as file:
        name = next((each for each in streams if file.exists(each)), None)
        if name is None:
            raise ValueError(f"none of {streams}")
        content = file.openstream(name).read()
        if len(content) < file.get_size(name):
            raise ValueError(f"{name} is cut off")
    return f"{name} of {len(content)} bytes"


def text_of(path: Path, extension: str) -> str:
    """Antiword, xlrd or catppt make text of it."""
    if extension == "xls":
        import xlrd

        try:
            return f"{xlrd.open_workbook(str(path), logfile=open(os.devnull, 'w')).nsheets} sheets"  # noqa: PTH123
        except xlrd.XLRDError as problem:
            if "encrypted" in str(problem).lower():
                return "needs a password"
            raise
    program = {"doc": "antiword", "ppt": "catppt"}[extension]
    done = run([program, str(path)])
    if b"encrypted" in done.stderr.lower() + done.stdout[:200].lower():
        return "needs a password"
    if done.returncode or not done.stdout:
        raise ValueError((done.stderr + done.stdout).decode("utf-8", "replace")[:200])
    return f"{len(done.stdout)} bytes of text"


def characters(path: Path, _: str) -> str:
    """The standard codecs where a mark or UTF-8 says so, else charset-normalizer."""
    data = path.read_bytes()
    marks = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    encoding = next((name for mark, name in marks if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
        if best is None:
            raise ValueError("no encoding makes text of it") from None
        text, encoding = str(best), best.encoding
    if text.count("\0"):
        raise ValueError("it holds NULs")
    return f"{encoding}, {len(text)} characters"


def unix_file(path: Path, _: str) -> str:
    """The encoding by `file`."""
    said = run(["file", "-b", "--mime-encoding", str(path)]).stdout.decode().strip()
    if said == "binary":
        raise ValueError("file sees no text")
    return said


READERS: dict[str, tuple[Callable[[Path, str], str], ...]] = {
    **dict.fromkeys(PICTURES, (picture,)),
    **dict.fromkeys(CONTAINERS, (media,)),
    **dict.fromkeys(("docx", "xlsx", "pptx"), (office_library, unzip)),
    **dict.fromkeys(("doc", "xls", "ppt"), (compound, text_of)),
    "pdf": (pdfium, qpdf, poppler),
    "txt": (characters, unix_file),
}


def run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    """A program and what it said."""
    if shutil.which(command[0]) is None:
        raise Unknown(f"{command[0]} is not installed")
    return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)


def ask(path: Path) -> list[Word]:
    """Every reader that there is for the extension."""
    extension = path.suffix[1:].lower()
    words: list[Word] = []
    for reader in READERS[extension]:
        try:
            words.append((reader.__name__, True, reader(path, extension)))
        except (Unknown, ImportError):
            continue
        except Exception as problem:  # noqa: BLE001 - that a reader fails is its word
            words.append((reader.__name__, False, f"{type(problem).__name__}: {problem}"[:300]))
    return words


def ask_apart(path: Path) -> list[Word]:
    """`ask` in a process of its own; a crash or a hang is a word too."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.close(ours)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        with os.fdopen(theirs, "w") as answer:
            json.dump(ask(path), answer)
        os._exit(0)
    os.close(theirs)
    said, deadline = bytearray(), time.monotonic() + SECONDS
    while select.select([ours], [], [], max(0.0, deadline - time.monotonic()))[0]:
        if not (piece := os.read(ours, 1 << 16)):
            break
        said += piece
    else:
        os.killpg(child, signal.SIGKILL)
    os.close(ours)
    os.waitpid(child, 0)
    return json.loads(said) if said.endswith(b"]") else [("reader", False, "crashed or took longer than a minute")]


def main() -> int:
    """Answer for each path."""
    warnings.simplefilter("ignore")
    for name in ("PIL.Image", "pypdfium2", "docx", "openpyxl", "pptx", "olefile", "xlrd", "charset_normalizer"):
        try:
            __import__(name)  # once, not again for each file
        except ImportError:
            print(f"{name} is not installed here", file=sys.stderr)
    for path in filter(None, sys.stdin.buffer.read().split(b"\0")):
        print(json.dumps({"path": os.fsdecode(path), "words": ask_apart(Path(os.fsdecode(path)))}), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
