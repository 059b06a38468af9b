"""Whether the report of a bundle is what its own entries, settings and rules come to.

A manifest that fits says that a bundle is whole, not that its report is true: whoever leaves a finding out makes
another manifest too. So each rule of the program is judged again, over what the bundle encloses, and what comes out is
compared with the report, finding by finding; so are its counts, and the pages that say the same in other forms. Whoever
also leaves out the entry, and everything else that speaks of it, is met by a signature alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from occ_media_cli import __version__, times
from occ_media_cli.audit import engine, rules
from occ_media_cli.audit.audit_scope import AuditScope
from occ_media_cli.audit.bundle import enclosed_evidence, enclosed_views, manifest_facts, page_check, restated
from occ_media_cli.audit.bundle.compared import compared_problems, compared_unshown
from occ_media_cli.audit.bundle.enclosed_views import Unreadable
from occ_media_cli.audit.bundle.stated_report import (
    Lines,
    Problem,
    StatedFindings,
    count_problems,
    read_report,
    record_bytes,
    records,
    sheet_problems,
)
from occ_media_cli.audit.engines.interface import Head
from occ_media_cli.audit.rule import AuditRule
from occ_media_cli.errors import OccMediaError
from occ_media_cli.report import words

WHOLE_LEDGER = frozenset({"over-quota", "same-file-many-times", "suppression-unused"})
"""Rules that count over all entries, or speak of what was found in all: a bundle encloses those with findings alone."""

UNSHOWN = (
    "how much the rules over all entries had to judge", "what the page says of the whole ledger",
    "of which store the ledger is, and how long its chain",
)  # fmt: skip
"""What follows from entries that a bundle does not enclose."""

MOST_NAMED = 10
"""Differences that are named a rule; more are counted."""


@dataclass(slots=True)
class JudgedAgain:
    """What came of it. rules: how many were judged again, of those that are enclosed. left: why some, or all, were not.
    missing: rules of this program that the report does not speak of. unshown: what of the report nothing in the bundle
    shows, which is as true as its signature."""

    rules: int = 0
    enclosed: int = 0
    left: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unshown: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def in_words(self) -> str:
        """It behind `judged again`, for people."""
        parts = [f"{self.rules} of {self.enclosed} rules", *self.left]
        if self.missing:
            named = ", ".join(self.missing[:3]) + (
                f" and {words.plural(len(self.missing) - 3, 'more rule')}" if len(self.missing) > 3 else ""
            )
            parts.append(f"not asked: {named}")
        return "; ".join(parts)


def judge_again(lines: Lines, files: Sequence[str], manifest: Mapping[str, Any]) -> JudgedAgain:
    """Judge again by what a bundle encloses. lines: those of a file. files: their names, which the manifest lists."""
    found = JudgedAgain()
    names = [name[len("rules/") : -len(".sql")] for name in files if name.startswith("rules/")]
    found.enclosed = len(names)
    found.missing = [name for name in rules.RULES if name not in names]
    try:
        head, stated = read_report(lines)
        found.problems += count_problems(head, stated, names)
        _claims(found, head, stated, names, files)
        found.problems += sheet_problems(lines, head.get("window"))
        wanted = [*enclosed_views.OTHER_FILES, *map(enclosed_views.file_of, enclosed_views.ENCLOSED)]
        missing = [name for name in wanted if name not in files]
        if manifest.get("pseudonyms") is True:
            found.left.append("under pseudonyms no rule can be")
            found.problems += enclosed_evidence.pseudonym_problems(lines, files)
            if not found.problems:
                _counts(found, lines, manifest, head, names, files)
        elif missing and manifest.get("program") != f"{manifest_facts.PROGRAM} {__version__}":
            found.left.append("an older version enclosed too little")
        elif missing:
            found.problems += [(name, "is missing") for name in missing]
        else:
            _judge(found, lines, files, manifest, head, stated, names)
    except Unreadable as problem:
        found.problems.append((problem.file, problem.words))
    return found


def _claims(
    found: JudgedAgain, head: Mapping[str, Any], stated: StatedFindings, names: Sequence[str], files: Sequence[str]
) -> None:
    """What a report says of itself: no bundle is made of a ledger that was not verified, and it has all its rules."""
    file = manifest_facts.REPORT
    integrity, skipped = head.get("integrity"), head.get("skipped")
    wanted = {"schema": "ok", "verified": "all", "problems": 0, "entries": head.get("ledger_entries"),
              "head": head.get("ledger_head")}  # fmt: skip
    if not isinstance(integrity, dict) or any(integrity.get(name) != value for name, value in wanted.items()):
        found.problems.append((file, "says of the ledger's integrity what no bundle says"))
    elif integrity.get("unrecorded", []) != [] or integrity.get("ledger", True) is not True:
        found.problems.append((file, "rests on settings that are on no record, which no bundle does"))
    failed = isinstance(skipped, list) and any(each.get("reason") != engine.WHOLE_ONLY for each in skipped)
    if head.get("incomplete") is not failed:
        found.problems.append((file, "says wrongly whether it is complete"))
    for rule in sorted(stated.counts.keys() - set(names)):
        found.problems.append((file, f"has findings of {rule}, whose rule is not in the bundle"))
    known = {f"{enclosed_views.FOLDER}/{view}.ndjson" for view in (*enclosed_views.ENCLOSED, enclosed_views.BASELINE)}
    for name in files:
        if name.startswith(f"{enclosed_views.FOLDER}/") and name not in known:
            found.problems.append((name, "is no view of a bundle"))


def _judge(
    found: JudgedAgain, lines: Lines, files: Sequence[str], manifest: Mapping[str, Any], head: Mapping[str, Any],
    stated: StatedFindings, names: Sequence[str],
) -> None:  # fmt: skip
    """Judge by the rules of the program that are enclosed, and compare."""
    import sqlite3

    from occ_media_cli.audit.engines.sqlite import empty_store

    connection = empty_store()
    try:
        at = Head(str(head.get("ledger_head")), 0, int(manifest["ledger_entries"]), None)
        source = enclosed_views.enclosed(lines, at, connection)
        found.problems += enclosed_evidence.entry_problems(connection, stated, lines)
        chosen = enclosed_evidence.configured_rules(connection, lines, names, found.problems)
        _tell_left(found, chosen, names)
        scope = _scope(manifest)
        baseline = enclosed_views.file_of(enclosed_views.BASELINE)
        known = enclosed_evidence.read_baseline(lines) if baseline in files else None
        audit = engine.audit(source, chosen, scope, known)
        judged = [rule for rule in chosen if rule.id not in WHOLE_LEDGER]
        found.rules = len(judged)
        again = StatedFindings()
        for each in audit.findings:
            again.add_finding(each.record())
        for rule in judged:
            digests = [part.hashes[rule.id].digest() if rule.id in part.hashes else b"" for part in (stated, again)]
            if digests[0] != digests[1]:
                found.problems += _differences(rule, lines, audit)
        if not found.problems:
            again_of = {rule.id: audit.findings for rule in judged}
            every = enclosed_evidence.every_rule(chosen, names, lines, files)
            scope = replace(scope, zone=head["window"]["zone"])
            told = restated.restate(head, islice(records(lines), 1, None), every, scope, again_of)
            found.problems += restated.head_problems(told, head)
            found.problems += restated.count_problems(told, audit, source, known)
            found.problems += compared_problems(told, lines, files, enclosed=True)
            found.unshown += [*UNSHOWN, *compared_unshown(told, enclosed=True)]
        if not found.problems:
            found.problems += page_check.problems(told, source, head, lines, again_of)
    except (sqlite3.Error, sqlite3.Warning, OccMediaError, ValueError, TypeError, KeyError, OverflowError,
            AttributeError, StopIteration) as problem:  # fmt: skip
        if isinstance(problem, Unreadable):
            raise
        words = f"cannot be judged again by what is enclosed: {_words(problem)}"
        found.problems.append((manifest_facts.REPORT, words))
    finally:
        connection.close()


def _counts(
    found: JudgedAgain, lines: Lines, manifest: Mapping[str, Any], head: Mapping[str, Any], names: Sequence[str],
    files: Sequence[str],
) -> None:  # fmt: skip
    """Whether the head of a report says what its findings and its own counts come to, where no rule is judged again."""
    try:
        every = [restated.rule_named(name) or restated.unknown_rule(name, head) for name in names]
        scope = replace(_scope(manifest), zone=head["window"]["zone"])
        told = restated.restate(head, islice(records(lines), 1, None), every, scope, {})
        found.problems += restated.head_problems(told, head)
        found.problems += compared_problems(told, lines, files, enclosed=False)
        found.unshown += ["the findings and the page", *UNSHOWN, *compared_unshown(told, enclosed=False)]
    except (OccMediaError, ValueError, TypeError, KeyError, AttributeError, StopIteration) as problem:
        found.problems.append((manifest_facts.REPORT, f"has not the shape of a report: {_words(problem)}"))


def _tell_left(found: JudgedAgain, chosen: Sequence[AuditRule], names: Sequence[str]) -> None:
    """Say which of the rules that are enclosed are not judged again."""
    own = [name for name in names if name not in rules.RULES]
    if own:
        found.left.append(f"own rules are not: {', '.join(own[:3])}{' …' if len(own) > 3 else ''}")
    counted = [rule.id for rule in chosen if rule.id in WHOLE_LEDGER]
    if counted:
        found.left.append(f"of the whole ledger, and not: {', '.join(counted)}")


def _words(problem: Exception) -> str:
    """A problem in words; a member that is not there says its name alone."""
    if isinstance(problem, KeyError):
        return f"it lacks {problem.args[0]}"
    return problem.what if isinstance(problem, OccMediaError) else str(problem)


def _scope(manifest: Mapping[str, Any]) -> AuditScope:
    since, until = (None if manifest[name] is None else times.parse(manifest[name]) for name in ("since", "until"))
    return AuditScope(times.parse(manifest["made"]), since, until, tuple(manifest["inboxes"] or ()))


def _differences(rule: AuditRule, lines: Lines, audit: engine.Audit) -> Iterator[Problem]:
    """The findings of a rule that stand in the report or come of its evidence, and not in both alike."""
    stated: dict[str, bytes] = {}
    places: dict[str, object] = {}
    for number, record in enumerate(records(lines)):
        if number and record["rule"] == rule.id:
            stated[str(record["fingerprint"])] = record_bytes(record)
            places[str(record["fingerprint"])] = record["entry"] or record.get("inbox")
    again = {}
    for each in audit.findings.findings_of(rule.id):
        again[each.fingerprint] = record_bytes(each.record())
        places[each.fingerprint] = each.entry or each.inbox
    told = 0
    for key in sorted(stated.keys() | again.keys()):
        if stated.get(key) == again.get(key):
            continue
        words = "lacks a finding of" if key not in stated else "has a finding that nothing gives of"
        words = "says something else of" if key in stated and key in again else words
        if told < MOST_NAMED:
            yield manifest_facts.REPORT, f"{words} {rule.id}: {places[key]}"
        told += 1
    if told > MOST_NAMED:
        yield manifest_facts.REPORT, f"differs in {told - MOST_NAMED:,} more findings of {rule.id}"
    if not told:
        yield manifest_facts.REPORT, f"has the findings of {rule.id} in another order, or twice"
