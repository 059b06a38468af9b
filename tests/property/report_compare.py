"""One random ledger: every report in every format against the oracle, with the differences in words."""

from __future__ import annotations

import json
import random
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.property import report_audit_oracle as audits
from tests.property import report_formats as forms
from tests.property import report_since
from tests.property.report_oracle import REPORTS, Ledger, Said, Scope
from tests.property.report_world import DAY, START, ReportWorld, ask, when

PROGRAMS, PAGES = ("ndjson", "csv", "xlsx", "table"), ("markdown", "html")


def scopes(world: ReportWorld, ledger: Ledger, rng: random.Random) -> Iterator[Scope]:
    """The whole ledger, whole days, any milliseconds at which something lies, and some inboxes."""
    yield Scope(world.now)
    first = START + rng.randrange(100) * DAY
    yield Scope(world.now, first, first + rng.randrange(1, 60) * DAY)
    moments = sorted({entry["ms"] for entry in ledger.entries.values()})
    starts = sorted({version.start for version in ledger.versions})
    if len(starts) > 1 and rng.random() < 0.5:
        moments = starts
    low, high = sorted(rng.sample(moments, 2))
    since, until = rng.choice(((low, high), (low, None), (None, high), (None, None)))
    names = sorted(set(ledger.names.values()))
    yield Scope(world.now, since, until, tuple(rng.sample(names, rng.randrange(1, len(names) + 1))))


def period(scope: Scope) -> list[str]:
    said = [] if scope.since is None else ["--since", when(scope.since)]
    return said + ([] if scope.until is None else ["--until", when(scope.until)])


def inboxes(scope: Scope) -> list[str]:
    return [part for name in scope.inboxes for part in ("--inbox", name)]


def options(scope: Scope) -> list[str]:
    return period(scope) + inboxes(scope)


def differences(folder: Path, seed: int, only: str | None = None) -> list[str]:
    """Make a ledger and compare its reports, or one of them; `audit` and `coaching` go together."""
    world = ReportWorld(folder, seed)
    world.make()
    ledger = Ledger(world.ledger, world.document, world.now)
    rng = random.Random(seed)
    found: list[str] = []
    for scope in scopes(world, ledger, rng):
        for name, compute in REPORTS.items():
            if only not in (None, name):
                continue
            said = compute(ledger, scope)
            for form in ("json", rng.choice(PROGRAMS), rng.choice(PAGES)):
                for words in of_format(world, ledger, name, form, scope, said):
                    found.append(f"{name} as {form}, {scope.words()}: {words}")
        if only in (None, "audit"):
            found += [f"{words}, {scope.words()}" for words in of_audit(world, ledger, scope, rng)]
    return found


def of_audit(world: ReportWorld, ledger: Ledger, scope: Scope, rng: random.Random) -> Iterator[str]:
    """The audit in every format, and the reports that are made of what its rules found."""
    said, other = compared(scope, ledger, rng)
    command = [*options(scope), *said]

    def asked(form: str, *words: str) -> bytes:
        answer = ask("--store", str(world.store), "--now", when(scope.now), "audit", *words, "--fail-on", "never",
                     "--format", form)  # fmt: skip
        assert answer.code == 0, answer
        return answer.out

    document = json.loads(asked("json", *command))
    yield from (f"audit as json {words}" for words in report_since.differences(ledger, document))
    before = None
    if other is not None:
        before = audits.Judged(ledger, other, json.loads(asked("json", *options(other))), "")
    called = shlex.join(["occ-media", "audit", *period(scope), *said, *inboxes(scope)])
    judged = audits.Judged(ledger, scope, document, called, str(world.store), before)
    for key, value in judged.document().items():
        yield from (f"audit as json {words}" for words in parted(value, document[key], key))
    for place, by in enumerate(judged.suppressions()):
        yield from (f"audit as json {words}" for words in parted(by, document["findings"][place]["suppressed"], "by"))
    page = forms.take_lines(asked("table", *command), forms.UNRECORDED)
    if page[0] != ", ".join(ledger.unrecorded):
        yield f"audit as table is said to rest on {page[0]}"
    short = audits.short_differs(judged.short(), page[1])
    if short:
        yield f"audit as table {short}"
    form = rng.choice(("markdown", "html", "csv", "xlsx"))
    expected = {"markdown": judged.markdown, "html": judged.html, "csv": judged.csv, "xlsx": judged.xlsx}[form]()
    found = audits.read(form, asked(form, *command, *(["--output", "-"] if form == "xlsx" else [])))
    if form == "html":
        found.pop()  # the foot
    if form != "csv":
        made_at = forms.take_made(found["Report"] if form == "xlsx" else found)
        if not made_at.startswith(f"{when(scope.now)[:23]}Z, by this machine's clock 2"):
            yield f"audit as {form} made {made_at}"
        notice = forms.take_notice(found["Report"] if form == "xlsx" else found)
        if notice != ", ".join(ledger.unrecorded):
            yield f"audit as {form} is said to rest on {notice}, not on {ledger.unrecorded}"
    yield from (f"audit as {form} {words}" for words in parted(expected, found, ""))
    for form in ("json", rng.choice(("table", "markdown", "html", "csv"))):
        said = audits.coaching(document, scope)
        for words in of_format(world, ledger, "coaching", form, scope, said):
            yield f"coaching as {form}: {words}"
    for form in ("json", rng.choice(PROGRAMS), rng.choice(PAGES)):
        for words in of_format(world, ledger, "controls", form, scope, audits.controls(judged)):
            yield f"controls as {form}: {words}"


