"""What the pages of an audit must say, from its findings and the rows of the ledger; and what coaching must.

That the findings are the right ones is proved elsewhere (`proofs/audit_oracle.py`). Here every count, row, label, chart
and order that is made of them is computed again, in each format. Shares no code with the program; of the rules it reads
the headers, which are the words that people read.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.property import report_formats as forms
from tests.property.report_judged import Judges
from tests.property.report_oracle import (
    EPOCH,
    REPORTS,
    Ledger,
    Said,
    Scope,
    bars,
    course,
    cut,
    lanes,
    many,
    midnight,
    only,
    text,
)

RULES = Path(__file__).parents[2] / "occ_media_cli" / "audit" / "rules"
RANK = {"error": 3, "warning": 2, "note": 1}
MISTAKES = ("flagged-file", "infected-file", "not-approved", "outdated-approved-file", "over-limit", "refused-attempts",
            "sender-without-permission", "sensitive-content", "sent-while-off", "type-mismatch", "unsupported-type")  # fmt: skip


class Anything(str):
    """A cell that is not compared: words of a rule about one file, or of this machine."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


ANY = Anything("…")


@cache
def header(rule: str) -> dict[str, Any]:
    """The header of a rule: its words, and what to do as a list."""
    found: dict[str, Any] = {"fix": []}
    key = ""
    for line in (RULES / f"{rule}.sql").read_text("utf-8").splitlines():
        if not line.startswith("--"):
            break
        more = re.fullmatch(r"--   +(.*)", line)
        if more is not None and key == "fix":
            found["fix"][-1] += f" {more[1].strip()}"
        elif more is not None:
            found[key] += f" {more[1].strip()}"
        else:
            key, value = re.fullmatch(r"-- ([a-z]+): (.*)", line).groups()  # type: ignore[union-attr]  # else it fails
            if key == "fix":
                found["fix"].append(value.strip())
            else:
                found[key] = value.strip()
    return found


def heading(rule: str, count: int) -> str:
    said = header(rule)
    if count == 1:
        return str(said.get("one") or said["title"].rstrip("."))
    return str(said.get("many") or "{count} times: " + said["title"].rstrip(".")).replace("{count}", f"{count:,}")


def asked_rules() -> list[str]:
    return sorted(file.name.removesuffix(".sql") for file in RULES.glob("*.sql") if ".sqlite." not in file.name)


def milliseconds(moment: str) -> int:
    return (datetime.fromisoformat(moment.replace("Z", "+00:00")) - EPOCH) // timedelta(milliseconds=1)


STANDARDS = {"iso27001": ("ISO/IEC 27001:2022", {
    "A.5.3": "Segregation of duties", "A.5.12": "Classification of information", "A.5.14": "Information transfer",
    "A.5.18": "Access rights", "A.5.28": "Collection of evidence", "A.5.33": "Protection of records",
    "A.5.34": "Privacy and protection of PII",
    "A.5.36": "Compliance with policies, rules and standards for information security",
    "A.8.3": "Information access restriction", "A.8.6": "Capacity management", "A.8.7": "Protection against malware",
    "A.8.10": "Information deletion", "A.8.12": "Data leakage prevention", "A.8.13": "Information backup",
    "A.8.15": "Logging", "A.8.16": "Monitoring activities", "A.8.17": "Clock synchronization",
    "A.8.32": "Change management",
}), "pci-dss": ("PCI DSS 4.0.1", {
    "3.2.1": "Account data is stored as little and as briefly as possible",
    "5.2": "Malware is prevented, or detected and addressed",
    "5.3": "Anti-malware mechanisms are active, maintained and monitored",
    "6.5.1": "Changes of systems follow a procedure", "7.2": "Access is defined and assigned",
    "10.2": "Logs record what is needed to detect and to investigate",
    "10.3": "Logs are protected from destruction and unauthorized change",
    "10.5.1": "The history of logs is retained", "10.6": "Clocks are synchronized",
}), "gdpr": ("GDPR", {
    "Art. 5(1)(a)": "Lawfulness, fairness and transparency", "Art. 5(1)(b)": "Purpose limitation",
    "Art. 5(1)(c)": "Data minimisation", "Art. 5(1)(d)": "Accuracy", "Art. 5(1)(e)": "Storage limitation",
    "Art. 5(1)(f)": "Integrity and confidentiality", "Art. 5(2)": "Accountability", "Art. 17": "Right to erasure",
    "Art. 25": "Data protection by design and by default", "Art. 30": "Records of processing activities",
    "Art. 32": "Security of processing",
})}  # fmt: skip
"""The standards by the word of headers: what they are called, and what their controls are about."""


