"""Public documents, saved again and edited inside their files: does the library know each of them again, and no other?

    nice -n 15 python proofs/library_text.py [--most N] [--list] FOLDER ...

Of every document (docx, xlsx, pptx, pdf) below the folders with at least 60 words and 60 different ones:

- *saved again*: packages in another order, compression and with other properties and dates, each XML part written anew
  by another writer (other prefixes and quotes); PDFs with object streams and linear, and taken apart as `qpdf --qdf`
  does. Each has the same digest, or it is told.
- *edited*: of the words in the XML or in the content of the pages at least 1 % and 3 % are replaced, measured by what
  is read afterwards. Each is near (`compare_words.LEAST_ALIKE`), or it is told; none has the same digest.
- *pairs*: of all pairs of documents with different texts, those that are near. One is false where more than half of the
  words of the longer text do not stand in the other in the same order.

--most: so many documents of each type are saved again and edited (60); pairs are made of all. --list: name every pair
that is near. Exits 1 where a goal is missed: saved again 100 %, 1 % edited 98 %, 3 % edited 95 %, false pairs 0.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import sys
import time
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from occ_media_cli.library.compare_words import LEAST_ALIKE, difference, near_difference
from occ_media_cli.library.fingerprint import Fingerprint, alike, as_lines, fingerprint
from occ_media_cli.library.read_text import NoText, read_words_of
from occ_media_cli.library.split_words import words_of
from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.source import FileSource, source_of
from occ_media_cli.sandbox.child import Task
from occ_media_cli.sandbox.pool import Failed, Job, Pool, cores

KINDS = ("docx", "xlsx", "pptx", "pdf")
GOALS = {"saved again": 1.0, "1 % edited": 0.98, "3 % edited": 0.95}
_MOST_BYTES = 6_000_000
_TEXTS = re.compile(rb"(<(?:\w+:)?t(?: [^>]*)?>)([^<]+)(</)")
_NUMBERS = re.compile(rb"(<(?:\w+:)?c(?: (?:r|s)=\"[^\"]*\")*>\s*<(?:\w+:)?v>)([^<]+)(</)")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{3,}|[0-9]+")
_CORE = (
    b'<?xml version="1.0"?><cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cp='
    b'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"><dc:creator>Somebody Else</dc:creator>'
    b"<cp:revision>77</cp:revision></cp:coreProperties>"
)


def _packed(parts: dict[str, bytes], order: list[str], method: int, level: int) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method, compresslevel=level) as archive:
        for number, name in enumerate(order):
            info = zipfile.ZipInfo(name, (2027, 1 + number % 12, 3, 4, 5, 6))
            info.compress_type = method
            archive.writestr(info, parts[name])
    return held.getvalue()


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {each.filename: archive.read(each) for each in archive.infolist() if not each.is_dir()}


def _other_writer(name: str, part: bytes) -> bytes:
    """A part as another XML library writes it: other prefixes, quotes, and no declaration."""
    from xml.etree import ElementTree

    if not name.endswith(".xml") or name.startswith("[") or b"<!DOCTYPE" in part:
        return part
    try:
        return ElementTree.tostring(ElementTree.fromstring(part))
    except (ElementTree.ParseError, LookupError, ValueError):
        return part


def saved_again(kind: str, content: bytes, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Other saves of a document, each with what was done."""
    if kind == "pdf":
        yield from _pdf_again(content)
        return
    parts = _parts(content)
    for name in parts:
        if name.lower().endswith("docprops/core.xml"):
            parts[name] = _CORE
    yield "stored in reverse order", _packed(parts, list(reversed(parts)), zipfile.ZIP_STORED, 0)
    order = list(parts)
    rng.shuffle(order)
    yield "another order and compression", _packed(parts, order, zipfile.ZIP_DEFLATED, 1)
    anew = {name: _other_writer(name, part) for name, part in parts.items()}
    yield "another XML writer", _packed(anew, order, zipfile.ZIP_DEFLATED, 9)


