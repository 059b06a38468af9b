"""The parts of a document beside its inboxes, checked and brought into the form that is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from occ_media_cli import times
from occ_media_cli.own_patterns import OwnPattern, PatternRefused, check_number, check_pattern
from occ_media_cli.settings import field_checks
from occ_media_cli.settings.document import wording
from occ_media_cli.settings.field_checks import Check, FieldProblem, Path
from occ_media_cli.settings.model import LIST_SECTIONS
from occ_media_cli.vocabulary import CATEGORIES, DIRECTIONS, ROLES, SEVERITIES

LARGEST_PARAMETER = 2**63 - 1
LONGEST_WORD = 60
_GUID = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Inboxes = Mapping[str, object]


def _rows(value: Any, path: Path, header: str) -> list[tuple[Any, Path]]:
    if not isinstance(value, list):
        raise FieldProblem(path, f"{header} must be an array of tables", f"write [[{header}]]")
    return [(row, (*path, index)) for index, row in enumerate(value)]


def policy_rule(row: Mapping[str, Any]) -> dict[str, object]:
    """A retention rule with its durations in milliseconds too."""
    stored: dict[str, object] = {
        key: row[key] for key in ("inbox", "category", "direction") if row.get(key) is not None
    }
    for key in ("remove_after", "keep_for"):
        if row.get(key) is not None:
            stored[key] = row[key]
            stored[f"{key}_ms"] = times.duration(str(row[key]))
    return stored


def _retention(value: Any, path: Path, inboxes: Inboxes) -> list[dict[str, object]]:
    where = "retention: "
    table = field_checks.take(value, path, where, {"rule": lambda rows, _path, _where: rows})
    keys: Mapping[str, Check] = {
        "inbox": field_checks.inbox_reference(inboxes),
        "category": field_checks.one_of(*CATEGORIES),
        "direction": field_checks.one_of(*DIRECTIONS),
        "remove_after": field_checks.span,
        "keep_for": field_checks.span,
    }
    found: list[dict[str, object]] = []
    for row, at in _rows(table.get("rule", []), (*path, "rule"), "retention.rule"):
        rule = field_checks.take(row, at, where, keys)
        if "remove_after" not in rule and "keep_for" not in rule:
            raise FieldProblem(
                at, f"{where}a rule has neither remove_after nor keep_for", 'write remove_after = "365d"',
                lacks=("remove_after", "keep_for"),
            )  # fmt: skip
        scope = tuple(rule.get(key) for key in ("inbox", "category", "direction"))
        if any(tuple(other.get(key) for key in ("inbox", "category", "direction")) == scope for other in found):
            raise FieldProblem(
                at, f"{where}two rules have the same inbox, category and direction", "make them one rule"
            )
        found.append(policy_rule(rule))
    return found


def _agents(value: Any, path: Path, inboxes: Inboxes) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, row in field_checks.table(value, path, "").items():
        field_checks.name(name, (*path, name), "an agent")
        where = f"agent '{name}': "

        def references(value: Any, path: Path, where: str) -> list[str]:
            check = field_checks.inbox_reference(inboxes, listed=True)
            return [check(item, path, where) for item in field_checks.strings(value, path, where)]

        keys: dict[str, Check] = {"role": field_checks.one_of(*ROLES)}
        keys |= dict.fromkeys(("inboxes", "allow_send", "allow_view", "deny_send", "deny_view"), references)
        agent = field_checks.take(row, (*path, name), where, keys)
        if "role" not in agent:
            raise FieldProblem((*path, name), f"{where}has no role", 'write role = "agent"', lacks=("role",))
        found[name] = agent
    return found


def parameter_fault(value: int | str) -> str | None:
    """What is wrong with the value of a rule's parameter, or None. What rules count, wait for and weigh is never
    below nothing, and SQLite, DuckDB and Spark hold whole numbers of 64 bits."""
    if isinstance(value, str):
        return None if field_checks.is_text(value) else "has a character that is no text"
    return None if 0 <= value <= LARGEST_PARAMETER else f"must be a whole number from 0 to {LARGEST_PARAMETER:,}"


def _rules(value: Any, path: Path, _inboxes: Inboxes) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, row in field_checks.table(value, path, "").items():
        field_checks.name(name, (*path, name), "a rule")
        where = f"rule '{name}': "
        rule = dict(field_checks.table(row, (*path, name), where))
        if "severity" in rule:
            field_checks.one_of(*SEVERITIES)(rule["severity"], (*path, name, "severity"), where)
        for key, item in rule.items():
            if isinstance(item, bool) or not isinstance(item, (int, str)):
                raise FieldProblem(
                    (*path, name, key), f"{where}{key} must be a whole number or text", "take the line out, or mend it"
                )
            fault = parameter_fault(item)
            if fault is not None:
                raise FieldProblem((*path, name, key), f"{where}{key} {fault}", "mend it", topic=("rule", name))
        found[name] = rule
    return found


def _suppressions(value: Any, path: Path, inboxes: Inboxes) -> list[dict[str, object]]:
    keys: Mapping[str, Check] = {
        "rule": field_checks.plain,
        "inbox": field_checks.inbox_reference(inboxes),
        "entry": field_checks.string,  # what a source called it, whatever that is
        "reason": field_checks.string,
        "owner": field_checks.string,
        "expires": field_checks.moment,
    }
    found = []
    for row, at in _rows(value, path, "suppression"):
        item = field_checks.take(row, at, "suppression: ", keys)
        if "rule" not in item:
            raise FieldProblem(at, "suppression: has no rule", 'write rule = "over-limit"', lacks=("rule",))
        expires = item.pop("expires", None)
        if expires is not None:
            item["expires_ms"] = expires
            item["expires"] = times.text(expires)
        found.append(item)
    return found


def _channels(value: Any, path: Path, _inboxes: Inboxes) -> dict[str, object]:
    """Own profiles: their form is checked here, their content by the room that knows profiles."""
    found: dict[str, object] = {}
    for name, row in field_checks.table(value, path, "").items():
        field_checks.name(name, (*path, name), "a channel profile")
        where = f"channel '{name}': "
        found[name] = dict(field_checks.table(row, (*path, name), where))
        _storable(row, (*path, name), where)
    return found


def _storable(value: Any, path: Path, where: str) -> None:
    """Texts, whole numbers, switches, arrays and tables: what a version can hold and prove byte for byte."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            field_checks.name(key, (*path, key), f"{where}a key's")
            _storable(item, (*path, key), where)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _storable(item, (*path, index) if isinstance(item, Mapping) else path, where)
    elif not (isinstance(value, int) or field_checks.is_text(value)):
        raise FieldProblem(
            path, f"{where}{path[-1]} must be text, a whole number, true or false, not {field_checks.shown(value)}",
            "write it as text, in quotes",
        )  # fmt: skip


