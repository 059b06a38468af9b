"""A pattern that some scan could not run is refused by whoever takes it in."""

from __future__ import annotations

import pytest

from occ_media_cli.own_patterns import OwnPattern, PatternRefused, check_pattern


def test_what_a_compiler_says_to_programmers_is_kept_from_people(recwarn: pytest.WarningsRecorder) -> None:
    check_pattern(OwnPattern("staff", "[[a]b"))
    assert not recwarn.list


@pytest.mark.parametrize("pattern", [r"EMP-\d{6}", r"(?i)\bproject (?:phoenix|eagle)\b", "[A-Z]{2}[0-9]+", r"x{5,}"])
def test_patterns_that_run(pattern: str) -> None:
    check_pattern(OwnPattern("staff", pattern))


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "is no pattern"),
        ("", "characters"),
        ("x" * 1001, "characters"),
        ("a*", "matches a text without characters"),
        (r"(a+)+$", "could take forever"),
        (r"(a|aa)+$", "could take forever"),
        (r"(\w+)\1", "could take forever"),
    ],
)
def test_patterns_that_are_refused(pattern: str, reason: str) -> None:
    with pytest.raises(PatternRefused, match=reason):
        check_pattern(OwnPattern("staff", pattern))


@pytest.mark.parametrize(("name", "severity"), [("", "error"), ("a\nb", "error"), ("x" * 61, "error"), ("a", "bad")])
def test_names_and_severities_are_checked(name: str, severity: str) -> None:
    with pytest.raises(PatternRefused):
        check_pattern(OwnPattern(name, "a", severity))
