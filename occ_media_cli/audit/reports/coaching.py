"""Coaching: which agents repeat which mistakes, for training."""

from __future__ import annotations

from collections import Counter, defaultdict

from occ_media_cli import times
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.reports.answer import Answer, choose_columns, not_drawn
from occ_media_cli.audit.rules import load_rule
from occ_media_cli.report import words
from occ_media_cli.report.blocks import Column, Figure, Table

QUESTION = "Which agents repeat which mistakes?"

MISTAKES = (
    "flagged-file", "infected-file", "not-approved", "outdated-approved-file", "over-limit", "refused-attempts",
    "sender-without-permission", "sensitive-content", "sent-while-off", "type-mismatch", "unsupported-type",
)  # fmt: skip
"""Rules about what a person does with a file."""

COLUMNS = (
    Column("agent", "Agent", "id"),
    Column("rule", "Mistake", "id"),
    Column("times", "Times", "count"),
    Column("inboxes", "Inboxes", "list"),
    Column("first", "First", "time"),
    Column("last", "Last", "time"),
    Column("advice", "What helps", "text"),
)

SHOWN, _cells = choose_columns(COLUMNS, "agent", "rule", "times", "inboxes", "last", "advice")


def build(source: RuleSource, scope: AuditScope) -> Answer:
    """Files that agents sent against the rules, by agent and rule, the most frequent first."""
    seen: dict[tuple[str, str], list[int]] = {}
    inboxes: dict[tuple[str, str], set[str]] = defaultdict(set)
    people: Counter[str] = Counter()
    source.prepare([load_rule(rule_id) for rule_id in MISTAKES], scope.values())
    for rule_id in MISTAKES:
        rule = load_rule(rule_id)
        for row in source.judge(rule, {**scope.values(), **rule.bound()}):
            agent = row.get("agent")
            if not agent or row.get("direction", "send") != "send" or not scope.holds(row):
                continue
            moment = int(row["time_ms"])
            found = seen.setdefault((agent, rule_id), [0, moment, moment])
            found[0] += 1
            found[1], found[2] = min(found[1], moment), max(found[2], moment)
            inboxes[agent, rule_id].add(str(row["inbox"]))
            people[agent] += 1
    rows = [
        (
            agent,
            rule_id,
            count,
            sorted(inboxes[agent, rule_id]),
            times.text(first),
            times.text(last),
            load_rule(rule_id).fix[0],
        )
        for (agent, rule_id), (count, first, last) in sorted(seen.items(), key=lambda pair: (-pair[1][0], pair[0]))
    ]
    top = people.most_common(10)
    figures = (
        [Figure("Who needs help most?", [p[0] for p in top], [p[1] for p in top],
                caption=f"most: {top[0][0]}, {words.plural(top[0][1], 'mistake')}"
                + not_drawn(len(people) - len(top), "agent"))]
        if top else []
    )  # fmt: skip
    return Answer(
        "Coaching", QUESTION, COLUMNS, rows,
        f"{words.plural(sum(people.values()), 'mistake')} by {words.plural(len(people), 'agent')}",
        blocks=[Table(SHOWN, [_cells(row) for row in rows])] if rows else [],
        figures=figures,
        totals={"mistakes": sum(people.values()), "agents": len(people)},
        empty="No agent made a mistake in this period.",
    )  # fmt: skip
