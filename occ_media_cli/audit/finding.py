"""From a row that a rule selected to a finding: its words, evidence, setting in force and fingerprint."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from json import JSONEncoder
from typing import Any

from occ_media_cli import times
from occ_media_cli.audit.rule import AuditRule
from occ_media_cli.report import known_sizes, words
from occ_media_cli.report.json_types import Json
from occ_media_cli.settings.since import SettingChange, SettingSince, StatedSetting, settings_named, stated_by_moment
from occ_media_cli.vocabulary import Severity

_FIELD = re.compile(r"\{([a-z_0-9]+)(?::(size|bytes|time|count|known))?\}")

_KINDS = {
    "size": words.size,
    "bytes": lambda number: words.plural(number, "byte"),
    "time": lambda number: times.text(number) if times.EARLIEST <= number <= times.LATEST else str(number),
    "count": words.count,
}
_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

PLACE = frozenset({"seq", "source", "entry", "inbox", "inbox_id", "time_ms", "setting_version", "setting_from_ms",
                   "setting_about", "severity", "subject", "path", "direction_word", "library_words",
                   "switch_words"})  # fmt: skip
"""Columns that are members of a finding, or serve only its words; every other column is evidence."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting version, as far as findings speak of it. version is negative for a hand edit not recorded yet. values:
    the settings by the names of their columns."""

    inbox_id: int
    inbox: str
    version: int
    valid_from: int
    valid_to: int
    actor: str | None
    reason: str | None
    set_ms: int | None
    uncertain_since: int | None
    values: Mapping[str, object]


def _value(setting: Setting, name: str) -> object:
    return setting.values.get(name)


def _own(setting: Setting) -> SettingChange:
    number = setting.version if setting.version > 0 else None
    return SettingChange(setting.valid_from, number, setting.actor, setting.reason, setting.set_ms)


@dataclass(slots=True)
class SettingsByInbox:
    """The settings history: what was in force, since when each setting had its value, and when that is uncertain."""

    spans: Mapping[tuple[int, int], Setting] = field(default_factory=dict)
    doubts: Mapping[int, Sequence[tuple[int, int]]] = field(default_factory=dict)
    since: SettingSince[Setting] = field(default_factory=lambda: SettingSince((), _value, _own, *stated_by_moment(())))

    @classmethod
    def from_rows(cls, rows: Sequence[Setting], stated: Iterable[tuple[int, StatedSetting]] = ()) -> SettingsByInbox:
        """The history of setting versions in force. A hand edit leaves doubt from when the file was last seen. stated:
        what changes stated, by inbox."""
        doubts: dict[int, list[tuple[int, int]]] = {}
        for row in rows:
            if row.version < 0:
                doubts.setdefault(row.inbox_id, []).append((row.valid_from, row.valid_to))
            if row.uncertain_since is not None and row.uncertain_since < row.valid_from:
                doubts.setdefault(row.inbox_id, []).append((row.uncertain_since, row.valid_from))
        since = SettingSince(rows, _value, _own, *stated_by_moment(stated))
        return cls({(row.inbox_id, row.valid_from): row for row in rows}, doubts, since)

    def made_so(self, inbox_id: int | None, start: int | None, words: str) -> SettingChange | None:
        """The change that made the settings so that words such as `send off` are about, as they are in the span that
        starts then; the one of the span itself where the words name none. None where there is no such span."""
        if inbox_id is None or start is None:
            return None
        span = self.spans.get((inbox_id, start))
        return None if span is None else self.since.change(span, settings_named(words))

    def uncertain(self, inbox_id: int | None, moment: int | None) -> bool:
        """Whether it is not certain which setting was in force then."""
        if inbox_id is None or moment is None:
            return False
        return any(start <= moment < end for start, end in self.doubts.get(inbox_id, ()))


@dataclass(slots=True)
class AuditFinding:
    """One thing that is wrong. `suppressed` says by what it is covered: a suppression of the store, or the baseline."""

    rule: str
    severity: Severity
    message: str
    fingerprint: str
    inbox: str | None
    source: str | None
    entry: str | None
    seq: int | None
    time: int | None
    path: str | None
    setting_version: int | None
    evidence: dict[str, Json]
    group: str
    example: str
    uncertain: bool = False
    subject: str | int | None = None
    suppressed: dict[str, Json] | None = None

    @property
    def place(self) -> str | int | None:
        """The subject of the finding: the entry's id, its number in the chain where the id is erased, or the
        subject."""
        return self.entry if self.entry is not None else self.seq if self.seq is not None else self.subject

    @property
    def under(self) -> str:
        """The heading that people read it under: the inbox, and the setting, or another text that its rule
        groups by."""
        return ", ".join(part for part in (self.inbox, self.group) if part)

    def record(self) -> dict[str, Json]:
        """The finding in the form of contracts.md §7."""
        found: dict[str, Json] = {
            "rule": self.rule,
            "severity": self.severity.value,
            "fingerprint": self.fingerprint,
            "message": self.message,
            "inbox": self.inbox,
            "entry": self.entry,
            "source": self.source,
            "time": times.optional_text(self.time),
            "file": self.path,
            "setting_version": self.setting_version,
            "evidence": self.evidence,
            "suppressed": self.suppressed,
        }
        if self.uncertain:
            found["uncertain"] = True
        return found


@cache
def _parts(template: str) -> tuple[str, ...]:
    """Text, name, kind, text, name, kind, … of a template."""
    return tuple(part or "" for part in _FIELD.split(template))


def filled(template: str, row: Mapping[str, Any]) -> str:
    """A template with the row's values: `{name}`, `{size:size}`, `{size:bytes}`, `{time_ms:time}`, `{n:count}`.
    `{stored:known}` is a sum of sizes beside the column `without_size`: how many files have none on record."""
    parts = _parts(template)
    if len(parts) == 1:
        return template
    made = [parts[0]]
    for index in range(1, len(parts), 3):
        found = row.get(parts[index])
        if found is None:
            made.append("a file" if parts[index] == "name" else "unknown")
        elif isinstance(found, int) and parts[index + 1] == "known":
            made.append(known_sizes.known_size(found, row.get("without_size") or 0))
        elif isinstance(found, int) and parts[index + 1]:
            made.append(_KINDS[parts[index + 1]](found))
        else:
            made.append(str(found))
        made.append(parts[index + 2])
    return "".join(made)


def fingerprint(rule_id: str, row: Mapping[str, Any]) -> str:
    """The same for the same finding in every run: of the rule and the entry, or of the rule, the place and the subject.

    An erased entry has no id any more; its place in the chain stands for it.
    """
    if row.get("entry") is not None:
        place: list[object] = ["entry", row.get("source"), row["entry"]]
    elif row.get("seq") is not None:
        place = ["seq", row["seq"]]
    else:
        subject = row.get("subject")
        if subject is None:
            subject = row.get("setting_version")
        place = ["place", row.get("inbox"), subject]
    text = _encode([rule_id, *place]).encode("utf-8", "surrogatepass")
    return sha256(text).hexdigest()[:32]


def finding(
    rule: AuditRule, row: Mapping[str, Any], settings: SettingsByInbox, *, veiled: bool = False
) -> AuditFinding:
    """The finding that a row of a rule's SELECT stands for. veiled: no person may be named in its words."""
    inbox_id, moment = row.get("inbox_id"), row.get("time_ms")
    evidence: dict[str, Any] = {
        name: value if value.__class__ in _AS_IT_IS else _plain(value)
        for name, value in row.items()
        if value is not None and name not in PLACE
    }
    group = filled(rule.group, row)
    change = settings.made_so(inbox_id, row.get("setting_from_ms"), row.get("setting_about") or rule.setting or "")
    if change is not None:
        start = times.optional_text(change.valid_from)
        evidence["setting_from"] = start
        evidence["setting_by"] = change.actor
        evidence["setting_at"] = times.optional_text(change.set_ms)
        evidence["setting_reason"] = change.reason
        number = f"version {change.version}" if change.version is not None else "a hand edit not recorded yet"
        by = f", by {change.actor}" if change.actor is not None and not veiled else ""
        group = f"{number}: {filled(rule.setting or 'set', row)} from {start}{by}"
    severity, version = row.get("severity"), row.get("setting_version")
    return AuditFinding(
        rule=rule.id,
        severity=_SEVERITIES.get(severity, rule.severity),
        message=filled(rule.message, row) if rule.message else rule.title.rstrip("."),
        fingerprint=fingerprint(rule.id, row),
        inbox=row.get("inbox"),
        source=row.get("source"),
        entry=row.get("entry"),
        seq=row.get("seq"),
        time=moment,
        path=row.get("path"),
        setting_version=version if version is not None and version > 0 else None,
        evidence=evidence,
        group=group,
        example=filled(rule.example, row) if rule.example else "",
        subject=row.get("subject"),
        uncertain=settings.uncertain(inbox_id, moment) or bool(row.get("uncertain")),
    )


_SEVERITIES: Mapping[object, Severity] = {severity.value: severity for severity in Severity}
_AS_IT_IS = frozenset({int, str, bool})


def _plain(value: Any) -> Json:
    """A cell as JSON has it: whole numbers and texts; bytes as hexadecimal digits."""
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return bytes(value).hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)