def compared(scope: Scope, ledger: Ledger, rng: random.Random) -> tuple[list[str], Scope | None]:
    """A period to compare with, in the words of a command; none for half of the audits."""
    end = scope.until if scope.until is not None else scope.now
    if scope.since is not None and scope.since < end and rng.random() < 0.5:
        return ["--compare", "previous"], replace(scope, since=2 * scope.since - end, until=scope.since)
    if rng.random() < 0.3:
        return [], None
    moments = sorted({entry["ms"] for entry in ledger.entries.values()} | {START, START + 40 * DAY})
    since, until = sorted(rng.sample(moments, 2))
    return ["--compare", f"{when(since)}..{when(until)}"], replace(scope, since=since, until=until)


def of_format(world: ReportWorld, ledger: Ledger, name: str, form: str, scope: Scope, said: Said) -> list[str]:
    command = ["--store", str(world.store), "--now", when(scope.now), "report", name, *options(scope), "--format", form]
    if form == "xlsx":
        command += ["--output", "-"]
    answer = ask(*command)
    if answer.code != 0:
        return [f"exit {answer.code}: {answer.err}"]
    head = {"schema": f"occ-media/report-{name}/1", **{key: scope.window()[key] for key in ("since", "until")},
            "window": scope.window(), "inboxes": list(scope.inboxes) or None, "ledger_head": ledger.head[1].hex(),
            "ledger_entries": len(ledger.entries), "totals": said.totals, "rows": forms.said_rows(said)}  # fmt: skip
    expected, read = EXPECTED[form](said, scope, head), READ[form](answer.out)
    if form == "json":
        made, stands_on = read.pop("made"), read.pop("integrity")
        if stands_on != {"ledger": True, "unrecorded": ledger.unrecorded}:
            return [f"it is said to stand on {stands_on}, not on {ledger.unrecorded}"]
        if made["at"] != f"{when(scope.now)[:23]}Z":
            return [f"made at {made['at']}"]
    elif form in ("html", "markdown", "xlsx"):
        foot = read.pop()[0] if form == "html" else f"data: {head['schema']}"
        if f"data: {head['schema']}" not in foot:
            return [f"the foot says {foot}"]
        made_at = forms.take_made(read["Report"] if form == "xlsx" else read)
        if not made_at.startswith(f"{when(scope.now)[:23]}Z, by this machine's clock 2"):
            return [f"made {made_at}"]
    if form not in ("json", "ndjson", "csv"):
        notice = forms.take_notice(read["Report"] if form == "xlsx" else read)
        if notice != ", ".join(ledger.unrecorded):
            return [f"it is said to rest on {notice}, not on {ledger.unrecorded}"]
    return [*parted(expected, read, "")]


def _html(said: Said, scope: Scope, head: Any) -> forms.Lines:
    return forms.said_html(said, scope, head["ledger_head"], head["ledger_entries"])


EXPECTED: dict[str, Callable[[Said, Scope, Any], Any]] = {
    "table": lambda said, scope, _: forms.said_table(said, scope),
    "json": lambda _said, _scope, head: head,
    "ndjson": lambda _, scope, head: [
        row | {f"window_{key}": value for key, value in scope.window().items()} for row in head["rows"]
    ],
    "csv": lambda said, scope, _: forms.said_csv(said, scope),
    "markdown": lambda said, scope, head: forms.said_markdown(said, scope, head["ledger_head"], head["ledger_entries"]),
    "html": _html,
    "xlsx": lambda said, scope, head: forms.said_xlsx(said, scope, head["schema"]),
}
READ: dict[str, Callable[[bytes], Any]] = {
    "table": forms.read_table, "json": json.loads, "ndjson": forms.read_ndjson, "csv": forms.read_csv,
    "markdown": forms.read_markdown, "html": forms.read_html, "xlsx": forms.read_xlsx,
}  # fmt: skip


def parted(expected: Any, found: Any, place: str) -> Iterator[str]:
    """Where two documents differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted({*expected, *found}, key=str):
            yield from parted(expected.get(key), found.get(key), f"{place}.{key}")
    elif isinstance(expected, list | tuple) and isinstance(found, list | tuple) and len(expected) == len(found):
        for index, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from parted(one, other, f"{place}[{index}]")
    elif isinstance(expected, list) and isinstance(found, list):
        at = next((n for n, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]),
                  min(len(expected), len(found)))  # fmt: skip
        yield (
            f"{place}: {len(expected)} expected, {len(found)} found, first at {at}: "
            f"{expected[at : at + 2]} expected, {found[at : at + 2]} found"
        )
    elif expected != found:
        yield f"{place}: {expected!r} expected, {found!r} found"
