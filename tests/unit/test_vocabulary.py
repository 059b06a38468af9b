"""The words of outcomes, categories, directions and states stand in one file; everything else takes them from there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

import pytest

import occ_media_cli
from occ_media_cli import vocabulary
from occ_media_cli.audit.rules import RULES
from occ_media_cli.decide import fit, gate
from occ_media_cli.media.codes import CODES
from occ_media_cli.settings import compare, past, sections
from occ_media_cli.settings.document import wording

pytestmark = pytest.mark.no_cover

ROOT = Path(occ_media_cli.__file__).parent
HOME = ROOT / "vocabulary.py"

SETS: Mapping[str, tuple[str, ...]] = {
    name: words
    for name, words in vars(vocabulary).items()
    if name.isupper() and isinstance(words, tuple) and all(isinstance(word, str) for word in words)
}
WHOLE = {
    name: words
    for name, words in SETS.items()
    if name != "SWITCHES" and not any(set(words) < set(other) for other in SETS.values())
}
"""Sets that are no part of another."""

NUMBERED = {
    "DIRECTIONS": (0, {"send": 0, "receive": 1}),
    "OUTCOMES": (0, {"delivered": 0, "blocked": 1, "failed": 2}),
    "RECORD_KINDS": (
        0,
        {"file": vocabulary.FILE, "correction": vocabulary.CORRECTION, "decision": vocabulary.DECISION},
    ),
    "GATE_DECISIONS": (0, {"allow": 0, "deny": 1}),
    "PLAN_ACTIONS": (0, {"keep": 0, "remove": 1}),
    "CATEGORIES": (1, {"audio": 1, "document": 2, "image": 3, "video": 4}),
}
"""Where a number stands for a word in stores that people have: the first number, and the number of each word."""

FIELD = "fields of an inbox, two of which are called like the directions"
MAP = "says something of each word; the test below holds it to all of them"
PART = "says something of these and is not about the others"
ALLOWED = {
    ("cli/ledger/stats.py", "OUTCOMES"): "fields of the counts of an inbox, as the columns of the page",
    ("cli/settings/change_options.py", "DIRECTIONS"): FIELD,
    ("ledger/about_entry.py", "DIRECTIONS"): FIELD,
    ("decide/diagnose.py", "HEALTH_STATES"): "states of a cause, of which two are called alike",
    ("decide/fit.py", "CATEGORIES"): MAP,
    ("decide/gate.py", "CATEGORIES"): MAP,
    ("ledger/sources/whatsapp_entries.py", "CATEGORIES"): "words of the platform's messages, which are its own",
    ("retention/purge/bring_back.py", "REMOVAL_STATES"): PART,
    ("ledger/reach.py", "SECTIONS"): MAP,
    ("safety/checks.py", "SCAN_CHECKS"): MAP,
    ("settings/compare.py", "SECTIONS"): MAP,
    ("settings/document/wording.py", "SECTIONS"): MAP,
    ("settings/past.py", "SECTIONS"): MAP,
    ("settings/sections.py", "SECTIONS"): MAP,
    ("settings/model.py", "SECTIONS"): PART,
    ("settings/references.py", "SECTIONS"): PART,
}
"""Collections that may hold words of a set, and why."""


def collections(tree: ast.AST) -> Iterator[tuple[int, list[str]]]:
    """Every collection of texts that is written out: tuples, lists, sets, keys of dicts, and what a Literal takes."""
    for node in ast.walk(tree):
        items: list[ast.expr | None] = []
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            items = [*node.elts]
        elif isinstance(node, ast.Dict):
            items = [*node.keys]
        elif isinstance(node, ast.MatchOr):
            items = [each.value for each in node.patterns if isinstance(each, ast.MatchValue)]
        texts = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        if texts:
            yield node.lineno, texts  # type: ignore[attr-defined]  # all of the above have one


def copies(text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Collections that are mostly two or more words of one set: (line, set, texts)."""
    for line, texts in collections(ast.parse(text)):
        for name, words in WHOLE.items():
            found = set(texts) & set(words)
            if len(found) > 1 and 2 * len(found) > len(set(texts)):
                yield line, name, texts


