"""What is meant by a wrong word: its meaning before its letters, and nothing where nothing tells."""

from __future__ import annotations

import pytest

from occ_media_cli.errors import UsageError
from occ_media_cli.report import meant

SWITCH, WAYS, LEVELS, SCANS = (
    ("on", "off"),
    ("send", "receive"),
    ("error", "warning", "never"),
    ("off", "record", "required"),
)


@pytest.mark.parametrize(("word", "choices", "found"), [
    ("no", SWITCH, "off"), ("NEIN", SWITCH, "off"), ("いいえ", SWITCH, "off"), ("ｏｆｆ", SWITCH, "off"), ("si\u0301", SWITCH, "on"), ("不是", SWITCH, "off"), ("لا", SWITCH, "off"), ("1", SWITCH, "on"), ("да", SWITCH, "on"),
    ("not on", SWITCH, "off"), ("no-off", SWITCH, "on"), ("nooff", SWITCH, "on"), ("not not on", SWITCH, "on"), ("on not", SWITCH, "off"),
    ("of", SWITCH, "off"), ("onn", SWITCH, "on"), ("ON", SWITCH, "on"), (" off.", SWITCH, "off"), ("flase", SWITCH, "off"), ("yess", SWITCH, "on"),
    ("o", SWITCH, ""), ("fo", SWITCH, ""), ("maybe", SWITCH, ""), ("", SWITCH, ""), ("toggle", SWITCH, ""),
    ("not send", WAYS, "receive"), ("unsend", WAYS, "receive"), ("nosend", WAYS, "receive"), ("sending", WAYS, "send"), ("receiving", WAYS, "receive"),
    ("incoming", WAYS, "receive"), ("no", WAYS, ""), ("yes", WAYS, ""),
    ("none", LEVELS, "never"), ("no", LEVELS, "never"), ("yes", LEVELS, "error warning"), ("errors", LEVELS, "error"), ("not error", LEVELS, "warning never"),
    ("yes", SCANS, "record required"), ("not required", SCANS, "off record"), ("re", SCANS, "record required"), ("requires", SCANS, "required"),
    ("cannot-sned", ("cannot-send", "not-displayed"), "cannot-send"), ("not-displyed", ("cannot-send", "not-displayed"), "not-displayed"),
    ("no-displayed", ("cannot-send", "not-displayed"), "not-displayed"), ("vielleicht", ("send", "view"), ""), ("send", ("cannot-send", "cannot-receive", "not-displayed"), "cannot-send"),
    ("cannot", ("cannot-send", "cannot-receive", "not-displayed"), "cannot-send cannot-receive"),
])  # fmt: skip
def test_a_word_stands_for_what_people_mean_by_it(word: str, choices: tuple[str, ...], found: str) -> None:
    assert meant.choices_meant(word, choices) == tuple(found.split())


def test_an_error_asks_and_offers_each_word_that_may_be_meant() -> None:
    for word, what, hint in (
        ("yes", "scan 'yes' is none of off, record, required, did you mean 'record' or 'required'?", "write record or required"),
        ("zzz", "scan 'zzz' is none of off, record, required", "write off or record or required"),
    ):  # fmt: skip
        with pytest.raises(UsageError) as stopped:
            meant.refuse_other_words(word, "scan", SCANS)
        assert (stopped.value.what, stopped.value.hint) == (what, hint)
    meant.refuse_other_words("off", "scan", SCANS)


def test_many_words_are_listed_behind_one_option() -> None:
    assert meant.offer("abcde", "--format ") == "write --format one of a, b, c, d or e"
    assert meant.offer(("a", "b"), "--format ") == "write --format a or --format b"
