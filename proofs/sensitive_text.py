"""How well sensitive text is found, measured on public sets that are kept outside the project.

    nice -n 15 python proofs/sensitive_text.py --presidio DIR --research DIR --gitleaks DIR --documents DIR [DIR ...]

presidio: a copy of github.com/microsoft/presidio. research: of github.com/microsoft/presidio-research. gitleaks: of
github.com/gitleaks/gitleaks. documents: folders of ordinary documents, such as the test files of pdf.js and Apache POI.
Each may be left out. Look-alikes, speed and hostile texts need none. One process; times are of the processor.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from gitleaks_fixtures import counts

from occ_media_cli.media.recognise import by_structure
from occ_media_cli.media.source import source_of
from occ_media_cli.media.text.passage import Passage
from occ_media_cli.media.text.words import read_words
from occ_media_cli.safety.sensitive.cards import find_cards
from occ_media_cli.safety.sensitive.digits import with_ascii_digits
from occ_media_cli.safety.sensitive.ibans import find_ibans
from occ_media_cli.safety.sensitive.issuers import issuer_of, passes_luhn
from occ_media_cli.safety.sensitive.look import sensitive_text
from occ_media_cli.safety.sensitive.sighting import Sighting

Finder = Callable[[str], Iterator[Sighting]]
_FINDERS: tuple[tuple[str, str, Finder], ...] = (
    ("CREDIT_CARD", "test_credit_card_recognizer.py", find_cards),
    ("IBAN_CODE", "test_iban_recognizer.py", find_ibans),
)
_MB = 1_000_000
_HOSTILE = (
    "4111-", "GB29 ", "4", "1 ", "4.", "4111111111111111 ", "4111 1111 1111 1111, ", "card 4111 1111 1111 1111, ",
    "4242 4242 4242 4243 x ", "GB82 WEST 1234 5698 7654 32 ", "gb82", "4  ", "12/29 4111111111111111 ", "AKIA", "ghp_",
    "-----BEGIN PRIVATE KEY-----", "eyJ", "SG.", "s.", "confidential ", "CONFIDENTIAL\n", "Classification: ", "secret ",
    "order no. 4242 4242 4242 4242 ", "\u0664\u0661\u0661\u0661 ", "12/29 ", "a\n",
)  # fmt: skip


def fixtures(folder: Path) -> None:
    """presidio's own examples: how many of each kind in each text."""
    for kind, name, find in _FINDERS:
        source = (folder / "presidio-analyzer/tests" / name).read_text(encoding="utf-8")
        lists = [
            node.args[1].elts
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "parametrize"
            and isinstance(node.args[1], ast.List)
        ]  # fmt: skip
        right, wrong = Counter[bool](), []
        for element in (each for found in lists for each in found if isinstance(each, ast.Tuple)):
            text, wanted = (getattr(each, "value", None) for each in element.elts[:2])
            if isinstance(text, str) and isinstance(wanted, int):
                if len(list(find(text))) == wanted:
                    right[wanted > 0] += 1
                else:
                    wrong.append(text)
        print(f"presidio fixtures {kind}: right {right[True]} with and {right[False]} without; wrong: {wrong}")


def synthetic(folder: Path) -> None:
    """presidio-research synth_dataset_v2: precision and recall."""
    rows = json.loads((folder / "data/synth_dataset_v2.json").read_text(encoding="utf-8"))
    for kind, _, find in _FINDERS:
        found = missed = false = issued = issued_found = 0
        confidence = Counter[str]()
        for row in rows:
            seen = list(find(with_ascii_digits(row["full_text"])))
            spans = [each for each in row["spans"] if each["entity_type"] == kind]
            for span in spans:
                hit = [each for each in seen if each.start < span["end_position"] and each.end > span["start_position"]]
                digits = re.sub(r"\D", "", span["entity_value"])
                known = kind != "CREDIT_CARD" or (issuer_of(digits) is not None and passes_luhn(digits))
                found, missed = found + bool(hit), missed + (not hit)
                issued, issued_found = issued + known, issued_found + (known and bool(hit))
                confidence.update(each.confidence for each in hit[:1])
            false += sum(
                not any(each.start < span["end_position"] and each.end > span["start_position"] for span in spans)
                for each in seen
            )
        print(
            f"synth_dataset_v2 {kind}: precision {found / max(found + false, 1):.3f}, recall "
            f"{found / max(found + missed, 1):.3f}, of issued ones {issued_found}/{issued}, {dict(confidence)}"
        )


