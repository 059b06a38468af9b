"""A rule's text with one change, and who notices: for a test of the rows of the rules, and for a proof with ledgers."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from occ_media_cli.audit.rule import AuditRule
from tests.unit.audit.rows import Case, ask, database
from tests.unit.audit.rule_cases import CASES

SWAPS: tuple[tuple[str, str], ...] = (
    (r"<=", "<"), (r"(?<![<>=])<(?![=>])", "<="), (r">=", ">"), (r"(?<![<>=-])>(?!=)", ">="),
    (r"<=", ">"), (r"(?<![<>=])<(?![=>])", ">="), (r">=", "<"), (r"(?<![<>=-])>(?!=)", "<="),
    (r"(?<![<>=!])=(?!=)", "<>"), (r"<>", "="),
    (r"\bAND\b", "OR"), (r"\bOR\b", "AND"),
    (r"(?<!NOT )\bEXISTS\b", "NOT EXISTS"), (r"\bNOT EXISTS\b", "EXISTS"),
    (r"\bIS NULL\b", "IS NOT NULL"), (r"\bIS NOT NULL\b", "IS NULL"),
    (r"(?<!NOT )\bIN \(", "NOT IN ("), (r"\bNOT IN \(", "IN ("),
    (r"\bLEFT JOIN\b", "JOIN"), (r"(?<!LEFT )(?<!CROSS )\bJOIN\b", "LEFT JOIN"),
    (r"\bmax\(", "min("), (r"\bmin\(", "max("), (r"\bsum\(", "max("),
    (r"\bcount\(\*\)", "max(1)"), (r"\bDISTINCT ", ""), (r"\bUNION ALL\b", "UNION"),
    (r" DESC\b", ""), (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " + "),
    (r"\blower\(", "upper("), (r"\btrim\(", "("), (r"\bhex\(", "("),
)  # fmt: skip
"""What is changed into what."""

_TEXT = re.compile(r"'([^']*)'")
_NUMBER = re.compile(r"(?<![\w.'])(?<!SELECT )(\d+)\b(?!')|(?<=SELECT )(\d+)(?! FROM)\b")

_FILTERED = "a row without a partner has NULL where the WHERE or EXISTS compares, and falls out there"
_ALONE = "one row of the group has a value, so its largest is its smallest"
_ONE_OF_EACH = "the two sides share no row"

ACCEPTED: tuple[tuple[str, str, str], ...] = (
    ("channel-not-linked", "JOIN -> LEFT JOIN", _FILTERED),
    ("channel-not-linked", "> -> >= in SELECT x.*",
     "without a colon the profile becomes empty, and the channel itself is compared first"),
    ("channel-not-linked", "0 -> 1 in SELECT x.*",
     "only a channel that begins with a colon differs, and no profile is empty"),
    ("deleted-too-early", "coalesce(r.wall_ms, e.deleted_ms) without its fallback in e.agent",
     "the rest of the list tells every row of the group apart"),
    ("flagged-file", "JOIN -> LEFT JOIN", _FILTERED),
    ("interrupted-change", "min( -> max( in f.actor AS changed_by, f.os_user AS changed_by_user, f.wall_ms AS made_ms,"
     " min(nullif(c.actor, '')) AS requested_by", _ALONE),
    ("missing-bytes", "JOIN -> LEFT JOIN", _FILTERED),
    ("surviving-bytes", "JOIN -> LEFT JOIN", _FILTERED),
    ("no-retention-policy", "= -> <> in AND (p.direction",
     "every rule then covers the other of two directions, and only their number is told"),
    ("no-retention-policy", "UNION ALL -> UNION", _ONE_OF_EACH),
    ("not-approved", "JOIN -> LEFT JOIN", _FILTERED),
    ("not-approved", "1 -> 2 in row_number()", "it only has to be more than the 0 beside it"),
    ("not-approved", "1 -> 2 in l.seq DESC", "it only has to be more than the 0 beside it"),
    ("not-approved", "1 -> 2 in CASE WHEN m.seq", "it only has to be more than the 0 beside it"),
    ("not-approved", "1 -> 2 (2) in CASE WHEN m.seq", "it only has to be more than the 0 beside it"),
    ("outdated-approved-file", "1 -> 2 in row_number()", "it only has to be more than the 0 beside it"),
    ("outdated-approved-file", "1 -> 2 in CASE WHEN m.seq", "it only has to be more than the 0 beside it"),
    ("outdated-approved-file", "1 -> 2 in CASE WHEN c.place", "it only has to be more than the 0 beside it"),
    ("not-scanned", "JOIN -> LEFT JOIN", _FILTERED),
    ("not-scanned", "DISTINCT -> nothing", "whoever has a partner there falls out, however many it has"),
    ("type-mismatch", "' audio/mp4=mp4 ' -> another in", "behind the last space of the list nothing is looked for"),
    ("unsupported-type", "' video/x-mp4=mp4 video/mpeg4=mp4 video/mp4v-es=mp4 ' -> another in",
     "behind the last space of the list nothing is looked for"),
    ("not-scanned", "'clean' -> another in WHERE state NOT IN", "whoever has a clean scan fell out before"),
    ("not-scanned", "'infected' -> another in WHERE state NOT IN", "whoever has an infected scan fell out before"),
    ("not-scanned", "'clean' -> another in HAVING", "whoever has a clean scan of its own fell out before"),
    ("not-scanned", "'infected' -> another in HAVING", "whoever has an infected scan of its own fell out before"),
    ("over-quota", "JOIN -> LEFT JOIN", _FILTERED),
    ("over-quota.sqlite", "JOIN -> LEFT JOIN", _FILTERED),
    ("past-retention", "> -> >= in CASE WHEN max(k.keep_for_ms)", "both branches give the same where they are equal"),
    ("past-retention", "JOIN -> LEFT JOIN in JOIN (", _FILTERED),
    ("past-retention", "JOIN -> LEFT JOIN in JOIN policy", "HAVING leaves out what has no remove_after"),
    ("past-retention", "max( -> min( in SELECT k.inbox_id", _ALONE),
    ("past-retention", "max( -> min( (2) in CASE WHEN max(k.keep_for_ms)", _ALONE),
    ("past-retention", "max( -> min( in ELSE max(k.remove_after_ms)", _ALONE),
    ("past-retention", "max( -> min( in HAVING", _ALONE),
    ("past-retention", "DISTINCT -> nothing", "rows that are there twice change no largest value and no first row"),
    ("past-retention", "UNION ALL -> UNION", _ONE_OF_EACH),
    ("past-retention", "1 -> 2 in CASE WHEN r.remove_after_ms IS NULL",
     "it only has to be more than the 0 beside it"),
    ("past-retention", "1 -> 2 (2) in CASE WHEN r.remove_after_ms IS NULL",
     "it only has to be more than the 0 beside it"),
    ("past-retention", "4 -> 5 in CASE WHEN r.inbox",
     "an inbox only has to weigh more than category and direction together"),
    ("past-retention", "4 -> 5 (2) in CASE WHEN r.inbox",
     "an inbox only has to weigh more than category and direction together"),
    ("received-while-off", "JOIN -> LEFT JOIN", _FILTERED),
    ("sent-while-off", "JOIN -> LEFT JOIN", _FILTERED),
    ("same-file-many-times.sqlite", "JOIN -> LEFT JOIN", "a foreign key holds that every record's inbox is there"),
    ("sender-without-permission", "coalesce(r.deny_send, 0) without", "NULL = 1 is as little true as 0 = 1"),
    ("sensitive-inbox-media-on", "JOIN -> LEFT JOIN", _FILTERED),
    ("suppression-unused", "coalesce(s.owner, '') without", "NULL <> '' is as little true as '' <> ''"),
    ("suppression-unused", "coalesce(s.reason, '') without", "NULL <> '' is as little true as '' <> ''"),
)  # fmt: skip
"""Changes that change no finding: the text, how the change begins, and why it cannot matter."""


def accepted(file: str, name: str) -> str | None:
    """Why a change cannot matter."""
    return next((why for where, begins, why in ACCEPTED if where == file and name.startswith(begins)), None)


@dataclass(frozen=True)
class Mutant:
    """A text with one change. line: the line that it is in, before."""

    text: str
    line: str
    change: str

    def name(self) -> str:
        """The change and its line, as ACCEPTED names it."""
        return f"{self.change} in {self.line}"


def mutants(text: str) -> Iterator[Mutant]:
    """Every change of a text, the same ones in each run."""
    quoted = [match.span() for match in _TEXT.finditer(text)]
    seen = Counter[tuple[str, str]]()

    def made(start: int, end: int, new: str, change: str) -> Mutant:
        line = text[text.rfind("\n", 0, start) + 1 :].partition("\n")[0].strip()
        seen[change, line] += 1
        again = f" ({seen[change, line]})" if seen[change, line] > 1 else ""
        return Mutant(text[:start] + new + text[end:], line, f"{change}{again}")

    for pattern, new in SWAPS:
        for match in re.finditer(pattern, text):
            if not any(start < match.start() < end for start, end in quoted):
                yield made(*match.span(), new, f"{match[0].strip()} -> {new.strip() or 'nothing'}")
    for match in _TEXT.finditer(text):
        yield made(*match.span(), f"'{match[1]}?'", f"{match[0]} -> another")
    for match in _NUMBER.finditer(text):  # but not that of SELECT 1 FROM, which EXISTS does not look at
        if not any(start < match.start() < end for start, end in quoted):
            yield made(*match.span(), str(int(match[0]) + 1), f"{match[0]} -> {int(match[0]) + 1}")
    for match in re.finditer(r"\bcoalesce\(", text):
        first, last = _arguments(text, match.end())
        yield made(match.start(), last, text[match.end() : first], f"{text[match.start() : last]} without its fallback")


def _arguments(text: str, start: int) -> tuple[int, int]:
    """The end of the first argument of a call, and that of the call."""
    depth, first = 0, 0
    for place in range(start, len(text)):
        if text[place] == "(":
            depth += 1
        elif text[place] == ")":
            if depth == 0:
                return first or place, place + 1
            depth -= 1
        elif text[place] == "," and depth == 0 and not first:
            first = place
    raise ValueError(text[start:])


class Rows:
    """The rows of a rule's tests, asked of a text."""

    def __init__(self, rule: AuditRule, *, tuned: bool) -> None:
        self.rule = rule
        self.cases = [case for case in CASES if case.rule == rule.id and case.tuned is tuned]
        self.stores = [database(case.rows) for case in self.cases]
        right = rule.tuned if tuned else rule.sql
        assert right is not None
        self.right = [self._answers(case, store, right) for case, store in zip(self.cases, self.stores, strict=True)]
        assert [answers[0] for answers in self.right] == [case.expected for case in self.cases]

    def notice(self, text: str) -> bool:
        """Whether any of them comes out otherwise."""
        try:
            for case, store, right in zip(self.cases, self.stores, self.right, strict=True):
                if self._answers(case, store, text) != right:
                    return True
        except sqlite3.Error:
            return True
        return False

    def _answers(self, case: Case, store: sqlite3.Connection, text: str) -> list[list[tuple[Any, ...]]]:
        """What the tests look at: the rows, and those of periods that begin and end at their times."""
        found = [ask(store, self.rule, text, case)]
        if case.by_time:
            timed = replace(case, columns=(*case.columns, "time_ms"))
            rows = ask(store, self.rule, text, timed)
            for moment in sorted({row[-1] for row in rows}):
                found.append(ask(store, self.rule, text, timed, since=moment))
                found.append(ask(store, self.rule, text, timed, until=moment))
                found.append(ask(store, self.rule, text, timed, since=moment + 1))
        return found
