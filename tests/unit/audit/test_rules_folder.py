from __future__ import annotations

from importlib.resources import files

import pytest

from occ_media_cli.audit import rules, sql
from occ_media_cli.audit.rule import GIVEN, configured, parse
from occ_media_cli.errors import MalformedInput, NotFound

GOOD = """-- id: my-rule
-- severity: note
-- title: Something.
-- why: It
--   matters.
-- fix: Do this.
-- fix: Do that,
--   or the other.
-- parameter: minimum = 10 (how many)
SELECT e.inbox FROM entry e WHERE e.size > :minimum
"""


def test_the_list_names_every_file_and_nothing_else() -> None:
    names = {file.name for file in files(rules).iterdir() if file.name.endswith(".sql")}
    assert {name.removesuffix(".sql") for name in names if not name.endswith(".sqlite.sql")} == set(rules.RULES)
    assert {name.removesuffix(".sqlite.sql") for name in names if name.endswith(".sqlite.sql")} <= set(rules.RULES)
    assert list(rules.RULES) == sorted(rules.RULES)


@pytest.mark.parametrize("rule_id", rules.RULES)
def test_a_header_says_all_that_people_need_and_declares_what_its_text_uses(rule_id: str) -> None:
    rule = rules.load_rule(rule_id)
    assert rule.id == rule_id
    assert all((rule.title, rule.why, rule.looks, rule.one, rule.many, rule.message, rule.example)), rule_id
    assert "{count}" in rule.many
    declared = {*GIVEN, *(parameter.name for parameter in rule.parameters)}
    for text in filter(None, (rule.sql, rule.tuned)):
        assert sql.parameters(text) <= declared


@pytest.mark.parametrize("rule_id", rules.RULES)
@pytest.mark.parametrize("word", ["strftime", "unixepoch", "json_", " GLOB ", "ASOF", "record r", "sqlite", " / "])
def test_a_text_holds_nothing_of_one_engine_and_no_physical_table(rule_id: str, word: str) -> None:
    assert word not in rules.load_rule(rule_id).sql


def test_a_header_is_read_whole() -> None:
    rule = parse(GOOD, "my.sql", own=True)
    assert (rule.why, rule.fix) == ("It matters.", ("Do this.", "Do that, or the other."))
    assert rule.bound() == {"minimum": 10}
    assert rule.sql.startswith("SELECT e.inbox")
    assert configured(rule, {"severity": "error", "minimum": 3}).bound() == {"minimum": 3}


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("-- id: my-rule\n", ""), 1, "does not say id"),
        (("my-rule", "My Rule"), 1, "no rule id"),
        (("note", "fatal"), 1, "no severity"),
        (("-- title", "-- tilte"), 3, "no 'tilte'"),
        (("-- why: It", "-- title: It"), 4, "'title' stands twice"),
        (("= 10", "= ten"), 9, "is no parameter"),
        (("minimum = 10", "now_ms = 10"), 9, "is no parameter"),
        (("= 10", "= -5"), 9, "minimum must be a whole number from 0 to 9,223,372,036,854,775,807"),
        (("= 10", f"= {2**63}"), 9, "minimum must be a whole number from 0 to"),
        (("= 10", f"= {'9' * 5000}"), 9, "is no parameter"),
        (("= 10", '= "\0"'), 9, "minimum has a character that is no text"),
        (("SELECT e.inbox FROM entry e WHERE e.size > :minimum\n", ""), 10, "no SELECT"),
        (("-- id: my-rule", "SELECT 1"), 1, "starts with a header"),
    ],
)
def test_a_broken_header_is_named_with_its_line(change: tuple[str, str], line: int, words: str) -> None:
    with pytest.raises(MalformedInput, match=words) as caught:
        parse(GOOD.replace(*change), "my.sql")
    assert (caught.value.file, caught.value.line) == ("my.sql", line)
    assert caught.value.hint


def test_what_a_rule_does_not_have_cannot_be_set() -> None:
    rule = parse(GOOD, "my.sql")
    with pytest.raises(ValueError, match="has no parameter 'maximum'"):
        configured(rule, {"maximum": 1})
    with pytest.raises(ValueError, match="must be a whole number"):
        configured(rule, {"minimum": "many"})
    for absurd in (-5, 2**63):
        with pytest.raises(ValueError, match="minimum must be a whole number from 0 to"):
            configured(rule, {"minimum": absurd})
    assert configured(rule, {"minimum": 2**63 - 1}).bound() == {"minimum": 2**63 - 1}


def test_an_unknown_rule_is_answered_with_the_nearest() -> None:
    with pytest.raises(NotFound, match="did you mean 'over-limit'"):
        rules.load_rule("over-limt")


def test_parameters_are_found_outside_of_texts_and_comments() -> None:
    text = "SELECT ':a', \":b\", x::int -- :c\n/* :d */ WHERE y = :e_1"
    assert sql.parameters(text) == {"e_1"}
    assert sql.replaced(text, lambda name: f"${name}").endswith("WHERE y = $e_1")