def coded(text: str) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Every CASE of an SQL text that turns numbers into words of a set: the set, and the pairs."""
    for case in re.findall(r"CASE(?:(?!\bCASE\b).)*?END", text, re.DOTALL):
        pairs = [(int(number), word) for number, word in re.findall(r"WHEN\s+(\d+)\s+THEN\s+'([^']*)'", case)]
        for name in NUMBERED:
            if pairs and {word for _, word in pairs} <= set(SETS[name]):
                yield name, pairs


def test_nobody_writes_the_words_of_a_set_again() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), name): f"line {line}: {texts}"
        for path in sorted(ROOT.rglob("*.py"))
        if path != HOME
        for line, name, texts in copies(path.read_text("utf-8"))
    }
    assert {key: said for key, said in found.items() if key not in ALLOWED} == {}
    assert set(ALLOWED) <= set(found)  # an exception that nobody needs is one that hides the next copy


@pytest.mark.parametrize(
    "planted",
    [
        'WAYS = ("send", "receive")', 'x = ["receive", "send", "both"]', 'x = {"delivered", "failed"}',
        'x = {"audio": 1, "video": 2, "image": 3}', 'D = Literal["allow", "deny"]', 'for s in ("note", "warning"): pass',
        'match x:\n    case "quarantined" | "removed":\n        pass', 'x = frozenset(("off", "record", "required"))',
    ],
)  # fmt: skip
def test_a_planted_copy_is_found(planted: str) -> None:
    assert list(copies(planted))


@pytest.mark.parametrize(
    "fine", ['("name", "send", "receive", "tags")', '("send",)', '{"keep": 1, "held": 2, "bytes": 3}']
)
def test_a_record_that_has_a_field_of_the_name_is_no_copy(fine: str) -> None:
    assert not list(copies(fine))


def test_each_number_that_a_store_keeps_is_the_place_of_its_word() -> None:
    """A store of today must be read in ten years: the order of these sets may grow at its end and never change."""
    for name, (first, numbers) in NUMBERED.items():
        assert {word: place for place, word in enumerate(SETS[name], start=first)} == numbers, name


def test_texts_that_stay_as_they_are_give_the_same_words() -> None:
    """Released migrations and `.sql` files are plain text, so they are held to the sets instead of made of them."""
    looked = 0
    for path in [*ROOT.rglob("*.sql"), *(ROOT / "store" / "migrations").glob("*.py")]:
        for name, pairs in coded(path.read_text("utf-8")):
            looked += 1
            for number, word in pairs:
                assert NUMBERED[name][1][word] == number, (path.name, number, word)
    assert looked >= 10


def test_other_texts_make_such_a_case_of_the_sets() -> None:
    spelt = {
        path.relative_to(ROOT).as_posix(): list(coded(path.read_text("utf-8")))
        for path in ROOT.rglob("*.py")
        if path != HOME and path.parent.name != "migrations"
    }
    assert {path: found for path, found in spelt.items() if found} == {}


def test_a_planted_case_is_found() -> None:
    assert list(coded("SELECT CASE r.outcome WHEN 0 THEN 'delivered' ELSE 'blocked' END"))
    ((_, pairs),) = coded("CASE d.direction WHEN 0 THEN 'receive' ELSE 'send' END")
    assert any(NUMBERED["DIRECTIONS"][1][word] != number for number, word in pairs)


def test_sql_of_a_set_turns_numbers_into_words_and_back() -> None:
    import sqlite3

    with sqlite3.connect(":memory:") as connection:
        for name, (first, numbers) in NUMBERED.items():
            for word, number in numbers.items():
                there = vocabulary.word_sql("?", SETS[name], first)
                back = vocabulary.code_sql("?", SETS[name], first)
                assert connection.execute(f"SELECT {there}, {back}", (number, word)).fetchone() == (word, number)
        assert connection.execute(f"SELECT {vocabulary.word_sql('9', ('a',))}").fetchone() == (None,)
        assert connection.execute(f"SELECT {vocabulary.code_sql('NULL', ('a',), 1)}").fetchone() == (0,)


def test_a_type_and_its_set_hold_the_same_words() -> None:
    typed = {get_args(kind) for kind in vars(vocabulary).values() if get_args(kind)}
    assert typed <= set(SETS.values())


def test_what_is_said_of_each_word_is_said_of_all_of_them() -> None:
    for known in (fit._PREFERRED, gate._A):
        assert set(known) == set(vocabulary.CATEGORIES)
    keys = {section for section, _ in sections.TOP_KEYS.values()}
    for said in (keys, set(compare.ITEM), set(wording.SHAPES), set(past._SUBJECTS)):
        assert said == set(vocabulary.SECTIONS)


SAME = {
    "active-content", "infected-file", "location-metadata", "not-approved", "not-scanned", "over-limit",
    "sender-without-permission", "sensitive-content",
    "type-mismatch", "unsupported-type",
}  # fmt: skip
"""What a check says of a file before it goes, and a rule of the same file afterwards, by one id."""

ONLY_CHECKED = {
    "approval-ended",
    "audio-only-video", "channel-advice", "channel-unsupported", "codec-unsupported", "cut-short", "damaged",
    "empty-file", "macro-enabled", "malformed", "media-off", "motion-photo", "mp4-brand-3gp", "name-deceptive",
    "odd-structure", "partly-checked", "password-protected", "receive-only", "send-only", "size-near-limit",
    "slow-download", "text-is-code", "text-is-markup", "trailing-data", "type-declared", "unreadable",
}  # fmt: skip
"""What only the bytes or the moment tell. media-off is the question of both directions; the ledger knows which one it
was, so the rules are two: sent-while-off and received-while-off."""


def test_a_problem_and_a_rule_of_the_same_meaning_have_one_id() -> None:
    """A new code must be put into one of the two sets, which makes somebody ask whether a rule says the same."""
    rules = set(RULES)
    assert set(CODES) & rules == SAME
    assert set(CODES) - rules == ONLY_CHECKED
    plain = {frozenset(re.findall(r"[a-z0-9]+", each)) for each in ONLY_CHECKED}
    for rule in rules - SAME:
        assert frozenset(re.findall(r"[a-z0-9]+", rule)) not in plain, rule  # the same words in another order