def title_of(word: str, number: str) -> str | None:
    """What a control is about, by its own title or that of the article which it is a part of."""
    titles = STANDARDS[word][1]
    return next((titles[part] for part in (number, number.split("(")[0]) if part in titles), None)


@cache
def served(rule: str) -> list[tuple[str, str, str]]:
    """The controls that the header of a rule names: the word of the standard, the number, and why."""
    lines = (RULES / f"{rule}.sql").read_text("utf-8").splitlines()
    return [found.groups() for line in lines if (found := re.fullmatch(r"-- control: (\S+) ([^:]+): (.*)", line))]  # type: ignore[misc]


def whole(suppression: dict[str, Any]) -> bool:
    """It says why, who answers for it, and until when."""
    return all(suppression.get(key) for key in ("reason", "owner")) and suppression.get("expires_ms") is not None


def in_force(suppression: dict[str, Any], now: int) -> bool:
    return whole(suppression) and now < int(suppression["expires_ms"])


class Judged:
    """The findings of a document, counted."""

    def __init__(
        self, ledger: Ledger, scope: Scope, document: dict[str, Any], command: str, store: str = "",
        before: Judged | None = None,
    ) -> None:  # fmt: skip
        self.ledger, self.scope, self.command, self.store, self.before = ledger, scope, command, store, before
        self.all = document["findings"]
        self.findings = [found for found in self.all if found["suppressed"] is None]
        self.suppressed = [found for found in self.all if found["suppressed"] is not None]
        self.by_severity = Counter(found["severity"] for found in self.findings)
        cells: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for found in self.findings:
            cells[found["severity"], found["rule"]].append(found)
        self.rows = sorted(cells.items(), key=lambda pair: (-RANK[pair[0][0]], -len(pair[1]), pair[0][1]))
        self.entries = ledger.looked_at(scope)
        self.unjudged = sum(ledger.setting(entry["inbox"], entry["ms"]) is None for entry in self.entries)
        self.inboxes = {ledger.names[entry["inbox"]] for entry in self.entries}
        self.boxes = len({entry["inbox"] for entry in self.entries})  # two may have had one name
        whole = scope.since is None and scope.until is None and not scope.inboxes
        self.skipped = [] if whole else ["suppression-unused"]
        self.looked = Judges(ledger, scope).all()
        for rule in self.skipped:
            self.looked[rule] = 0, sum(self.looked[rule])
        self.counts = self.rule_counts()

    def by_rule(self) -> list[tuple[str, str, int]]:
        """Rule, worst severity and count, the worst and the most frequent first."""
        counts = Counter(found["rule"] for found in self.findings)
        worst = {rule: max((f["severity"] for f in self.findings if f["rule"] == rule), key=RANK.__getitem__)
                 for rule in counts}  # fmt: skip
        return sorted(((rule, worst[rule], counts[rule]) for rule in counts), key=lambda r: (-RANK[r[1]], -r[2], r[0]))

    def totals(self) -> str:
        return ", ".join(many(self.by_severity[name], name) for name in ("error", "warning", "note"))

    def where(self, found: list[dict[str, Any]]) -> str:
        ranked = sorted(Counter(f["inbox"] for f in found).items(), key=lambda pair: (-pair[1], pair[0] or ""))
        places = [f"{'no inbox' if name is None else name} {number:,}" for name, number in ranked]
        return ", ".join(places if len(places) < 4 else [*places[:2], f"{len(places) - 2:,} more inboxes"])

    def quiet(self, word: str) -> list[str]:
        named = {found["rule"] for found in self.findings}
        silent = [rule for rule in asked_rules() if rule not in named and rule not in self.skipped]
        covered = {found["rule"] for found in self.suppressed} & set(silent)
        empty = [rule for rule in silent if self.empty(rule)]
        nothing = len(silent) - len(covered) - len(empty)
        where = "" if self.findings else f" in {many(len(self.entries), 'entry')}"
        said = []
        if nothing:
            said.append(f"{many(nothing, word)} found nothing{where}.")
        if empty:
            said.append(f"{many(len(empty), word)} had nothing to judge.")
        if covered:
            said.append(f"{many(len(covered), word)} found only what is suppressed.")
        if self.skipped:
            said.append(f"{many(len(self.skipped), 'rule')} could not be judged here: {', '.join(self.skipped)}.")
        return said

    def empty(self, rule: str) -> str | None:
        """Why nothing follows from the silence of a rule."""
        judged, not_judged = self.looked[rule]
        silent = judged == 0 and rule not in self.skipped and not any(self.counts[rule].values())
        if not silent:
            return None
        return f"nothing judged: {not_judged:,} without {header(rule)['lacks']}" if not_judged else "nothing to judge"

    def result(self, rule: str) -> str:
        """What came of a rule, in words."""
        if rule in self.skipped:
            return "not judged: judged over the whole ledger only"
        counts = self.counts[rule]
        if any(counts[name] for name in RANK):
            return "found something"
        return "all suppressed" if counts["suppressed"] else self.empty(rule) or "found nothing"

    def document(self) -> dict[str, Any]:
        """What its head must say."""
        window = self.scope.window()
        return {
            "schema": "occ-media/audit/1", "since": window["since"], "until": window["until"],
            "inboxes": list(self.scope.inboxes) or None, "ledger_head": self.ledger.head[1].hex(),
            "ledger_entries": len(self.ledger.entries), "entries": len(self.entries), "incomplete": False,
            "skipped": [{"rule": rule, "reason": "judged over the whole ledger only"} for rule in self.skipped],
            "window": window, "summary": self.summary(), "compare": self.compared(),
            "controls": [
                {"rule": rule, "framework": STANDARDS[word][0], "control": number, "title": title_of(word, number),
                 "why": why}
                for rule in asked_rules() for word, number, why in served(rule)
            ],
        }  # fmt: skip

    def compared(self) -> dict[str, Any] | None:
        before = self.before
        if before is None:
            return None
        return {"window": before.scope.window(), "entries": len(before.entries), "incomplete": False,
                **before.summary()}  # fmt: skip

    def summary(self) -> dict[str, Any]:
        by_rule = [
            {"rule": rule, **self.counts[rule], "judged": self.looked[rule][0], "not_judged": self.looked[rule][1]}
            for rule in asked_rules()
        ]
        return {**{name: self.by_severity[name] for name in RANK}, "suppressed": len(self.suppressed),
                "unjudged": self.unjudged, "by_rule": by_rule}  # fmt: skip

    def every(self) -> tuple[Any, ...]:
        """A row for each rule, and what it had to judge."""
        columns = [("", "Rule", "id"), ("", "Errors", "count"), ("", "Warnings", "count"), ("", "Notes", "count"),
                   ("", "Suppressed", "count"), ("", "Judged", "count"), ("", "Not judged", "count"),
                   ("", "Result", "text")]  # fmt: skip
        rows = [(rule, *self.counts[rule].values(), *self.looked[rule], self.result(rule)) for rule in asked_rules()]
        caption = "What each rule had to judge: entries, changes, settings or what else it looks at"
        return ("table", caption, columns, rows)

    def rate(self) -> str:
        """Errors to 1,000 entries of what can be compared, halves up; 0.0 only where there is none."""
        errors = sum(self.counts[rule]["error"] for rule in asked_rules() if header(rule).get("compare") != "no")
        if not self.entries:
            return "-"
        tenths = (errors * 10_000 * 2 // len(self.entries) + 1) // 2
        tenths = max(tenths, 1) if errors else 0
        return f"{tenths // 10:,}.{tenths % 10}"

    def against(self) -> list[Any]:
        """The differences to another period: a row for each rule and severity that found something in either."""
        before = self.before
        assert before is not None
        rows = []
        for severity in RANK:
            for rule in asked_rules():
                was, now = before.counts[rule][severity], self.counts[rule][severity]
                if header(rule).get("compare") != "no" and was + now:
                    change = "0" if was == now else f"+{now - was:,}" if now > was else f"-{was - now:,}"
                    rows.append((severity, rule, was, now, change, before.looked[rule][0], self.looked[rule][0]))
        left_out = [rule for rule in asked_rules() if header(rule).get("compare") == "no"]
        lines = [
            f"{many(len(self.entries), 'entry')}, {len(before.entries):,} before; {self.rate()} errors to 1,000"
            f" entries, {before.rate()} before",
            f"not compared, because they go by what stands now: {', '.join(left_out)}",
        ]
        title = f"Compared with {before.scope.words()}"
        columns = [("", "Severity", "state"), ("", "Rule", "id"), ("", "Before", "count"), ("", "Now", "count"),
                   ("", "Change", "id"), ("", "Judged before", "count"), ("", "Judged now", "count")]  # fmt: skip
        return [("table", title, columns, rows), *lines] if rows else [f"{title}: no findings", *lines]

    def recorded(self) -> str:
        """The audits that are on record, whenever they ran."""
        runs = [event for event in self.ledger.events if event["kind"] == "audit-run"]
        if not runs:
            return "none"
        return f"{len(runs):,}, the newest made {text(runs[-1]['wall'])} by {runs[-1]['actor'] or 'nobody known'}"

    def covering(self, found: dict[str, Any]) -> int | None:
        """The place of the first suppression in force that covers a finding."""
        ids = (found["entry"], f"{found['source']}:{found['entry']}")
        for place, each in enumerate(self.ledger.sections.get("suppressions", ())):
            if (
                each["rule"] == found["rule"] and in_force(each, self.scope.now)
                and each.get("inbox") in (None, found["inbox"])
                and (each.get("entry") is None or (found["entry"] is not None and each["entry"] in ids))
            ):  # fmt: skip
                return place
        return None

    def suppressions(self) -> list[dict[str, Any] | None]:
        """What covers each finding, as the document says it."""
        every = self.ledger.sections.get("suppressions", ())
        return [
            None if (place := self.covering(found)) is None else
            {"by": "suppression", **{key: every[place][key] for key in ("reason", "owner", "expires")}}
            for found in self.all
        ]  # fmt: skip

    def rule_counts(self) -> dict[str, dict[str, int]]:
        """Of each rule: its findings by severity, and what is suppressed."""
        counts = {rule: dict.fromkeys((*RANK, "suppressed"), 0) for rule in asked_rules()}
        for found in self.all:
            counts[found["rule"]]["suppressed" if found["suppressed"] else found["severity"]] += 1
        return counts

    def figures(self) -> list[tuple[Any, ...]]:
        errors = [found for found in self.findings if found["severity"] == "error" and found["inbox"] is not None]
        counts = Counter(found["inbox"] for found in errors)
        made: list[tuple[Any, ...]] = []
        every = sorted({*self.inboxes, *counts}, key=lambda name: (-counts[name], name))
        if every:
            caption = f"most: {every[0]}, {many(counts[every[0]], 'error')}" if counts[every[0]] else "no errors"
            caption += cut(len(every), min(20, len(every)), "inbox", "inboxes")
            made.append(bars("Where were the errors?", [(name, counts[name]) for name in every[:20]], caption))
        ranked = self.by_rule()
        if ranked:
            top = max(ranked, key=lambda rule: rule[2])
            caption = f"most: {top[0]}, {many(top[2], 'finding')}{cut(len(ranked), min(20, len(ranked)), 'rule')}"
            made.append(bars("Which rules found something?", [(rule[0], rule[2]) for rule in ranked[:20]], caption))
        ticks: dict[str, list[int]] = defaultdict(list)
        days: Counter[int] = Counter()
        for found in errors:
            if found["time"] is not None:
                ticks[found["inbox"]].append(milliseconds(found["time"]))
                days[midnight(ticks[found["inbox"]][-1])] += 1
        made += course(dict(days), "When were the errors?", "error")
        return made + lanes(self.ledger, self.scope, ticks)

    def verdict(self) -> str:
        errors = Counter(found["rule"] for found in self.findings if found["severity"] == "error")
        worst = [rule for rule, severity, _ in self.by_rule() if severity == "error"]
        said = ", ".join(heading(rule, errors[rule]) for rule in worst[:3])
        more = f", and {many(len(worst) - 3, 'further rule')} found errors" if len(worst) > 3 else ""
        where = "The period holds no entry, so no file was judged"
        if self.entries:
            boxes = many(self.boxes, "inbox", "inboxes")
            where = f"In {boxes} and {many(len(self.entries), 'entry')}"
        body = f"{where}, {said}{more}." if said else f"{where}."
        unjudged = f" {many(self.unjudged, 'entry')} could not be judged, because no setting was in force."
        return (
            f"{many(self.by_severity['error'], 'error')}, {many(self.by_severity['warning'], 'warning')}. {body}"
            f"{unjudged if self.unjudged else ''}"
        )

    def page(self) -> list[Any]:
        """The long page: texts and blocks, in their order, without lines over rows."""
        head, entries = self.ledger.head[1].hex(), len(self.ledger.entries)
        page: list[Any] = [
            ("facts", [("Ledger head", head), ("Ledger entries", f"{entries:,}"), ("Ledger", ANY),
                       ("Checkpoint", "not compared"), ("Audits on record", self.recorded()), ("Entries looked at", f"{len(self.entries):,}"),
                       ("Unjudged: no setting in force", f"{self.unjudged:,}"), ("Complete", "yes"),
                       ("Suppressed", f"{len(self.suppressed):,}")]),
            "Findings by rule",
        ]  # fmt: skip
        if self.rows:
            table = [(severity, rule, len(found), self.where(found), header(rule)["fix"][0])
                     for (severity, rule), found in self.rows]  # fmt: skip
            columns = [("", "Severity", "state"), ("", "Rule", "id"), ("", "Findings", "count"), ("", "Where", "text"),
                       ("", "What to do", "text")]  # fmt: skip
            page += [("table", None, columns, table), *self.quiet("further rule")]
        else:
            page += self.quiet("rule")
        page.append(self.every())
        if self.before is not None:
            page += ["Against another period", *self.against()]
        page += [
            "Where and when",
            *(self.figures() or ["No setting and no entry lies in this period, so there is nothing to draw."]),
        ]
        page.append("Findings")
        for (severity, rule), found in self.rows:
            fixes = header(rule)["fix"]
            numbered = fixes if len(fixes) == 1 else [f"{n}. {step}" for n, step in enumerate(fixes, 1)]
            page += [f"{rule}: {heading(rule, len(found))}", f"{severity}: {header(rule)['why']}"]
            page += [("How to fix it: " if n == 0 else "") + step for n, step in enumerate(numbered)]
            page += [f"Serves {STANDARDS[word][0]} {number}: {why}" for word, number, why in served(rule)]
            caption = many(len(found), "finding")
            if len(found) > 200:
                caption = f"200 of {caption}; all: {self.command} --rule {rule}"
            columns = [("", "Time", "time"), ("", "File", "text"), ("", "Entry", "id")]
            page.append(("table", caption, columns, [(f["time"], ANY, f["entry"]) for f in found[:200]]))
        if not self.rows:
            page += self.quiet("rule")
        for name, title in (
            ("settings", "Settings in force"), ("shared", "What was shared"), ("attempts", "Attempts refused"),
            ("senders", "Senders"), ("storage", "Storage"), ("coverage", "Scan coverage"), ("retention", "Retention"),
        ):  # fmt: skip
            said = REPORTS[name](self.ledger, self.scope)
            page += [title, *said.shown(figures=True), said.last]
        page.append("Suppressed")
        covered: Counter[tuple[Any, ...]] = Counter()
        for found in self.suppressed:
            by = found["suppressed"]
            covered[found["rule"], found["inbox"], by["reason"], by.get("owner"), by.get("expires")] += 1
        columns = [("", "Rule", "id"), ("", "Inbox", "id"), ("", "Findings", "count"), ("", "Reason", "text"),
                   ("", "Owner", "id"), ("", "Ends", "time")]  # fmt: skip
        table = [(*key[:2], count, *key[2:]) for key, count in sorted(covered.items(), key=lambda pair: str(pair[0]))]
        page.append(("table", None, columns, table) if table else "No finding is suppressed.")
        page += ["How this was made", ANY, "Each entry was judged by the setting version in force at its millisecond."]
        page += [f"{rule} was not judged: judged over the whole ledger only" for rule in self.skipped]
        page += ["What this report cannot show", ANY, ANY, ANY, ANY, "How to verify it", ANY, ANY, "Ledger head"]
        return [*page, ("facts", [("Head", head), ("Entries", f"{entries:,}")])]

    def markdown(self) -> forms.Lines:
        lines: forms.Lines = [["Media audit"], [self.about()], [self.scope.words()]]
        for part in self.page():
            if isinstance(part, str):
                lines.append([part])
            elif part[0] == "facts":
                lines += [["Fact", "Value"], *(list(pair) for pair in part[1])]
            else:
                lines += [line for line in forms.block_markdown(part) if not grouping(line)]
        return [*lines, [self.totals()]]

    def html(self) -> forms.Lines:
        lines: forms.Lines = [[f"{self.totals()}: Media audit"], ["Media audit"], [self.about()]]
        lines += [[self.scope.words()], [self.verdict()]]
        for part in self.page():
            if isinstance(part, str):
                lines.append([part])
            elif part[0] == "facts":
                lines += [[cell] for pair in part[1] for cell in pair]
            else:
                if part[0] == "table":
                    part = (*part[:3], [row for row in part[3] if not isinstance(row, str)])
                lines += forms.block_html(part)
        return lines

    def about(self) -> str:
        return self.store if self.scope.inboxes else f"All inboxes; {self.store}"

    def short(self) -> list[str | tuple[str, ...]]:
        """The page of a terminal, by its lines that state a count, and the examples by their times and entries."""
        boxes = many(self.boxes, "inbox", "inboxes")
        looked = f"{many(len(self.entries), 'entry')} in {boxes}, "
        lines: list[str | tuple[str, ...]] = []
        if self.entries:
            lines.append(looked if self.rows else f"No findings in {looked}")
        else:
            lines.append("No entries")
        if self.rows:
            lines.append(("Severity", "Rule", "Findings", "Judged", "Where"))
            lines += [(severity, rule, f"{len(found):,}", f"{self.looked[rule][0]:,}", self.where(found))
                      for (severity, rule), found in self.rows]  # fmt: skip
        for (severity, rule), found in self.rows:
            if severity == "note":
                continue
            lines.append(f"{severity} {rule}: {heading(rule, len(found))}")
            for each in found[:3]:
                lines.append(f"    {each['time']}  " if each["time"] else "    ")
                lines += [f"      {each['entry']}"] if each["entry"] is not None else []
            if len(found) > 3:
                lines.append(f"  {len(found) - 3:,} more finding{'s' if len(found) > 4 else ''}: add --rule {rule}")
        if self.before is not None:
            for part in self.against():
                if isinstance(part, str):
                    lines.append(part)
                else:
                    _, titles, rows = forms.tables(part)
                    lines += [part[1], tuple(titles), *(tuple(row) for row in rows)]
        why: dict[str, list[str]] = defaultdict(list)
        for rule in asked_rules():
            if (said := self.empty(rule)) is not None:
                why[said].append(rule)
        for said in sorted(why, key=lambda said: (said != "nothing to judge", said)):
            lines.append(f"{said}: {', '.join(why[said])}")
        lines.append(f"{self.totals()}; {len(self.suppressed):,} suppressed, {self.unjudged:,} unjudged")
        return [*lines, f"ledger head {self.ledger.head[1].hex()}"]

    def xlsx(self) -> dict[str, forms.Lines]:
        """The findings as csv has them, and how much each rule had to judge."""
        titles = ["Rule", "Severity", "Inbox", "Time", "Entry", "Source", "File", "Setting version", "Message",
                  "Suppressed", "Uncertain", "Fingerprint", "Evidence"]  # fmt: skip
        uncertain = titles.index("Uncertain")
        rows = [
            [*row[:uncertain], str(int(row[uncertain] == "true")), *row[uncertain + 1 : len(titles)]]
            for row in self.csv()[1:]
        ]
        judged = [[rule, header(rule)["severity"], *map(str, self.looked[rule])] for rule in asked_rules()]
        return {
            "Report": [["Report", "Media audit"], ["Window", self.scope.words()], ["Answer", self.totals()],
                       ["Schema", "occ-media/audit/1"]],
            "Rows": [titles, *rows],
            "Judged": [["Rule", "Severity", "Judged", "Not judged"], *judged],
        }  # fmt: skip

    def csv(self) -> forms.Lines:
        keys = ("rule", "severity", "inbox", "time", "entry", "source", "file", "setting_version", "message",
                "suppressed", "uncertain", "fingerprint", "evidence")  # fmt: skip
        rows = []
        for found in self.all:
            cells = {**found, "suppressed": (found["suppressed"] or {}).get("reason"),
                     "uncertain": "true" if found.get("uncertain") else "false", "evidence": ANY}  # fmt: skip
            rows.append(["" if cells[key] is None else ANY if cells[key] is ANY else str(cells[key]) for key in keys])
        window = self.scope.window()
        ends = [value or "" for value in window.values()]
        return [[*keys, *(f"window_{key}" for key in window)], *([*row, *ends] for row in rows)]


def grouping(line: list[str]) -> bool:
    """A line over the rows that follow, in a table."""
    return len(line) > 1 and not any(line[1:])


def short_differs(expected: list[str | tuple[str, ...]], data: bytes) -> str | None:
    """The first line that is missing on a page of a terminal, or that stands there too much."""
    lines = [line for line in data.decode().splitlines() if line.strip()]
    joined: list[str] = []
    for line in lines:
        if joined and joined[-1].startswith("nothing ") and line.startswith("  "):
            joined[-1] += line[1:]  # a list of rules goes on
        elif not re.match(r"  (?! )(?!\d[\d,]* more)", line):  # what rows stand under
            joined.append(line)
    lines = joined
    for wanted, line in zip(expected, lines, strict=False):
        same = (
            tuple(re.split(r" {2,}", line.strip())) == wanted if isinstance(wanted, tuple) else line.startswith(wanted)
        )
        if not same:
            return f"{wanted!r} expected, {line!r} found"
    return None if len(lines) == len(expected) else f"{len(expected)} lines expected, {len(lines)} found"


STATES = ("with errors", "with warnings", "with notes only", "all suppressed", "judged in part", "without findings",
          "not judged")  # fmt: skip
CHECKS = {"audit-run": "audit", "ledger": "verification of the ledger",
          "retention": "check of the files that are kept"}  # fmt: skip
RUN = ("time", "made", "what", "result", "actor")
EXCEPTION = ("rule", "where", "state", "owner", "expires", "findings", "reason")


def state_of(judged: Judged, rules: list[str]) -> str:
    """What came of a control: the worst of its rules; without findings only where they judged everything."""
    for name, word in zip(RANK, STATES, strict=False):
        if any(judged.counts[rule][name] for rule in rules):
            return word
    if any(judged.counts[rule]["suppressed"] for rule in rules):
        return "all suppressed"
    silent = [rule for rule in rules if judged.looked[rule][0] == 0]
    if len(silent) == len(rules):
        return "not judged"
    return "judged in part" if silent or any(judged.looked[rule][1] for rule in rules) else "without findings"


def number_order(number: str) -> list[Any]:
    """Numbers of controls as people count: A.5.3 before A.5.12."""
    return [int(part) if part.isdigit() else part for part in re.findall(r"\d+|(?<=\()[a-z](?=\))", number)]


def controls(judged: Judged) -> Said:
    """What the rules found by the controls that they serve, every exception, and when checks ran."""
    ledger, scope = judged.ledger, judged.scope
    rules_of: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for rule in asked_rules():
        for word, number, why in served(rule):
            rules_of[word, number][rule] = why
    rows: list[tuple[Any, ...]] = []
    blocks: list[Any] = []
    states: Counter[str] = Counter()
    for word, (standard, _) in STANDARDS.items():
        table: list[Any] = []
        for number in sorted((n for w, n in rules_of if w == word), key=number_order):
            rules = rules_of[word, number]
            state = state_of(judged, list(rules))
            states[state] += 1
            table.append(f"{number} {title_of(word, number)}: {state}")
            for rule, why in rules.items():
                tail = (*judged.counts[rule].values(), *judged.looked[rule], judged.result(rule))
                rows.append((standard, number, title_of(word, number), state, rule, why, *tail))
                table.append((rule, *tail))
        columns = [("", title, kind) for title, kind in (
            ("Rule", "id"), ("Errors", "count"), ("Warnings", "count"), ("Notes", "count"), ("Suppressed", "count"),
            ("Judged", "count"), ("Not judged", "count"), ("Result", "text"))]  # fmt: skip
        blocks += [standard, ("table", None, columns, table)]
    covered = Counter(place for found in judged.all if (place := judged.covering(found)) is not None)
    exceptions = []
    for place, each in enumerate(ledger.sections.get("suppressions", ())):
        if scope.inboxes and each.get("inbox") is not None and each["inbox"] not in scope.inboxes:
            continue
        where = "one entry" if each.get("entry") is not None else "every entry"
        where += f" of {each['inbox']}" if each.get("inbox") else ""
        standing = "in force" if in_force(each, scope.now) else "expired" if whole(each) else "incomplete"
        exceptions.append((each["rule"], where, standing, each.get("owner") or None, each.get("expires") or None,
                           covered[place], each.get("reason") or None))  # fmt: skip
    runs: list[tuple[Any, ...]] = []
    last: dict[str, tuple[Any, ...]] = {
        kind: (None, None, what, "never recorded", None) for kind, what in CHECKS.items()
    }
    for event in ledger.events:
        kind = event["body"]["subject"] if event["kind"] == "verification" else event["kind"]
        if kind in CHECKS:
            ended = "right" if event["body"].get("ok") else "found something wrong"
            run = (text(event["ms"]), text(event["wall"]), CHECKS[kind],
                   audit_ended(event["body"]) if kind == "audit-run" else ended, event["actor"])  # fmt: skip
            if kind != "audit-run" or looked_at_all(event["body"]):
                last[kind] = run
            elif last[kind][0] is None:
                last[kind] = (None, None, CHECKS[kind], "none on record by all rules with the ledger verified", None)
            if scope.inside(event["ms"]) or scope.inside(event["wall"]):
                runs.append(run)
    blocks.append("Exceptions")
    columns = [(key, title, kind) for key, (title, kind) in zip(EXCEPTION, (
        ("Rule", "id"), ("Where", "text"), ("State", "state"), ("Owner", "text"), ("Ends", "time"),
        ("Findings", "count"), ("Reason", "text")), strict=True)]  # fmt: skip
    blocks.append(("table", None, columns, exceptions) if exceptions else "No suppression is in the settings.")
    blocks.append("When checks ran")
    columns = [(key, title, kind) for key, (title, kind) in zip(RUN, (
        ("Time", "time"), ("Clock of the machine", "time"), ("What", "text"), ("Result", "text"),
        ("By", "text")), strict=True)]  # fmt: skip
    blocks.append(("table", None, columns, runs) if runs else "No check is on record in this period.")
    for time, _, what, ended, actor in last.values():
        blocks.append(f"newest {what}: {ended}" if time is None else f"newest {what}: {time}, {ended}, by {actor}")
    blocks.append("It says what the rules found. Whether a control is met is for whoever assesses it to decide.")
    told = "; ".join(f"{states[state]:,} {state}" for state in STATES if states[state])
    rules = {row[4] for row in rows}
    columns = [("framework", "Standard", "text"), ("control", "Control", "id"), ("title", "About", "text"),
               ("state", "State", "text"), ("rule", "Rule", "id"), ("why", "Why", "text"), ("error", "Errors", "count"),
               ("warning", "Warnings", "count"), ("note", "Notes", "count"), ("suppressed", "Suppressed", "count"),
               ("judged", "Judged", "count"), ("not_judged", "Not judged", "count"),
               ("result", "Result", "text")]  # fmt: skip
    return Said(
        "Rules by control", "What did the rules find, by the controls that they serve, and when did checks run?",
        columns, rows, f"{many(len(rules_of), 'control')}, served by {many(len(rules), 'rule')}: {told}",
        "No rule names a control.",
        {"controls": len(rules_of), "rules": len(rules), "states": {state: states[state] for state in STATES},
         "exceptions": [dict(zip(EXCEPTION, row, strict=True)) for row in exceptions],
         "runs": [dict(zip(RUN, row, strict=True)) for row in runs],
         "last": [dict(zip(RUN, row, strict=True)) for row in last.values()], "incomplete": False},
        [], blocks,
    )  # fmt: skip


def looked_at_all(body: dict[str, Any]) -> bool:
    """Whether a recorded audit judged every rule over a ledger that was verified first."""
    stands = body["integrity"]
    return (stands["verified"] == "all" or bool(stands["problems"])) and set(asked_rules()) <= set(body["rules"])


def audit_ended(body: dict[str, Any]) -> str:
    """What came of a recorded audit, in words."""
    stands, counts = body["integrity"], body["summary"]
    said = "ledger verified" if stands["verified"] == "all" else "ledger not verified"
    if stands["verified"] != "all" and stands["problems"]:
        said = f"LEDGER ALTERED: {many(stands['problems'], 'difference')}"
    found = ", ".join(many(counts[name], name) for name in ("error", "warning", "note"))
    rules = "all rules" if set(asked_rules()) <= set(body["rules"]) else many(len(body["rules"]), "rule")
    since, until = (None if body[name] is None else milliseconds(body[name]) for name in ("since", "until"))
    window = Scope(0, since, until, tuple(body["inboxes"] or ())).words()
    parts = [said, *(["incomplete"] if body["incomplete"] else []), f"{found}, {counts['suppressed']:,} suppressed"]
    return "; ".join([*parts, rules, window])


def coaching(document: dict[str, Any], scope: Scope) -> Said:
    """Mistakes of agents who sent a file, suppressed ones too."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for each in document["findings"]:
        evidence = each["evidence"]
        if each["rule"] in MISTAKES and evidence.get("agent") and evidence.get("direction", "send") == "send":
            found[evidence["agent"], each["rule"]].append(each)
    rows = [
        (agent, rule, len(those), sorted({each["inbox"] for each in those}), min(each["time"] for each in those),
         max(each["time"] for each in those), header(rule)["fix"][0])
        for (agent, rule), those in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]  # fmt: skip
    people: Counter[str] = Counter()
    for rule in MISTAKES:
        for each in document["findings"]:
            agent = each["evidence"].get("agent")
            if each["rule"] == rule and agent and each["evidence"].get("direction", "send") == "send":
                people[agent] += 1
    columns = [("agent", "Agent", "id"), ("rule", "Mistake", "id"), ("times", "Times", "count"),
               ("inboxes", "Inboxes", "list"), ("first", "First", "time"), ("last", "Last", "time"),
               ("advice", "What helps", "text")]  # fmt: skip
    shown, places = only(columns, "agent rule times inboxes last advice")
    top = sorted(people.items(), key=lambda pair: -pair[1])[:10]
    figures = []
    if top:
        caption = f"most: {top[0][0]}, {many(top[0][1], 'mistake')}{cut(len(people), len(top), 'agent')}"
        figures.append(bars("Who needs help most?", top, caption))
    return Said(
        "Coaching", "Which agents repeat which mistakes?", columns, rows,
        f"{many(sum(people.values()), 'mistake')} by {many(len(people), 'agent')}",
        "No agent made a mistake in this period.", {"mistakes": sum(people.values()), "agents": len(people)}, figures,
        [("table", None, shown, [tuple(row[place] for place in places) for row in rows])],
    )  # fmt: skip


def read(form: str, data: bytes) -> Any:
    """A document of an audit, as its reader finds it, without lines over rows."""
    if form == "markdown":
        return [line for line in forms.read_markdown(data) if not grouping(line)]
    if form == "html":
        return forms.read_html(data, groups=False)
    if form == "xlsx":
        return forms.read_xlsx(data)
    if form == "csv":
        return forms.read_csv(data)
    return json.loads(data)