def documents(folders: list[Path]) -> None:
    """Ordinary documents: every card of medium confidence or more is printed, masked; there should be none."""
    characters = files = unread = 0
    findings: Counter[tuple[str, str]] = Counter()
    spent = 0.0
    for file in (each for folder in folders for each in sorted(folder.rglob("*")) if each.is_file()):
        source = source_of(file.read_bytes())
        known = by_structure(source)
        kind = known.type if known is not None else None
        if kind not in ("docx", "xlsx", "pptx", "pdf", "txt", "doc", "xls", "ppt", "xlsm", "docm", "pptm"):
            continue
        begin = time.process_time()
        try:
            looked = sensitive_text(source, kind)
        except (MemoryError, RecursionError, ValueError) as error:
            print(f"  FAILED {file.name}: {error!r}")
            continue
        spent += time.process_time() - begin
        files += 1
        characters += int(dict(looked.facts).get("characters", 0))
        unread += bool(looked.unread)
        for found in looked.found:
            findings[found.code, found.severity] += 1
            if found.code in ("card-number", "iban", "secret-key") and found.severity != "note":
                print(f"  {file.name}: {found.severity} {found.code} {found.where}: {found.message}")
    print(
        f"documents: {files} files, {characters:,} characters, {spent:.0f} s, {unread} not read whole; {dict(findings)}"
    )


def lookalikes(count: int = 2_000) -> None:
    """Numbers that are no cards, in a neutral sentence: none may be high."""
    make = random.Random(16)

    def digits(length: int) -> str:
        return "".join(make.choices("0123456789", k=length))

    def with_check(start: str) -> str:
        return next(start + each for each in "0123456789" if passes_luhn(start + each))

    kinds: dict[str, Callable[[], str]] = {
        "IMEI": lambda: with_check(make.choice(("35", "86", "01", "99")) + digits(12)),
        "random 16": lambda: digits(16),
        "4x4 groups": lambda: " ".join(digits(4) for _ in range(4)),
        "UUID": lambda: str(uuid.UUID(int=make.getrandbits(128))),
        "UUID of digits": lambda: re.sub("[a-f]", lambda _: digits(1), str(uuid.UUID(int=make.getrandbits(128)))),
        "microseconds": lambda: f"{make.randrange(1_600_000_000, 1_800_000_000)}{digits(6)}",
        "phone": lambda: f"+{make.randrange(1, 99)} {digits(3)} {digits(3)} {digits(4)}",
        "phone, dialled": lambda: f"00{make.randrange(1, 99)}{digits(11)}",
    }
    for name, one in kinds.items():
        seen = Counter(each.confidence for _ in range(count) for each in find_cards(f"seen at {one()} today"))
        print(f"look-alikes, {count:,} x {name}: {dict(seen)}")


def in_a_row(count: int = 20_000) -> None:
    """Many cards in one run with single spaces."""
    make = random.Random(16)
    cards = []
    for _ in range(count):
        start = "4" + "".join(make.choices("0123456789", k=14))
        number = next(start + each for each in "0123456789" if passes_luhn(start + each))
        cards.append(" ".join(number[at : at + 4] for at in range(0, 16, 4)))
    print(f"cards in a row: {len(list(find_cards(' '.join(cards)))):,} of {count:,}")


def speed(folders: list[Path]) -> None:
    """Cards and IBANs together over the text of documents, or over prose of our own."""
    texts: list[str] = []
    for file in (each for folder in folders for each in sorted(folder.rglob("*")) if each.suffix in (".pdf", ".docx")):
        source = source_of(file.read_bytes())
        known = by_structure(source)
        texts += [each.text for each in read_words(source, known.type if known else None) if isinstance(each, Passage)]
        if sum(map(len, texts)) > 20 * _MB:
            break
    if not texts:
        texts = ["The order of 12 May came with 3 parts, 1.250,00 in all; call 030 1234567 for more.\n" * 50_000]
    size = sum(map(len, texts))
    for name, finders in (("cards", (find_cards,)), ("IBANs", (find_ibans,)), ("both", (find_cards, find_ibans))):
        begin = time.process_time()
        for text in texts:
            for find in finders:
                for _ in find(text):
                    pass
        print(f"speed, {name}: {size / _MB / (time.process_time() - begin):.0f} MB/s over {size:,} characters")


def hostile() -> None:
    """One MB of what costs most: the slowest of the whole check."""
    times = []
    for pattern in _HOSTILE:
        source = source_of((pattern * _MB).encode()[:_MB], "txt")
        begin = time.process_time()
        sensitive_text(source, "txt")
        times.append((time.process_time() - begin, pattern))
    print(
        "hostile texts of 1 MB, slowest: " + ", ".join(f"{spent:.2f} s {what!r}" for spent, what in sorted(times)[-4:])
    )


def main() -> None:
    """Print every figure that the given folders allow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presidio", type=Path)
    parser.add_argument("--research", type=Path)
    parser.add_argument("--gitleaks", type=Path)
    parser.add_argument("--documents", type=Path, nargs="*", default=[])
    chosen = parser.parse_args()
    if chosen.presidio:
        fixtures(chosen.presidio)
    if chosen.research:
        synthetic(chosen.research)
    lookalikes()
    in_a_row()
    speed(chosen.documents)
    hostile()
    if chosen.gitleaks:
        seen = counts(chosen.gitleaks)
        wrong = seen["negatives"] - seen["quiet"]
        precision, recall = seen["found"] / max(seen["found"] + wrong, 1), seen["found"] / max(seen["positives"], 1)
        print(f"gitleaks fixtures of {seen['rules']} forms: precision {precision:.3f}, recall {recall:.3f}, {seen}")
    if chosen.documents:
        documents(chosen.documents)


if __name__ == "__main__":
    main()
