"""Plants faults in the code of the reports, one at a time, and asks the oracle on random ledgers: does it see them?

    python proofs/report_faults.py [WORD…]

Each fault is a text of a file and what stands in its place: a cap taken for a count, a join by name, the end of a
window, a zone, a severity. A copy of the program with the fault in it is compared by `proofs/report_oracle.py`, with
nobody told where to look but for the report. Prints how many ledgers it took; ends with 1 where LEDGERS did not do.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEDGERS = 12
"""Ledgers within which the oracle must find each fault."""

CROWDED = 7
"""The seed of a ledger that has more than a page lists, where nothing less shows the fault."""


@dataclass(frozen=True)
class Fault:
    """What is put in the place of a text of one file, and the report that must come out otherwise."""

    name: str
    report: str
    file: str
    old: str
    new: str
    first: int = 0


_AUDIT = "occ_media_cli/audit"
_REPORTS = f"{_AUDIT}/reports"

FAULTS = (
    Fault("the end of a window is inside", "shared", f"{_REPORTS}/shared.py",
          "e.time_ms < :until_ms{{inside}}", "e.time_ms <= :until_ms{{inside}}"),
    Fault("the rest of a negative number", "shared", f"{_REPORTS}/answer.py",
          "(e.time_ms % 86400000 + 86400000) % 86400000", "(e.time_ms % 86400000)"),
    Fault("a trend of eleven parts", "shared", f"{_REPORTS}/shared.py",
          "(day - first) * len(sums) // span", "(day - first) * (len(sums) - 1) // span"),
    Fault("what was read in another inbox of the name", "attempts", f"{_REPORTS}/attempts.py",
          "LEFT JOIN setting s ON s.inbox_id = e.inbox_id AND", "LEFT JOIN setting s ON s.inbox = e.inbox AND"),
    Fault("a reason that a correction gave", "attempts", "occ_media_cli/ledger/entries_sql.py",
          'f"coalesce(a.{name}, r.{name})"', '"r.reason" if name == "reason" else f"coalesce(a.{name}, r.{name})"'),
    Fault("a cap as a count", "senders", f"{_REPORTS}/senders.py",
          "people[kind] = integers(some[0], 7)[0]", "people[kind] = len(some[:MOST])", CROWDED),
    Fault("a chart of ten is all", "senders", f"{_REPORTS}/senders.py",
          'not_drawn(sum(people.values()) - len(top), "sender")', '""', CROWDED),
    Fault("an empty agent", "senders", f"{_REPORTS}/senders.py",
          "nullif(CASE r.direction WHEN 0 THEN w.text ELSE {PERSON} END, '')",
          "CASE r.direction WHEN 0 THEN w.text ELSE {PERSON} END"),
    Fault("a spelling is a person, where the refused are counted", "attempts", f"{_REPORTS}/attempts.py",
          '"customer": PERSON}', '"customer": "r.customer"}'),
    Fault("a spelling is a person, in the totals of senders", "senders", f"{_REPORTS}/senders.py",
          'ELSE {person("sender")} END AS sender, files', "ELSE sender END AS sender, files"),
    Fault("a spelling is a person, in a period", "senders", f"{_REPORTS}/senders.py",
          "WHEN 0 THEN w.text ELSE {PERSON} END", "WHEN 0 THEN w.text ELSE r.customer END"),
    Fault("an alias joins nobody", "senders", "occ_media_cli/store/persons.py",
          "            sets.unite(first, sets.add_id(text))\n", "            sets.add_id(text)\n"),
    Fault("the longest id of a person is the key", "senders", "occ_media_cli/store/persons.py",
          '"@" not in text, len(text), text', '"@" not in text, -len(text), text'),
    Fault("the name of an inbox before it was renamed", "senders", f"{_REPORTS}/answer.py",
          '"SELECT i.id, i.name, i.removed_ms FROM inbox i"',
          '"SELECT i.id, (SELECT min(n.name) FROM inbox_name n WHERE n.inbox_id = i.id), i.removed_ms FROM inbox i"'),
    Fault("a removed inbox joined to its successor", "storage", f"{_REPORTS}/storage.py",
          "        for sums in (boxes[int(row[0])],",
          "        for sums in (boxes[max(n for n, name in names.items() if name.startswith(str(row[1])))],"),
    Fault("a quota of before", "storage", f"{_REPORTS}/storage.py",
          "s.valid_from_ms <= :now_ms AND s.valid_to_ms > :now_ms", "s.valid_from_ms <= :now_ms"),
    Fault("copies of deleted files", "storage", f"{_REPORTS}/storage.py",
          "e.deleted_ms IS NULL AND e.sha256 <> ''", "e.sha256 <> ''"),
    Fault("the extension before the detected type", "storage", "occ_media_cli/ledger/entries_sql.py",
          'ON t.key = coalesce(dt.text, ex.text)"', 'ON t.key = coalesce(ex.text, dt.text)"'),
    Fault("clean beats infected", "coverage", f"{_REPORTS}/coverage.py",
          "CASE WHEN a.infected = 1 OR (b.infected = 1 AND coalesce(a.lost, 0) = 0) THEN 'infected'",
          "CASE WHEN a.clean = 1 OR b.clean = 1 THEN 'clean' WHEN a.infected = 1 THEN 'infected'"),
    Fault("a month of 31 days", "retention", f"{_REPORTS}/retention.py",
          "WHEN x.due_ms <= :now_ms + 2592000000 THEN 6", "WHEN x.due_ms <= :now_ms + 2678400000 THEN 6"),
    Fault("today in another zone", "retention", f"{_REPORTS}/retention.py",
          "    today = scope.now - scope.now % times.DAY\n",
          "    today = scope.now - (scope.now + 7_200_000) % times.DAY\n"),
    Fault("a calendar that ends a week too early", "retention", f"{_REPORTS}/retention.py",
          "_monday(today + AHEAD) + WEEK", "_monday(today + AHEAD)"),
    Fault("a hold forgets the aliases", "retention", "occ_media_cli/ledger/entries_sql.py",
          "WHERE h.released_ms IS NULL AND {COVERS_RECORD})",
          "WHERE h.released_ms IS NULL AND h.first = 1 AND {COVERS_RECORD})"),
    Fault("a version that begins with the end", "settings", f"{_REPORTS}/settings.py",
          "WHERE s.valid_from_ms < :until_ms", "WHERE s.valid_from_ms <= :until_ms"),
    Fault("inboxes counted by their names", "settings", f"{_REPORTS}/settings.py",
          "numbers.add(int(number))", "numbers.add(row[0])"),
    Fault("thirty lanes are all", "settings", f"{_REPORTS}/settings.py",
          'not_drawn(len(by_inbox) - len(found), "inbox", "inboxes")', '""', 13),
    Fault("warnings of a mixed rule are of its own severity", "audit", f"{_AUDIT}/verdict.py",
          "VerdictRow(self.rule, found.severity)", "VerdictRow(self.rule, self.rule.severity)"),
    Fault("the ticks that are drawn as all errors", "audit", f"{_REPORTS}/settings.py",
          "return Lane(name, stretches, drawn, counts, len(inside))", "return Lane(name, stretches, drawn)", CROWDED),
    Fault("a rule that was not judged found nothing", "audit", f"{_AUDIT}/pages/long.py",
          "rules[audit.outcome(verdict)].append",
          "rules[Outcome.NOTHING if verdict.skipped else audit.outcome(verdict)].append"),
    Fault("a rule with nothing to judge found nothing", "audit", f"{_AUDIT}/pages/long.py",
          "rules[audit.outcome(verdict)].append",
          "rules[Outcome.FOUND if verdict.count else Outcome.NOTHING].append"),
    Fault("what is judged at the end of a window", "audit", f"{_AUDIT}/population.py",
          '"entry e", "e.inbox", "e.time_ms >= :since_ms AND e.time_ms < :until_ms"',
          '"entry e", "e.inbox", "e.time_ms >= :since_ms AND e.time_ms <= :until_ms"'),
    Fault("what is judged by the settings of another inbox of the name", "audit", f"{_AUDIT}/population.py",
          "setting s ON s.inbox_id = e.inbox_id AND s.valid_from_ms <= e.time_ms\"",
          "setting s ON s.inbox = e.inbox AND s.valid_from_ms <= e.time_ms\""),
    Fault("a scan that failed looked inside", "audit", f"{_AUDIT}/population.py",
          "IN ('clean', 'infected')", "IN ('clean', 'infected', 'error')"),
    Fault("settings that begin later are judged", "audit", f"{_AUDIT}/population.py",
          " AND s.valid_from_ms <= :now_ms\",", "\","),
    Fault("changes are judged by one clock", "audit", f"{_AUDIT}/population.py",
          " OR ({1} >= :since_ms AND {1} < :until_ms))", ")"),
    Fault("an empty agent is judged", "audit", f"{_AUDIT}/rules/sender-without-permission.sql",
          "-- needs: e.agent <> ''", "-- needs: e.agent IS NOT NULL"),
    Fault("a rule that was skipped judged all", "audit", f"{_AUDIT}/verdict.py",
          "(looked.judged, looked.not_judged) if self.skipped is None else (0, whole)",
          "(looked.judged, looked.not_judged)"),
    Fault("judged is all that there was", "audit", f"{_AUDIT}/pages/long.py",
          "(verdict.rule.id, *controls.counts_of(audit, verdict)) for",
          "(verdict.rule.id, *controls.counts_of(audit, verdict)[:4],"
          " (verdict.judged or 0) + (verdict.not_judged or 0), *controls.counts_of(audit, verdict)[5:]) for"),
    Fault("the period before ends a millisecond late", "audit", f"{_AUDIT}/ask.py",
          '"compare"), until=scope.since)', '"compare"), until=scope.since + 1)'),
    Fault("another period is of all inboxes", "audit", f"{_AUDIT}/ask.py",
          "return replace(scope, since=since, until=until)",
          "return replace(scope, since=since, until=until, inboxes=())"),
    Fault("what goes by now is compared", "audit", f"{_AUDIT}/pages/periods.py",
          "if verdict.rule.comparable and (was or now)", "if was or now"),
    Fault("what was judged before is what is judged now", "audit", f"{_AUDIT}/pages/periods.py",
          "change, other.judged, verdict.judged", "change, verdict.judged, verdict.judged"),
    Fault("some of a rate is none", "audit", "occ_media_cli/report/words.py",
          "max((part * 20_000 + whole) // (whole * 2), int(part > 0))", "part * 10_000 // whole"),
    Fault("a control is without findings though not all was judged", "audit", f"{_REPORTS}/controls.py",
          "whole = not any(silent) and not any(verdict.not_judged for verdict in verdicts)", "whole = not any(silent)"),
    Fault("a suppression covers one finding", "audit", f"{_AUDIT}/suppress.py",
          "self.used[row.position] += 1", "self.used[row.position] = 1"),
    Fault("checks ran by one clock", "audit", f"{_REPORTS}/controls.py",
          "_in_period(scope, int(row[0]), int(row[1]))", "_in_period(scope, int(row[0]))"),
    Fault("the newest check is the first one", "audit", f"{_REPORTS}/controls.py",
          "for run, row in reversed(runs) if", "for run, row in runs if"),
    Fault("only the newest audits are on record", "audit", f"{_AUDIT}/audit_runs.py",
          'f"{len(runs):,}, the newest', 'f"{min(len(runs), 1):,}, the newest'),
    Fault("everything was judged", "audit", f"{_AUDIT}/population.py",
          "SELECT r.inbox, count(*) AS entries, count(s.inbox_id) AS judged",
          "SELECT r.inbox, count(*) AS entries, count(*) AS judged"),
    Fault("mistakes of whoever received", "audit", f"{_REPORTS}/coaching.py",
          'if not agent or row.get("direction", "send") != "send" or', "if not agent or"),
    Fault("the week of today is left out", "retention", "occ_media_cli/report/formats/weeks.py",
          "day == calendar.today or amount.files for", "amount.files for"),
    Fault("a size that is rounded down", "storage", "occ_media_cli/report/words.py",
          "tenths = (number * 10 + unit // 2) // unit", "tenths = number * 10 // unit"),
)  # fmt: skip


def copy_with(fault: Fault, folder: Path) -> None:
    """The program and the oracle, with one fault."""
    for name in ("occ_media_cli", "tests/property"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests/__init__.py", folder / "tests/__init__.py")
    (folder / "proofs").mkdir()
    shutil.copy(ROOT / "proofs/report_oracle.py", folder / "proofs/report_oracle.py")
    file = folder / fault.file
    text = file.read_text("utf-8")
    assert fault.old in text, f"{fault.file} no longer says {fault.old!r}"
    file.write_text(text.replace(fault.old, fault.new), "utf-8")


def ledgers_until_found(fault: Fault) -> tuple[int | None, str]:
    """How many ledgers it took, and what was said; None where none showed it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_with(fault, folder)
        command = [sys.executable, "proofs/report_oracle.py", str(LEDGERS), str(fault.first), "--stop"]
        command += ["--only", fault.report]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    found = re.search(r"^seed (\d+):\n  (.*)", done.stdout, re.MULTILINE)
    if found is None:
        return None, done.stdout + done.stderr[-2_000:]
    return int(found[1]) - fault.first + 1, found[2]


def main() -> int:
    """Plant each fault, and print how many ledgers it took to find it."""
    missed, start = 0, time.monotonic()
    chosen = [f for f in FAULTS if not sys.argv[1:] or any(w in f.name or w == f.report for w in sys.argv[1:])]
    for fault in chosen:
        number, said = ledgers_until_found(fault)
        missed += number is None
        print(f"{f'{number} ledgers' if number else 'MISSED'}  {fault.name}: {said[:160]}", flush=True)
    print(f"{len(chosen)} faults, {missed} missed within {LEDGERS} ledgers, {time.monotonic() - start:.0f} s")
    return int(missed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
