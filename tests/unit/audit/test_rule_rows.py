"""Every rule's text on rows that stand on the edges of its conditions: bare, without the engine, which filters again."""

from __future__ import annotations

import pytest

from occ_media_cli.audit import rules
from tests.unit.audit.mutants import Rows, accepted, mutants
from tests.unit.audit.rows import Case, ask, database
from tests.unit.audit.rule_cases import CASES


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_finds_these_rows(case: Case) -> None:
    rule = rules.load_rule(case.rule)
    text = rule.tuned if case.tuned else rule.sql
    assert text is not None
    assert ask(database(case.rows), rule, text, case) == case.expected


@pytest.mark.parametrize("case", [case for case in CASES if case.by_time], ids=str)
def test_the_period_of_a_rule_is_half_open(case: Case) -> None:
    rule, connection = rules.load_rule(case.rule), database(case.rows)
    timed = Case(case.rule, "", case.rows, (*case.columns, "time_ms"), [], case.values)
    found = ask(connection, rule, rule.sql, timed)
    for moment in {row[-1] for row in found}:
        assert ask(connection, rule, rule.sql, timed, since=moment) == [row for row in found if row[-1] >= moment]
        assert ask(connection, rule, rule.sql, timed, until=moment) == [row for row in found if row[-1] < moment]
        assert ask(connection, rule, rule.sql, timed, since=moment + 1) == [row for row in found if row[-1] > moment]


def test_every_rule_has_rows_of_its_own() -> None:
    assert {case.rule for case in CASES} == set(rules.RULES)
    assert {case.rule for case in CASES if case.tuned} == {rule.id for rule in rules.load_all() if rule.tuned}


@pytest.mark.no_cover
@pytest.mark.parametrize("rule_id", rules.RULES)
def test_a_change_of_a_text_is_noticed_by_its_rows_but_those_that_cannot_matter(rule_id: str) -> None:
    """Every third change; `proofs/rule_mutants.py` makes all of them."""
    rule = rules.load_rule(rule_id)
    for tuned, text in ((False, rule.sql), (True, rule.tuned)):
        if text is not None:
            rows, file = Rows(rule, tuned=tuned), f"{rule_id}{'.sqlite' if tuned else ''}"
            tried = list(mutants(text))[1::3]
            quiet = [mutant.name() for mutant in tried if not rows.notice(mutant.text)]
            assert [name for name in quiet if accepted(file, name) is None] == []
