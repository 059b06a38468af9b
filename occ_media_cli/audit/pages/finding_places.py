"""Where and when an audit found something, collected from its findings and drawn."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import EVER_BEFORE, FOREVER
from occ_media_cli.audit.engine import Audit
from occ_media_cli.audit.reports.answer import buckets, not_drawn
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Block, Figure, Lines
from occ_media_cli.vocabulary import Severity

if TYPE_CHECKING:
    from occ_media_cli.audit.engines.interface import RuleSource

BARS = 20
"""Inboxes and rules that its charts show; the caption says how many more there are."""


@dataclass(slots=True)
class FindingPlaces:
    """Where and when the errors and what is suppressed were, from one pass over the findings."""

    errors: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    ticks: dict[str, array[int]] = field(default_factory=dict)  # eight bytes each: a ledger may have millions
    suppressed: Counter[tuple[str, str | None, str, str | None, str | None]] = field(default_factory=Counter)

    @classmethod
    def collect_places(cls, audit: Audit) -> FindingPlaces:
        """Look through the findings once."""
        found = cls()
        for item in audit.findings:
            if item.suppressed is not None:
                by = item.suppressed
                owner, expires = by.get("owner"), by.get("expires")
                found.suppressed[
                    item.rule, item.inbox, str(by["reason"]), None if owner is None else str(owner),
                    None if expires is None else str(expires),
                ] += 1  # fmt: skip
            elif item.severity is Severity.ERROR and item.inbox is not None:
                found.errors[item.inbox] += 1
                if item.time is not None:
                    found.days[item.time - item.time % times.DAY] += 1
                    found.ticks.setdefault(item.inbox, array("q")).append(item.time)
        return found


def place_figures(audit: Audit, source: RuleSource, places: FindingPlaces) -> list[Block]:
    """The errors by inbox and by time, the rules by what they found, and the settings in force over them."""
    from occ_media_cli.audit.reports import settings

    found: list[Block] = []
    every = sorted({*audit.people.inboxes, *places.errors}, key=lambda name: (-places.errors[name], name))
    names = every[:BARS]
    if names:
        top = names[0]
        caption = f"most: {top}, {words.plural(places.errors[top], 'error')}" if places.errors[top] else "no errors"
        caption += not_drawn(len(every) - len(names), "inbox", "inboxes")
        found.append(Figure("Where were the errors?", names, [places.errors[n] for n in names], caption=caption))
    ranked = audit.ranked[:BARS]
    if ranked:
        most = max(audit.ranked, key=lambda v: v.count)
        caption = f"most: {most.rule.id}, {words.plural(most.count, 'finding')}"
        caption += not_drawn(len(audit.ranked) - len(ranked), "rule")
        ids = [v.rule.id for v in ranked]
        found.append(Figure("Which rules found something?", ids, [v.count for v in ranked], caption=caption))
    chart = buckets(dict(places.days), "When were the errors?", "count", "error")
    if chart is not None:
        found.append(chart)
    spans = [
        (str(row[0]), max(int(row[1]), EVER_BEFORE), min(int(row[2]), FOREVER), bool(row[3]))
        for row in source.query(settings.DRAWN, audit.scope.values())
        if not audit.scope.inboxes or row[0] in audit.scope.inboxes
    ]
    found += settings.lanes(spans, audit.scope, places.ticks)
    return found or [Lines(["No setting and no entry lies in this period, so there is nothing to draw."])]
