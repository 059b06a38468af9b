"""Whose change a finding tells, worked out from what the events of a store stated and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.property.report_oracle import Ledger, Version, text
from tests.property.report_stated import stated_by

ABOUT = {
    "sent-while-off": "send", "received-while-off": "receive", "not-scanned": "scan",
    "not-approved": "send_approved_only", "channel-not-linked": "channels",
}  # fmt: skip
"""The setting that each rule goes by, of those that judge an entry."""

TOLD = ("setting_from", "setting_by", "setting_at", "setting_reason")


def differences(ledger: Ledger, document: dict[str, Any]) -> Iterator[str]:
    """Findings that name another change than the one that made the setting so."""
    entries = {(entry["source"], entry["id"]): entry for entry in ledger.entries.values()}
    for found in document["findings"]:
        entry = entries.get((found["source"], found["entry"])) if found["entry"] is not None else None
        if entry is None or found["rule"] not in ABOUT:
            continue
        told = tuple(found["evidence"][name] for name in TOLD)
        expected = _change(ledger, entry["inbox"], entry["ms"], ABOUT[found["rule"]])
        if told != expected:
            yield f"{found['rule']} of {found['entry']} tells {told} and not {expected}"


def _change(ledger: Ledger, inbox: int, moment: int, setting: str) -> tuple[Any, ...]:
    """Since when, by whom, made when and why."""
    first = ledger.setting(inbox, moment)
    assert first is not None
    before = _before(ledger, first)
    while before is not None and before.value[setting] == first.value[setting]:
        first, before = before, _before(ledger, before)
    event = None if first.number is None else stated_by(ledger.events, first, setting)
    if event is None:
        return text(first.start), None, None, None
    return text(first.start), event["actor"] or None, text(event["ms"]), event["reason"]


def _before(ledger: Ledger, version: Version) -> Version | None:
    return next((v for v in ledger.versions if (v.inbox, v.end) == (version.inbox, version.start)), None)
