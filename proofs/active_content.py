"""What the check for active content says of public sets of files, and how it compares with olevba.

    nice -n 15 python proofs/active_content.py \\
        --oletools CHECKOUT/tests/test-data --pdf101 CHECKOUT/01-testsuite --poi CHECKOUT/test-data \\
        --pdfjs CHECKOUT/test/pdfs --valid FOLDER --attack FOLDER --olevba VENV/bin/python

Each folder may be left out. Nothing of the sets is part of the project. `--olevba` names a Python that has oletools, in
an environment of its own: it asks that for VBA, macro sheets of Excel 4 and encryption of every file of POI, and
compares the answers and the time. One process, no network.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from occ_media_cli.media.libmagic import LibmagicError
from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.source import FileSource
from occ_media_cli.safety.active.look import active_content
from occ_media_cli.safety.found import Looked

HARMLESS = ("harmless-", "presentation.xps", "text", "empty", "RTF-Spec")
"""Files of oletools that hold nothing active."""

PASSIVE = ("uri-link.pdf", "uri-name.pdf", "00-stream-embedded.pdf", "lfi.pdf")
"""PDFs of PDF101 that do nothing: plain links, and what others of them refer to."""

JUDGE = """
import json, sys, time, logging
logging.disable(logging.CRITICAL)
from oletools.olevba import VBA_Parser
from oletools import crypto
for line in sys.stdin:
    path = line.rstrip("\\n")
    begun, said = time.process_time(), {"vba": False, "xlm": False, "encrypted": False}
    try:
        parser = VBA_Parser(path)
        try:
            if parser.type == "Text":
                raise ValueError("a text is no file of Office")
            said["vba"] = bool(parser.detect_vba_macros())
            said["xlm"] = bool(parser.detect_xlm_macros())
            said["encrypted"] = bool(parser.detect_is_encrypted())
            if said["vba"]:
                said["auto"] = any(kind == "AutoExec" for kind, _, _ in parser.analyze_macros())
        finally:
            parser.close()
    except Exception as error:
        said["error"] = type(error).__name__
    said["seconds"] = time.process_time() - begun
    print(json.dumps(said), flush=True)
"""


def looked(path: Path) -> tuple[Looked | None, float]:
    """What the check says of a file, and the seconds that it took; None for an empty file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        size = os.fstat(descriptor).st_size
        if not size:
            return None, 0.0
        try:
            kind = recognise(descriptor, size, path.name).type
        except LibmagicError:
            kind = None
        begun = time.process_time()
        source = FileSource(descriptor, size, None)
        try:
            return active_content(source, kind), time.process_time() - begun
        finally:
            source.close()
    finally:
        os.close(descriptor)


def files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in order."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def tells(found: Looked | None) -> bool:
    """Whether something is said that is more than a note."""
    return found is not None and any(each.severity != "note" for each in found.found)


def show_oletools(folder: Path) -> None:
    """oletools' own files: each that holds something must be told, each harmless one must be quiet."""
    told = quiet = 0
    for path in files(folder):
        found, _ = looked(path)
        if path.name.startswith(HARMLESS):
            quiet += not tells(found)
            if tells(found):
                print(f"  told, and harmless: {path.name}")
        else:
            told += tells(found)
            if not tells(found):
                print(f"  missed: {path.name}")
    total = sum(not path.name.startswith(HARMLESS) for path in files(folder))
    print(f"oletools: {told} of {total} told; {quiet} harmless ones are quiet")


def show_pdf101(folder: Path) -> None:
    """PDF101 without its traps for time and for pictures: each file that acts must be told."""
    told, total = 0, 0
    for path in files(folder):
        if path.suffix != ".pdf" or "01-dos" in path.parts or "03-content-masking" in path.parts:
            continue
        if path.name in PASSIVE:
            continue
        found, _ = looked(path)
        total += 1
        told += tells(found)
        if not tells(found):
            print(f"  missed: {path.name}")
    print(f"PDF101: {told} of {total} that act are told")


def show_errors(name: str, folder: Path) -> dict[Path, tuple[Looked | None, float]]:
    """How many files of ordinary work have an error, and why."""
    said: dict[Path, tuple[Looked | None, float]] = {}
    codes: Counter[str] = Counter()
    errors = 0
    for path in files(folder):
        found, seconds = said[path] = looked(path)
        if found is None:
            continue
        codes.update({f"{each.severity} {each.code}" for each in found.found})
        grave = sorted(
            {f"{each.code}: {each.message} ({each.where})" for each in found.found if each.severity == "error"}
        )
        errors += bool(grave)
        for each in grave:
            print(f"  {path.name}: {each}")
        if seconds > 1:
            print(f"  slow: {path.name}, {seconds:.1f} s of {path.stat().st_size:,} bytes")
    print(f"{name}: {errors} of {len(said)} files have an error ({100 * errors / max(len(said), 1):.2f} %)")
    for code, number in sorted(codes.items()):
        print(f"  {number:5} {code}")
    return said


def compare(said: dict[Path, tuple[Looked | None, float]], python: str) -> None:
    """The same files asked of olevba: what it sees and the check does not, and the time of both."""
    paths = [path for path, (found, _) in said.items() if found is not None]
    answers = subprocess.run(
        [python, "-c", JUDGE], input="\n".join(map(str, paths)) + "\n", stdout=subprocess.PIPE, text=True, check=True
    ).stdout.splitlines()
    ours = theirs = 0.0
    tally: Counter[str] = Counter()
    for path, line in zip(paths, answers, strict=True):
        judge = json.loads(line)
        found, seconds = said[path]
        if found is None or "error" in judge:
            tally["not for olevba"] += "error" in judge
            continue
        ours, theirs = ours + seconds, theirs + judge["seconds"]
        codes = {each.code for each in found.found}
        own = {
            "vba": "macro" in codes, "xlm": "excel4-macro" in codes, "encrypted": "encrypted" in codes,
        }  # fmt: skip
        for word, mine in own.items():
            tally[f"{word} both"] += mine and judge[word]
            tally[f"{word} check alone"] += mine and not judge[word]
            tally[f"{word} olevba alone"] += judge[word] and not mine
            if mine != judge[word]:
                print(f"  {word} {'check' if mine else 'olevba'} alone: {path.name} {found.unread[:1]}")
        if judge.get("auto") and "macro-auto-run" not in codes:
            print(f"  auto-run olevba alone: {path.name}")
    print("against olevba: " + "; ".join(f"{word} {number}" for word, number in sorted(tally.items())))
    print(f"processor time on files that olevba opens: check {ours:.1f} s, olevba {theirs:.1f} s ({ours / theirs:.3f})")


def main() -> None:
    """Print the figures of every set that was named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("oletools", "pdf101", "poi", "pdfjs", "valid", "attack"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--olevba")
    wanted = parser.parse_args()
    if wanted.oletools:
        show_oletools(wanted.oletools)
    if wanted.pdf101:
        show_pdf101(wanted.pdf101)
    for name in ("valid", "pdfjs"):
        if folder := getattr(wanted, name):
            show_errors(name, folder)
    if wanted.attack:
        for path in files(wanted.attack):
            found, _ = looked(path)
            words = sorted({f"{each.severity} {each.code}" for each in found.found}) if found else []
            print(f"  {path.name}: {', '.join(words) or '-'}{' · unread' if found and found.unread else ''}")
    if wanted.poi:
        said = show_errors("POI", wanted.poi)
        if wanted.olevba:
            compare(said, wanted.olevba)


if __name__ == "__main__":
    main()
