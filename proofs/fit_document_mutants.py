"""Documents with broken bytes, made smaller: each ends with a copy or a reason, in time, and never by breaking off.

    nice -n 15 python proofs/fit_document_mutants.py [--count 2000] [--seed 1] [FOLDER ...]

Documents of the tests, and those of the folders up to 2 MB, are broken: bytes turned, cut out, doubled, swapped or cut
off, a number or a name of a PDF exchanged; PDFs mostly with their streams unpacked by qpdf, packages also inside of
their parts. Each is to have a third of its bytes, in a process of its own with 20 s and 2 GB. Exits 1 where a way ends
with anything but a copy within its limit or `CannotFit`; such a document is kept, and its name printed.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.convert import office, pages
from occ_media_cli.convert.goal import CannotFit, Goal
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.media.source import source_of
from tests.unit.convert.documents import BODY, encoded, photo, photos_pdf, word

SECONDS, SPACE = 20, 2 << 30
_NUMBER, _NAME = re.compile(rb"(?<=[ \[])\d+(?=[ \]\n])"), re.compile(rb"/[A-Z]\w+")
_WORDS = (b"0", b"1", b"-1", b"99999999", b"4294967295", b"0.00001", b"1e400", b"null", b"[]", b"<<>>", b"true", b"(x)")


def broken(data: bytes, kind: str, draw: random.Random) -> bytes:
    """The bytes with one to four faults."""
    if kind != "pdf" and draw.random() < 0.6:
        return _broken_part(data, draw)
    content = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at, length = draw.randrange(len(content)), draw.choice((1, 1, 4, 60, 2_000))
        way = draw.randrange(8 if kind == "pdf" else 5)
        if way == 0:
            content[at] ^= 1 << draw.randrange(8)
        elif way == 1:
            content[at : at + length] = draw.randbytes(length)
        elif way == 2:
            del content[at : at + length]
        elif way == 3:
            content[at:at] = content[at : at + length]
        elif way == 4:
            del content[max(1, at if draw.random() < 0.2 else len(content)) :]
        else:
            pattern, words = (_NUMBER, _WORDS) if way < 7 else (_NAME, tuple(set(_NAME.findall(content))) or (b"/X",))
            places = [hit.span() for hit in pattern.finditer(content)]
            if places:
                begin, end = draw.choice(places)
                content[begin:end] = draw.choice(words)
    return bytes(content)


def _broken_part(data: bytes, draw: random.Random) -> bytes:
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
            names = before.namelist()
            chosen = draw.choice(names)
            for name in names:
                content = before.read(name)
                after.writestr(name, broken(content, "", draw) if name == chosen and content else content)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return data
    return out.getvalue()


def outcome(data: bytes, kind: str) -> str:
    """What a way does with the bytes, in a process of its own."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_work, args=(data, kind, there))
    child.start()
    there.close()
    try:
        answer = str(here.recv()) if here.poll(SECONDS * 15) else "hangs"
    except EOFError:
        child.join()
        answer = f"ends by {signal.Signals(-child.exitcode).name}" if (child.exitcode or 0) < 0 else "ends silently"
    child.kill()
    child.join()
    return answer


def _work(data: bytes, kind: str, pipe: Any) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (SPACE, SPACE))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    out, most = io.BytesIO(), len(data) // 3
    try:
        way = pages.make if kind == "pdf" else office.make
        way(source_of(data, kind), Recognition(kind, "", "", len(data)), Goal(kind, most), out)
        pipe.send("fits" if 0 < len(out.getvalue()) <= most else "is over its limit")
    except CannotFit as error:
        pipe.send(error.why)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        pipe.send(f"breaks off: {error!r}"[:300])


def main() -> int:
    """See the text of the module."""
    asked = argparse.ArgumentParser()
    asked.add_argument("folders", nargs="*", type=Path)
    asked.add_argument("--count", type=int, default=2_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    documents = [(photos_pdf(), "pdf"), (photos_pdf(1, inches=0.4), "pdf")]
    pictures = {"a.png": encoded(photo(), "PNG"), "b.jpeg": encoded(photo(seed=2))}
    documents += [(word(pictures), "docx"), (word(pictures, body=BODY * 2), "docx")]
    kinds = ("pdf", "docx", "xlsx", "pptx")
    files = [path for folder in given.folders for path in folder.rglob("*") if path.suffix[1:].lower() in kinds]
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            if path.stat().st_size > 2_000_000:
                continue
            documents.append((path.read_bytes(), path.suffix[1:].lower()))
            unpacked = Path(folder, "unpacked.pdf")
            if path.suffix.lower() == ".pdf":
                subprocess.run(["qpdf", "--qdf", "--object-streams=disable", path, unpacked], capture_output=True)
                if unpacked.exists() and unpacked.stat().st_size < 4_000_000:
                    documents.append((unpacked.read_bytes(), "pdf"))
                unpacked.unlink(missing_ok=True)
    draw, counts, bad = random.Random(given.seed), Counter[str](), 0
    for number in range(given.count):
        data, kind = draw.choice(documents)
        data = broken(data, kind, draw)
        word_of = outcome(data, kind)
        counts[word_of] += 1
        if word_of not in ("fits", "signed", "encrypted", "quality", "damaged", "no-way"):
            bad += 1
            kept = Path(tempfile.gettempdir(), f"fit-{given.seed}-{number}.{kind}")
            kept.write_bytes(data)
            print(f"{kept}: {word_of}", flush=True)
    print(f"{given.count} broken documents: " + ", ".join(f"{number} {each}" for each, number in counts.most_common()))
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