def _store(value: Any, path: Path, _inboxes: Inboxes) -> dict[str, object]:
    return field_checks.take(value, path, "store: ", {
        "second_person": field_checks.boolean, "time_zone": _time_zone,
        "classification": _words, "labels": _labels, "patterns": _patterns,
    })  # fmt: skip


def _time_zone(value: Any, path: Path, where: str) -> str:
    """The zone in which people of this store say times."""
    from occ_media_cli.errors import UsageError
    from occ_media_cli.time_zones import find_zone

    name = field_checks.string(value, path, where)
    try:
        return find_zone(name, f"{where}time_zone").name
    except UsageError as problem:
        meant = None if problem.slip is None else problem.slip.meant[0]
        help_text = f'write time_zone = "{meant or "Europe/Berlin"}"'
        raise FieldProblem(path, problem.what, help_text, meant=meant) from None


def _words(value: Any, path: Path, where: str) -> list[str]:
    """Words that mark a document as not for everybody, in place of those that a scan knows."""
    words = list(dict.fromkeys(field_checks.strings(value, path, where)))
    if any(not word.strip() or len(word) > LONGEST_WORD for word in words):
        raise FieldProblem(path, f"{where}a word has 1 to {LONGEST_WORD} characters", "shorten it")
    return words


def _labels(value: Any, path: Path, where: str) -> dict[str, object]:
    """Names of sensitivity labels by their GUID, and how bad each is."""
    found: dict[str, object] = {}
    keys: Mapping[str, Check] = {"name": field_checks.string, "severity": field_checks.one_of(*SEVERITIES)}
    for guid, row in field_checks.table(value, path, where).items():
        if not _GUID.fullmatch(guid):
            raise FieldProblem((*path, guid), f"{where}'{guid}' is no GUID", "write it as the label has it")
        label = field_checks.take(row, (*path, guid), f"label '{guid}': ", keys)
        if "name" not in label:
            what = f"label '{guid}': has no name"
            raise FieldProblem((*path, guid), what, 'write name = "Confidential"', lacks=("name",))
        found[guid.lower()] = label
    return found


def _patterns(value: Any, path: Path, where: str) -> dict[str, dict[str, Any]]:
    """Patterns of what must not leave, by name: those that every scan can run."""
    found: dict[str, dict[str, Any]] = {}
    keys: Mapping[str, Check] = {"pattern": field_checks.string, "severity": field_checks.one_of(*SEVERITIES)}
    for name, row in field_checks.table(value, path, where).items():
        field_checks.name(name, (*path, name), "a pattern")
        pattern = field_checks.take(row, (*path, name), f"pattern '{name}': ", keys)
        if "pattern" not in pattern:
            what = f"pattern '{name}': has no pattern"
            raise FieldProblem((*path, name), what, 'write pattern = "B-[0-9]{6}"', lacks=("pattern",))
        found[name] = pattern
    at = path
    try:
        for name, pattern in found.items():
            at = (*path, name, "pattern")
            check_pattern(OwnPattern(name, **pattern))
        at = path
        check_number(len(found))
    except PatternRefused as problem:
        raise FieldProblem(at, f"store.patterns: {problem}", "write it another way, such as B-[0-9]{6}") from None
    return found


SectionCheck = Callable[[Any, Path, Inboxes], object]

TOP_KEYS: Mapping[str, tuple[str, SectionCheck]] = {
    "retention": ("retention", _retention),
    "agents": ("agents", _agents),
    "rules": ("rules", _rules),
    "suppression": ("suppressions", _suppressions),
    "channels": ("channels", _channels),
    "store": ("store", _store),
}
"""The key of a document, the section that it fills, and what checks it."""

_BY_SECTION: Mapping[str, tuple[str, SectionCheck]] = {
    section: (key, check) for key, (section, check) in TOP_KEYS.items()
}


def checked(section: str, value: Any, inboxes: Inboxes) -> object:
    """A section in the form that is stored, whoever changes it; Problem for what a document could not say either.

    inboxes: those that the section may name.
    """
    if section not in _BY_SECTION:
        raise FieldProblem((section,), f"there is no section '{section}'", f"the sections are {', '.join(_BY_SECTION)}")
    key, check = _BY_SECTION[section]
    written = value
    if section in LIST_SECTIONS and isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
        written = wording.section(section, value)
    return check({"rule": written} if section == "retention" else written, (key,), inboxes)