def _pdf_again(content: bytes) -> Iterator[tuple[str, bytes]]:
    import pikepdf

    streams, decode = pikepdf.ObjectStreamMode, pikepdf.StreamDecodeLevel
    ways: dict[str, dict[str, Any]] = {
        "object streams, linear": {"object_stream_mode": streams.generate, "linearize": True},
        "as qpdf --qdf": {
            "object_stream_mode": streams.disable,
            "stream_decode_level": decode.generalized,
            "qdf": True,
        },
    }
    for what, options in ways.items():
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as file:
            if file.is_encrypted:
                return
            file.docinfo["/Author"] = "Somebody Else"
            file.docinfo["/ModDate"] = "D:20270102030405Z"
            held = io.BytesIO()
            file.save(held, compress_streams="qdf" not in options, **options)
            yield what, held.getvalue()


def edited(kind: str, content: bytes, count: int, rng: random.Random) -> bytes:
    """The document with about so many of its words replaced where they stand in the file."""
    return _pdf_edited(content, count, rng) if kind == "pdf" else _package_edited(content, count, rng)


def _package_edited(content: bytes, count: int, rng: random.Random) -> bytes:
    parts = _parts(content)
    places = []
    for name, part in parts.items():
        if name.endswith(".xml") and not name.lower().startswith("docprops/"):
            for text in (*_TEXTS.finditer(part), *_NUMBERS.finditer(part)):
                places += [(name, text.start(2) + word.start(), word.group()) for word in _WORD.finditer(text[2])]
    for name, at, word in rng.sample(places, min(count, len(places))):
        part = parts[name]
        parts[name] = part[:at] + _another(word, rng) + part[at + len(word) :]
    return _packed(parts, list(parts), zipfile.ZIP_DEFLATED, 6)


def _another(word: bytes, rng: random.Random) -> bytes:
    letters = b"123456789" if word.isdigit() else b"abcdefghijklmnopqrstuvwxyz"
    made = word
    while made == word:
        made = bytes(rng.choices(letters, k=len(word)))
    return made


def _pdf_edited(content: bytes, count: int, rng: random.Random) -> bytes:
    """Letters within strings of the pages' content change places, so that their glyphs are in the font."""
    import pikepdf

    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as file:
        pages = [(page, *_strings(pikepdf, page)) for page in file.pages]
        places = [(number, place) for number, (_, _, strings) in enumerate(pages) for place in strings]
        chosen = defaultdict(list)
        for number, place in rng.sample(places, min(count, len(places))):
            chosen[number].append(place)
        for number, some in chosen.items():
            page, steps, _ = pages[number]
            for at, inside, begin, end, wide in sorted(some, key=lambda each: -each[2]):
                operands, operator = steps[at]
                old = bytes(operands[0] if inside < 0 else operands[0][inside])
                new = old[:begin] + _turned(old[begin:end], wide) + old[end:]
                if inside < 0:
                    steps[at] = ([pikepdf.String(new)], operator)
                else:
                    operands[0][inside] = pikepdf.String(new)
            page.Contents = file.make_stream(pikepdf.unparse_content_stream(steps))
        file.save(held)
    return held.getvalue()


def _turned(word: bytes, wide: int) -> bytes:
    letters = [word[at : at + wide] for at in range(0, len(word), wide)]
    turned = letters[::-1]
    return b"".join(turned if turned != letters else [*letters[1:], letters[0]])


def _strings(pikepdf: Any, page: Any) -> tuple[list[Any], list[tuple[int, int, int, int, int]]]:
    """The steps of a page, and its strings of several letters: (step, place in it, from, to, bytes of a letter)."""
    try:
        steps = [(list(each.operands), each.operator) for each in pikepdf.parse_content_stream(page)]
    except (pikepdf.PdfError, ValueError):
        return [], []
    fonts = page.get("/Resources", {}).get("/Font", {}) if "/Resources" in page else {}
    found, wide = [], 1
    for at, (operands, operator) in enumerate(steps):
        what = str(operator)
        if what == "Tf":
            wide = 2 if fonts.get(str(operands[0]), {}).get("/Subtype") == "/Type0" else 1
        elif what in ("Tj", "TJ") and operands:
            inner = [(-1, operands[0])] if what == "Tj" else list(enumerate(operands[0]))
            for inside, value in inner:
                if isinstance(value, pikepdf.String):
                    content = bytes(value)
                    spans = _WORD.finditer(content) if wide == 1 else re.finditer(rb"(?s)..{2,}", content)
                    for span in spans:
                        if len(set(span.group())) > wide + 1:
                            end = span.end() - (span.end() - span.start()) % wide
                            found.append((at, inside, span.start(), end, wide))
    return steps, found


