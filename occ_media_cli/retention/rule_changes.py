"""Changing the retention rules: one rule of the section at a time, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.errors import UsageError
from occ_media_cli.report.unknown_name import unknown_name
from occ_media_cli.report.words import nearest
from occ_media_cli.retention import stored_rules
from occ_media_cli.settings import inbox_names, read
from occ_media_cli.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from occ_media_cli.retention.stored_rules import Stored
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.store.open import Store


@value
class RuleScope:
    """Which files a rule is about. inbox: `default` for every inbox. category, direction: None for any."""

    inbox: str = "default"
    category: str | None = None
    direction: str | None = None


def scopes_of(inbox: str, categories: Sequence[str] | None, directions: Sequence[str] | None) -> list[RuleScope]:
    """A rule for each category and direction that is named."""
    return [
        RuleScope(inbox, category, direction)
        for category in dict.fromkeys(categories or (None,))
        for direction in dict.fromkeys(directions or (None,))
    ]


@value
class RuleChange:
    """What became of one rule.

    scope: in words, `default` or `vip, image`. before, after: the rule with `remove_after` and `keep_for` as they were
    written, None where there is none. version: of all the rules together. changed: whether anything did.
    """

    scope: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    version: int
    changed: bool


@value
class StoredRules:
    """The rules in force, in the order in which they were set, and the number of this version; None before any."""

    rules: tuple[dict[str, Any], ...]
    version: int | None


def set_rule(
    editor: Editor,
    scope: RuleScope,
    remove_after: str | None = None,
    keep_for: str | None = None,
    *,
    reason: str | None = None,
    backdate: str | None = None,
) -> RuleChange:
    """Say when files of a scope may go, how long they stay at least, or both; what is not given stays.

    remove_after, keep_for: durations such as `365d`. UsageError for what is none and where neither is given, NotFound
    for an unknown inbox, Refused for a change of the past without its reason.
    """
    at = check_rule(scope, remove_after, keep_for)
    return _change(
        editor, at, lambda rules: stored_rules.with_rule(rules, at, remove_after, keep_for), reason, backdate
    )


def check_rule(scope: RuleScope, remove_after: str | None, keep_for: str | None) -> Stored:
    """The scope as it is stored; UsageError for what `set_rule` would refuse, before a store is made for nothing."""
    at = stored_rules.check_scope(scope.inbox, scope.category, scope.direction)
    if remove_after is None and keep_for is None:
        raise UsageError(
            "nothing to set",
            hint="say when files may go, how long they stay, or both",
            topic=("retention-set", scope.inbox),
        )
    for duration, what in ((remove_after, "remove_after"), (keep_for, "keep_for")):
        if duration is not None:
            times.duration(duration, what)
    return at


def unset_rule(
    editor: Editor,
    scope: RuleScope,
    *,
    remove_after: bool = False,
    keep_for: bool = False,
    reason: str | None = None,
    backdate: str | None = None,
) -> RuleChange:
    """Take one half of a rule away, or the whole where neither is named; UsageError where there is no such rule."""
    at = stored_rules.check_scope(scope.inbox, scope.category, scope.direction)

    def without(rules: Sequence[Stored]) -> list[Stored]:
        return stored_rules.without_rule(rules, at, remove_after=remove_after, keep_for=keep_for)

    return _change(editor, at, without, reason, backdate)


def _change(
    editor: Editor,
    at: Stored,
    change: Callable[[Sequence[Stored]], list[Stored]],
    reason: str | None,
    backdate: str | None,
) -> RuleChange:
    if "inbox" in at:
        at["inbox"] = inbox_names.normal(at["inbox"])
        _refuse_other_default(editor, at["inbox"])
        editor.inbox_id(at["inbox"])
    before = read.section(editor.connection, "retention")
    after = change(before)
    changed = editor.set_section("retention", after, reason if reason is not None else backdate, backdate=backdate)
    version = stored_rules.newest_version(editor.connection) or 0
    old, new = stored_rules.find_rule(before, at), stored_rules.find_rule(after, at)
    return RuleChange(stored_rules.words(at), old, new, version, changed)


def _refuse_other_default(editor: Editor, name: str) -> None:
    """NotFound for a name that is no inbox and nearest to the word for every inbox."""
    known = read.inbox_ids(editor.connection)
    if name in known:
        return
    names = [*known, inbox_names.RESERVED]
    if nearest(name, names) == inbox_names.RESERVED:
        hint = f"write {inbox_names.RESERVED} for every inbox"
        raise unknown_name(f"no inbox '{name}'", name, names, hint=hint)


def read_rules(store: Store, now: int) -> StoredRules:
    """The rules in force at a moment, a hand edit of the document included."""
    from occ_media_cli.settings.editing import current

    rules: Any = current(store, now).sections.get("retention", [])
    version = stored_rules.newest_version(store.connection) if store.connection is not None else None
    return StoredRules(tuple(dict(rule) for rule in rules), version)
