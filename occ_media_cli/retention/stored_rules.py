"""Retention rules as they are set, shown and read from a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from occ_media_cli.errors import UsageError
from occ_media_cli.report.meant import refuse_other_words
from occ_media_cli.retention.model import RetentionRule
from occ_media_cli.settings import read as settings
from occ_media_cli.settings.sections import policy_rule
from occ_media_cli.vocabulary import CATEGORIES, DIRECTIONS

if TYPE_CHECKING:
    import sqlite3

Stored = dict[str, Any]
"""A rule as the section `retention` keeps it: the words of the user, and milliseconds beside them."""

_SCOPE = ("inbox", "category", "direction")


def check_scope(inbox: str, category: str | None, direction: str | None) -> Stored:
    """The scope for an inbox, a category and a direction; `default` is every inbox. UsageError for a word that is no
    category."""
    for value, what, known in ((category, "category", CATEGORIES), (direction, "direction", DIRECTIONS)):
        if value is not None:
            refuse_other_words(value, what, known)
    found: Stored = {"inbox": None if inbox == "default" else inbox, "category": category, "direction": direction}
    return {key: value for key, value in found.items() if value is not None}


def _key(rule: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(rule.get(key) for key in _SCOPE)


def words(rule: Mapping[str, Any]) -> str:
    """A scope in words: `default`, `vip, image`."""
    return ", ".join(str(rule[key]) for key in _SCOPE if rule.get(key) is not None) or "default"


def with_rule(rules: Sequence[Stored], at: Stored, remove_after: str | None, keep_for: str | None) -> list[Stored]:
    """The rules with one set anew: the half that is None stays as it was, and so does the order of the rules."""
    given = {"remove_after": remove_after, "keep_for": keep_for}
    old = find_rule(rules, at)
    row = policy_rule({**(old or at), **{key: value for key, value in given.items() if value is not None}})
    if old is None:
        return [*rules, row]
    return [row if rule is old else rule for rule in rules]


def without_rule(rules: Sequence[Stored], at: Stored, *, remove_after: bool, keep_for: bool) -> list[Stored]:
    """The rules without one rule, or without one half of it; without the whole rule where neither half is named."""
    old = find_rule(rules, at)
    if old is None:
        there = "; ".join(words(rule) for rule in rules) or "none"
        raise UsageError(f"no retention rule for {words(at)}; nothing was changed", hint=f"the rules are: {there}")
    whole = remove_after == keep_for
    left = {
        key: value
        for key, value in old.items()
        if not (key.startswith("remove_after") and (remove_after or whole))
        and not (key.startswith("keep_for") and (keep_for or whole))
    }
    keep = "remove_after" in left or "keep_for" in left
    return [row for rule in rules if (row := (left if rule is old else rule)) is not left or keep]


def find_rule(rules: Sequence[Stored], at: Mapping[str, Any]) -> Stored | None:
    """The rule of exactly this scope."""
    return next((rule for rule in rules if _key(rule) == _key(at)), None)


def rules_in_force(connection: sqlite3.Connection) -> tuple[tuple[RetentionRule, ...], int | None]:
    """The newest rules in the order of commits, and the number of that version; None where no rule was ever set."""
    rows: list[Stored] = settings.section(connection, "retention")
    return resolve(rows, settings.inbox_ids(connection)), newest_version(connection)


def newest_version(connection: sqlite3.Connection) -> int | None:
    """The number of the newest version of the rules, or None where no rule was ever set."""
    row = connection.execute("SELECT max(version) FROM config_version WHERE section = 'retention'").fetchone()
    return int(row[0]) if row[0] is not None else None


def resolve(rules: Sequence[Mapping[str, Any]], inboxes: Mapping[str, int]) -> tuple[RetentionRule, ...]:
    """The rules for `evaluate`. inboxes: the numbers of those that are there, by name."""
    return tuple(
        RetentionRule(
            inbox=inboxes[rule["inbox"]] if rule.get("inbox") is not None else None,
            category=rule.get("category"),
            direction=rule.get("direction"),
            remove_after=rule.get("remove_after_ms"),
            keep_for=rule.get("keep_for_ms"),
            remove_words=rule.get("remove_after") or "",
            keep_words=rule.get("keep_for") or "",
            where=words(rule),
        )
        for rule in rules
        if rule.get("inbox") is None or rule["inbox"] in inboxes  # by hand, an inbox that is not there was named
    )