def _words(kind: str, content: bytes) -> list[str]:
    return read_words_of(source_of(content), kind)


def _proved(kind: str, content: bytes, words: list[str], seed: int) -> dict[str, Any]:
    """What becomes of one document: per trial, whether it is known again, and how many of its words differ."""
    rng = random.Random(seed)
    own = fingerprint(words)
    said: dict[str, Any] = {"again": [], "edited": []}
    for what, other in saved_again(kind, content, rng):
        try:
            found = fingerprint(_words(kind, other))
        except NoText as why:
            said["again"].append((what, f"no text: {why}"))
            continue
        said["again"].append((what, "" if found == own else f"{difference(words, _words(kind, other))[:2]}"))
    for share in (1, 3):
        wanted = max(1, -(-len(words) * share // 100))
        count, best = wanted, None
        for _ in range(8):
            try:
                other_words = _words(kind, edited(kind, content, count, rng))
            except NoText:
                break
            differ = difference(words, other_words).words
            if differ >= wanted:
                best = (differ / len(words), other_words) if best is None or differ / len(words) < best[0] else best
                if differ <= 1.5 * wanted or count == 1:
                    break
                count = max(1, count * wanted // differ)
            else:
                count = count * 2 if differ == 0 else -(-count * wanted // differ) + 1
        if best is None:
            said["edited"].append((share, None, 0.0, False))
        else:
            found = fingerprint(best[1])
            likeness = alike(own.minhash or b"", found.minhash) if found.minhash is not None else 0.0
            likeness = likeness if near_difference(words, best[1]) is not None else 0.0
            said["edited"].append((share, likeness, best[0], found.digest == own.digest))
    return said


def _work(most_proved: bool) -> Callable[[int, int, str], Any]:
    def work(fd: int, size: int, path: str) -> Any:
        kind = recognise(fd, size, path.rpartition("/")[2]).type
        if kind not in KINDS:
            return None
        source = FileSource(fd, size, kind)
        try:
            begin = time.process_time()
            try:
                words = read_words_of(source, kind)
            except NoText:
                return None
            read = time.process_time()
            text = " ".join(words)
            normalised = time.process_time()
            found = fingerprint(words_of(text))
            spent = (read - begin, time.process_time() - normalised)
            if found.minhash is None:
                return None
            content = source.data[:size] if most_proved and size <= _MOST_BYTES else None
            proved = _proved(kind, content, words, size) if content is not None else None
            return kind, tuple(found), zlib.compress(as_lines(words), 1), spent, proved
        finally:
            source.close()

    return work


def _documents(folders: list[str]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix.lower().lstrip(".") in KINDS and path.is_file() and not path.is_symlink():
                yield path


def _ask(paths: list[Path], *, proved: bool) -> Iterator[tuple[Path, Any]]:
    with Pool(Task(_work(proved), "the proof", 240.0), workers=cores()) as pool:
        jobs = (Job(os.open(path, os.O_RDONLY), path.stat().st_size, str(path), path) for path in paths)
        for job, answer in pool.run(jobs):
            if isinstance(answer, Failed):
                print(f"not proved: {job.tag}: {answer.reason}")
            elif answer is not None:
                yield job.tag, answer


def _main() -> int:
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--most", type=int, default=60, metavar="N", help="documents of each type that are saved again")
    words.add_argument("--list", action="store_true", help="name every pair that is near")
    words.add_argument("folder", nargs="+")
    asked = words.parse_args()

    known: dict[str, tuple[Path, str, Fingerprint, bytes]] = {}
    total_words = spent_words = spent_reading = 0.0
    for path, (kind, found, packed, spent, _) in _ask(list(_documents(asked.folder)), proved=False):
        known.setdefault(found[0], (path, kind, Fingerprint(*found), packed))
        total_words += found[1]
        spent_reading += spent[0]
        spent_words += spent[1]
    of_kind = Counter(kind for _, kind, _, _ in known.values())
    print(
        f"documents with different texts: {len(known):,} ({', '.join(f'{n:,} {kind}' for kind, n in of_kind.items())})"
    )
    print(
        f"words: {total_words:,.0f}; normalised and hashed {total_words / spent_words:,.0f} a second of processor time;"
    )
    print(f"  with reading them out of the files {total_words / (spent_words + spent_reading):,.0f}")

    chosen: list[Path] = []
    rng = random.Random(17)
    for kind in KINDS:
        some = [path for path, its, _, _ in known.values() if its == kind and path.stat().st_size <= _MOST_BYTES]
        chosen += rng.sample(some, min(asked.most, len(some)))
    counts: Counter[str] = Counter()
    good: Counter[str] = Counter()
    shares: dict[int, list[float]] = defaultdict(list)
    same = 0
    proved_of: Counter[str] = Counter()
    for path, (kind, _, _, _, proved) in _ask(sorted(chosen), proved=True):
        proved_of[kind] += 1
        for what, wrong in proved["again"]:
            if wrong.startswith("no text"):
                counts["not read again"] += 1
                print(f"  not read again, and so not called the same: {path}: {what}: {wrong}")
                continue
            counts["saved again"] += 1
            good["saved again"] += not wrong
            if wrong:
                print(f"  not known again: {path}: {what}: {wrong}")
        for share, likeness, real, is_same in proved["edited"]:
            if likeness is None:
                counts[f"not edited ({kind})"] += 1
                continue
            name = f"{share} % edited"
            counts[name] += 1
            good[name] += likeness >= LEAST_ALIKE
            shares[share].append(real)
            same += is_same
            if likeness < LEAST_ALIKE:
                print(f"  not near: {path}: {real:.1%} of its words edited, likeness {likeness:.2f}")
    print(f"proved: {proved_of.total():,} ({', '.join(f'{n:,} {kind}' for kind, n in proved_of.items())})")
    failed = bool(same)
    for name, goal in GOALS.items():
        share = good[name] / counts[name] if counts[name] else 0.0
        failed |= share < goal
        print(f"{name}: {good[name]:,} of {counts[name]:,} ({share:.1%}; goal {goal:.0%})")
    for share, reals in shares.items():
        median = sorted(reals)[len(reals) // 2]
        print(f"  really edited where {share} % was asked: median {median:.1%}, most {max(reals):.1%}")
    print(f"edited ones with the same digest: {same}")
    for name, count in counts.items():
        if name.startswith("not edited"):
            print(f"  {name}: {count} (no letters of theirs could be replaced)")

    near, false = [], []
    pairs = 0
    for one, other in combinations(known.values(), 2):
        pairs += 1
        likeness = alike(one[2].minhash or b"", other[2].minhash or b"")
        if likeness >= LEAST_ALIKE:
            lists = [zlib.decompress(each[3]).decode("utf-8", "surrogatepass").split("\n") for each in (one, other)]
            differs = near_difference(*lists)
            if differs is None:
                continue
            differ = differs.words / max(map(len, lists))
            near.append((likeness, differ, one[0], other[0]))
            if differ > 0.5:
                false.append(near[-1])
    print(f"pairs: {pairs:,}; near: {len(near):,}; false among them: {len(false):,}")
    for likeness, differ, one_path, other_path in near if asked.list else false:
        print(f"  {likeness:.2f}, {differ:.0%} of the words differ: {one_path} and {other_path}")
    return 1 if failed or false else 0


if __name__ == "__main__":
    raise SystemExit(_main())
