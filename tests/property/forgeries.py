"""Bundles as somebody makes them who wants an auditor to believe what is not so, and has this program to do it with.

A forger changes what the bundle says and makes the manifest anew, so that every hash fits. What is changed in one place
is noticed, because the report is judged again by the rest. What is changed everywhere alike is another bundle of another
ledger: `LIMITS` lists these, each with what meets it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from occ_media_cli.__main__ import run
from occ_media_cli.audit.bundle import bundle
from occ_media_cli.errors import OccMediaError
from tests.unit.audit.build import Ledger

Files = dict[str, bytes]
Facts = dict[str, Any]
Forge = Callable[[Files, Facts], None]

OTHER = {"ledger_head": "ab" * 32, "made": "2020-01-01T00:00:00.000Z"}


def command(*arguments: str) -> tuple[int, str, str]:
    """A command in this process: exit code, stdout, stderr."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = run(list(arguments))
    return code, *(stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]  # BytesIO


def filled(path: Path) -> Ledger:
    """A ledger in which many rules find something."""
    ledger = Ledger(path)
    ledger.inbox("vip", "2026-01-01", message="Mail it to vip@example.com.")
    ledger.inbox("lab", "2026-01-01", channels=("whatsapp-cloud",), tags=("sensitive",))
    ledger.section("agents", {"mona": {"role": "agent", "inboxes": ["vip"], "deny_send": ["vip"]}})
    ledger.section("retention", [{"remove_after": "90d", "remove_after_ms": 7_776_000_000}])
    ledger.section("suppressions", [{"rule": "over-limit", "inbox": "lab", "reason": "known", "owner": "mona",
                                    "expires": "2027-01-01"}])  # fmt: skip
    ledger.set("vip", "2026-02-11T08:00:00Z", receive=False)
    for minute in range(6):
        ledger.entry("vip", f"2026-02-14T09:3{minute}:00Z", f"receipt {minute}.pdf", id=f"wamid.{minute}",
                     customer=f"1650555000{minute}")  # fmt: skip
    ledger.entry("vip", "2026-02-01", "clip.mp4", direction="send", agent="mona", size=900_000_000)
    ledger.entry("lab", "2026-03-01", "clip.mp4", size=900_000_000, channel="web-widget")
    ledger.entry("lab", "2026-03-02", "setup.exe", detected="exe")
    ledger.entry("lab", "2026-03-03", "photo.jpg", detected="mp4", outcome="blocked", reason="media-off")
    return ledger


def made(folder: Path) -> Path:
    """The bundle that is forged: of a period against the one before, with a checkpoint that was kept."""
    store, mark, file = folder / "s.db", folder / "kept.json", folder / "b.zip"
    filled(store)
    command("--store", str(store), "ledger", "checkpoint", "--output", str(mark))
    code = command("--store", str(store), "audit", "--since", "2026-01-01", "--compare", "previous",
                   "--checkpoint", str(mark), "--bundle", str(file))[0]  # fmt: skip
    assert code == 1
    return file


def unpacked(file: Path) -> tuple[Files, Facts]:
    """The files of a bundle in their order, and what its manifest says."""
    with ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        files = {row["path"]: archive.read(row["path"]) for row in manifest["files"]}
    return files, {name: value for name, value in manifest.items() if name not in ("schema", "files", "digest")}


def packed(file: Path, files: Mapping[str, bytes], facts: Facts, key: Path | None = None) -> None:
    """A bundle as this program writes it, with a manifest that fits."""
    from occ_media_cli.store import signature

    with file.open("wb") as stream, bundle.BundleWriter(stream) as writer:
        for name, data in files.items():
            writer.add_file(name, [data])
        manifest = writer.finish(facts)
        if key is not None:
            writer.sign(signature.sign(key, manifest))


def noticed(file: Path, signers: Path | None = None) -> list[tuple[str, str]]:
    """What `audit verify` says of a bundle."""
    try:
        return bundle.verify_bundle(file, signers).problems
    except OccMediaError as problem:
        return [("", problem.what)]


def rows(files: Files, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[name].splitlines()]


def put(files: Files, name: str, values: list[dict[str, Any]]) -> None:
    files[name] = b"".join(json.dumps(value).encode() + b"\n" for value in values)


def edited(name: str, change: Callable[[dict[str, Any]], object], which: int = 0) -> Forge:
    """One row of a file changed."""

    def forge(files: Files, facts: Facts) -> None:
        found = rows(files, name)
        change(found[which])
        put(files, name, found)

    return forge


def dropped(name: str, keep: Callable[[dict[str, Any]], bool]) -> Forge:
    """Rows of a file left out."""

    def forge(files: Files, facts: Facts) -> None:
        put(files, name, [row for row in rows(files, name) if keep(row)])

    return forge


def report(files: Files, change: Callable[[dict[str, Any]], object]) -> None:
    """The report changed, in the form that it has."""
    body = json.loads(files["report.json"])
    change(body)
    found = body.pop("findings")
    head = json.dumps(body)[:-1] + ', "findings": ['
    made = ",".join("\n  " + json.dumps(record) for record in found)
    files["report.json"] = (head + made + ("\n" if found else "") + "]}\n").encode()


def in_report(change: Callable[[dict[str, Any]], object]) -> Forge:
    return lambda files, facts: report(files, change)


def without(body: dict[str, Any], rule: str, counted: str | None) -> None:
    """A report without the findings of a rule, with counts that fit."""
    gone = [found for found in body["findings"] if found["rule"] == rule]
    body["findings"] = [found for found in body["findings"] if found["rule"] != rule]
    if counted is not None:
        body["summary"][counted] -= len(gone)


def clean_everywhere(files: Files, facts: Facts) -> None:
    """The findings of a rule gone from every form of the report, by hand."""
    report(files, lambda body: without(body, "received-while-off", "error"))
    lines = files["findings.csv"].split(b"\n")
    files["findings.csv"] = b"\n".join(line for line in lines if not line.startswith(b"received-while-off"))
    files["report.html"] = re.sub(rb"received-while-off", b"all-good", files["report.html"])


def facts_changed(**more: Any) -> Forge:
    return lambda files, facts: facts.update(more)


def head_in_all_but_the_page(files: Files, facts: Facts) -> None:
    old = facts["ledger_head"].encode()
    for name in ("report.json", "checkpoint.json"):
        files[name] = files[name].replace(old, OTHER["ledger_head"].encode())
    facts["ledger_head"] = OTHER["ledger_head"]


def narrowed(files: Files, facts: Facts) -> None:
    """A period that holds fewer findings, and they are still there."""
    facts["until"] = "2026-02-14T09:32:00.000Z"
    report(files, lambda body: body.update(until=facts["until"]))


def narrowed_inboxes(files: Files, facts: Facts) -> None:
    facts["inboxes"] = ["lab"]
    report(files, lambda body: body.update(inboxes=["lab"]))


def replaced(name: str, old: bytes, new: bytes) -> Forge:
    def forge(files: Files, facts: Facts) -> None:
        assert old in files[name], (name, old)
        files[name] = files[name].replace(old, new)

    return forge


def row_of_page_gone(files: Files, facts: Facts) -> None:
    page = files["report.html"]
    end = page.index(b"</tr>", page.index(b"receipt 3.pdf")) + len(b"</tr>\n")
    files["report.html"] = page[: page.rindex(b"<tr", 0, end)] + page[end:]


def swapped_rules(files: Files, facts: Facts) -> None:
    files["rules/received-while-off.sql"] = files["rules/sent-while-off.sql"]


def renamed(old: str, new: str) -> Forge:
    def forge(files: Files, facts: Facts) -> None:
        files[new] = files.pop(old)

    return forge


def beside(name: str, data: bytes) -> Forge:
    return lambda files, facts: files.update({name: data})


def rule_gone(files: Files, facts: Facts) -> None:
    del files["rules/received-while-off.sql"]


def entry(identity: str, **change: Any) -> Forge:
    """One entry changed."""

    def forge(files: Files, facts: Facts) -> None:
        found = rows(files, "entries.ndjson")
        next(row for row in found if row["id"] == identity).update(change)
        put(files, "entries.ndjson", found)

    return forge


def again(files: Files, facts: Facts) -> None:
    files["entries.ndjson"] += files["entries.ndjson"].splitlines(keepends=True)[0]


def one_more(files: Files, facts: Facts) -> None:
    row = rows(files, "entries.ndjson")[0] | {"seq": 2, "id": "m2", "time": "2026-01-02T00:00:00.000Z"}
    put(files, "entries.ndjson", [row, *rows(files, "entries.ndjson")])


def off(setting: dict[str, Any]) -> bool:
    return setting["inbox"] == "vip" and not setting["receive"]


def settings(change: Callable[[dict[str, Any]], object]) -> Forge:
    def forge(files: Files, facts: Facts) -> None:
        found = rows(files, "settings.ndjson")
        change(next(row for row in found if off(row)))
        put(files, "settings.ndjson", found)

    return forge


def milder(files: Files, facts: Facts) -> None:
    """A rule set to `note` in the settings, and its findings notes."""
    for name in ("views/config.ndjson",):
        found = rows(files, name)
        found.append({"section": "rules", "version": 1, "event": 3,
                      "value": '{"received-while-off":{"severity":"note"}}'})  # fmt: skip
        put(files, name, found)

    def change(body: dict[str, Any]) -> None:
        for found in body["findings"]:
            if found["rule"] == "received-while-off":
                found["severity"] = "note"
                body["summary"]["error"] -= 1
                body["summary"]["note"] += 1

    report(files, change)


def suppressed(files: Files, facts: Facts) -> None:
    def change(body: dict[str, Any]) -> None:
        for found in body["findings"]:
            if found["rule"] == "received-while-off":
                found["suppressed"] = {"by": "suppression", "reason": "ok", "owner": "mona", "expires": "2027-01-01"}
                body["summary"]["error"] -= 1
                body["summary"]["suppressed"] += 1

    report(files, change)


def first(body: dict[str, Any], **change: Any) -> None:
    body["findings"][0].update(change)


def judged(rule: str, /, **change: Any) -> Forge:
    """Another count of what a rule had to judge, in the report alone."""

    def forge(body: dict[str, Any]) -> None:
        next(each for each in body["summary"]["by_rule"] if each["rule"] == rule).update(change)

    return in_report(forge)


def judged_before(rule: str, **change: Any) -> Forge:
    """Another count of a rule in the period before."""

    def forge(body: dict[str, Any]) -> None:
        for each in body["compare"]["by_rule"]:
            if each["rule"] == rule:
                each.update(change)

    return in_report(forge)


def checkpoint_said(**change: Any) -> Forge:
    return in_report(lambda body: body["integrity"]["checkpoint"].update(change))


def not_compared(files: Files, facts: Facts) -> None:
    """The report says that no checkpoint was compared, and the page that one was."""
    report(files, lambda body: body["integrity"].update(checkpoint=None))
    del files["compared-checkpoint.json"]


def shown_twice(files: Files, facts: Facts) -> None:
    """A count that a reader sees twice, in one of both places."""
    page = files["report.html"]
    place = page.index(b"What each rule had to judge")
    files["report.html"] = page[:place] + page[place:].replace(b">over-limit<", b">over-1imit<", 1)


def on_page(old: bytes, new: bytes) -> Forge:
    """One text of the page changed, where it stands first behind the style."""

    def forge(files: Files, facts: Facts) -> None:
        head, _, rest = files["report.html"].partition(b"<main>")
        assert re.search(old, rest) is not None, old
        files["report.html"] = head + b"<main>" + re.sub(old, new, rest, count=1)

    return forge


HIDDEN = b'<p class="about" style="display:none">'

NOTICED: Mapping[str, Forge] = {
    "a finding left out of the report": in_report(lambda body: body["findings"].pop(0)),
    "findings left out and counted so": in_report(lambda body: without(body, "received-while-off", "error")),
    "findings left out of every form of the report": clean_everywhere,
    "all findings left out": in_report(lambda body: body.update(findings=[], summary=dict.fromkeys(body["summary"], 0))),
    "other counts": in_report(lambda body: body["summary"].update(error=0)),
    "other counts of what is suppressed": in_report(lambda body: body["summary"].update(suppressed=9)),
    "a finding made milder": in_report(lambda body: first(body, severity="note")),
    "a finding made milder by settings that nobody set": milder,
    "a finding said to be suppressed": suppressed,
    "a finding of another inbox": in_report(lambda body: first(body, inbox="vip")),
    "a finding of another entry": in_report(lambda body: first(body, entry="wamid.77")),
    "a finding in other words": in_report(lambda body: first(body, message="nothing to see")),
    "a finding at another time": in_report(lambda body: first(body, time="2026-02-14T09:30:00.001Z")),
    "a finding in another time zone": in_report(lambda body: first(body, time="2026-02-14T11:30:00.000+02:00")),
    "a finding with another version of the settings": in_report(lambda body: first(body, setting_version=2)),
    "a finding that nothing gives": in_report(lambda body: body["findings"].insert(0, dict(body["findings"][0], entry="x",
                                                                                          fingerprint="0" * 32))),
    "a finding twice": in_report(lambda body: body["findings"].insert(0, body["findings"][0])),
    "findings in another order": in_report(lambda body: body["findings"].reverse()),
    "a report that says it is incomplete": in_report(lambda body: body.update(incomplete=True)),
    "a report of a ledger that was not verified": in_report(lambda body: body["integrity"].update(verified="no")),
    "a report with an end of its own": lambda files, facts: files.update({"report.json": files["report.json"] + b"{}\n"}),
    "a weakened rule": replaced("rules/received-while-off.sql", b"s.receive = 0", b"s.receive = 9"),
    "the rule of another name": swapped_rules,
    "a rule left out": rule_gone,
    "a rule of the forger beside the others": beside("rules/all-good.sql", b"SELECT 1 AS inbox WHERE 0\n"),
    "settings that allowed it": settings(lambda row: row.update(receive=1)),
    "settings from another moment": settings(lambda row: row.update(valid_from_ms=row["valid_from_ms"] + 10**9)),
    "settings by somebody else": settings(lambda row: row.update(actor="kim")),
    "settings for another reason": settings(lambda row: row.update(reason="told by the court")),
    "settings left out": dropped("settings.ndjson", lambda row: not off(row)),
    "no settings": lambda files, facts: files.update({"settings.ndjson": b""}),
    "an entry at another time": entry("wamid.3", time="2026-02-10T09:33:00.000Z"),
    "an entry of another inbox": entry("wamid.3", inbox="lab"),
    "an entry of another inbox by its number": entry("wamid.3", inbox_id=2),
    "an entry that was blocked": entry("wamid.3", outcome="blocked"),
    "an entry that was sent": entry("wamid.3", direction="send"),
    "a smaller entry": entry("e8", size=5),
    "an entry of another name": entry("wamid.3", name="other.pdf"),
    "an entry whose extension is not that of its name": entry("wamid.3", extension="exe"),
    "an entry that was detected as another type": entry("wamid.3", detected="exe"),
    "an entry of another customer": entry("wamid.3", customer="+1 650"),
    "an entry without a field": edited("entries.ndjson", lambda row: row.pop("sha256")),
    "an entry left out": dropped("entries.ndjson", lambda row: row["id"] != "wamid.3"),
    "an entry twice": again,
    "an entry that nothing is about": one_more,
    "no entries": lambda files, facts: files.update({"entries.ndjson": b""}),
    "a change left out": dropped("changes.ndjson", lambda row: row["section"] != "retention"),
    "a retention rule left out": lambda files, facts: files.update({"views/policy.ndjson": b""}),
    "another retention rule": edited("views/policy.ndjson", lambda row: row.update(remove_after_ms=10**13)),
    "no view of the settings": lambda files, facts: files.pop("views/config.ndjson"),
    "a table of types of the forger": beside("views/file_type.ndjson", b'{"key": "exe"}\n'),
    "a view that is none": beside("views/secret.ndjson", b"{}\n"),
    "a row of another view": lambda files, facts: files.update({"views/flag.ndjson": files["views/inbox.ndjson"]}),
    "a view that is no JSON": lambda files, facts: files.update({"views/flag.ndjson": b"[" * 990}),
    "numbers as texts": settings(lambda row: row.update(receive="1")),
    "a period in the manifest": facts_changed(until="2026-02-01T00:00:00.000Z"),
    "a period that does not hold its findings": narrowed,
    "an inbox in the manifest": facts_changed(inboxes=["lab"]),
    "inboxes that do not hold its findings": narrowed_inboxes,
    "another head in the manifest": facts_changed(ledger_head=OTHER["ledger_head"]),
    "another head everywhere but on the page": head_in_all_but_the_page,
    "another count of entries": facts_changed(ledger_entries=9_999),
    "another time in the manifest": facts_changed(made=OTHER["made"]),
    "another program": facts_changed(program="occ-media 9.9.9"),
    "pseudonyms that are none": facts_changed(pseudonyms=True),
    "a bundle that says to be signed": facts_changed(signed=True),
    "other counts on the page": replaced("report.html", b"<title>", b"<title>0 errors: "),
    "a verdict of the forger on the page": replaced("report.html", b'<p class="verdict">', b'<p class="verdict">Fine. '),
    "a rule of another name on the page": replaced("report.html", b"received-while-off", b"all-good"),
    "a file of another name on the page": replaced("report.html", b"receipt 3.pdf", b"invoice.pdf"),
    "a row left out of the page": row_of_page_gone,
    "a style on the page that hides": replaced("report.html", b"</style>", b"section{display:none}</style>"),
    "a style in the middle of the page": replaced("report.html", b"</main>", b"<style>section{display:none}</style></main>"),
    "an empty page": lambda files, facts: files.update({"report.html": b"<h1>Media audit</h1>\n"}),
    "a script on the page": replaced("report.html", b"</main>", b"<script>location='x'</script></main>"),
    "a page that leads elsewhere": replaced("report.html", b"</main>", b'<meta http-equiv="refresh" content="0;x"></main>'),
    "a finding left out of the sheet": lambda files, facts: files.update(
        {"findings.csv": files["findings.csv"].split(b"\n", 1)[0] + b"\n"}
    ),
    "another schema of the report": in_report(lambda body: body.update(schema="occ-media/audit/2")),
    "a head that was verified": in_report(lambda body: body.update(verified_head="ab" * 32)),
    "other entries looked at": in_report(lambda body: body.update(entries=9)),
    "fewer entries than none": in_report(lambda body: body.update(entries=-1)),
    "other entries unjudged": in_report(lambda body: body["summary"].update(unjudged=1)),
    "a rule that had more entries to judge": judged("received-while-off", judged=9),
    "a rule that could not judge entries": judged("received-while-off", judged=0, not_judged=8),
    "a rule that judged less than nothing": judged("time-in-future", judged=-10),
    "a rule that judged true": judged("type-mismatch", judged=True),
    "a rule that judged more than there is": judged("past-retention", judged=10**6),
    "a rule over changes that judged more": judged("backdated-change", judged=80),
    "a rule over settings that judged none": judged("sensitive-inbox-media-on", judged=0, not_judged=1),
    "a rule over inboxes that judged more": judged("no-retention-policy", judged=3),
    "a rule that is counted by another name": judged("active-content", rule="all-good"),
    "a rule that is not counted": in_report(lambda body: body["summary"]["by_rule"].pop()),
    "a further count of a rule": judged("over-limit", waived=1),
    "a further count": in_report(lambda body: body["summary"].update(waived=1)),
    "a period before that had other entries": in_report(lambda body: body["compare"].update(entries=3)),
    "a period before that had more entries than the ledger": in_report(lambda body: body["compare"].update(entries=99)),
    "a period before with errors": in_report(lambda body: body["compare"].update(error=70)),
    "a period before with another window": in_report(lambda body: body["compare"]["window"].update(since=None)),
    "a period before that was incomplete": in_report(lambda body: body["compare"].update(incomplete=True)),
    "a period before with findings of a rule": judged_before("over-limit", error=3),
    "a period before in which a rule judged more": judged_before("no-retention-policy", judged=5),
    "a period before that nobody compared with": in_report(lambda body: body.update(compare=None)),
    "no controls": in_report(lambda body: body.update(controls=[])),
    "a control that no rule serves": in_report(lambda body: body["controls"][0].update(control="A.5.1")),
    "a control for another reason": in_report(lambda body: body["controls"][0].update(why="certified")),
    "a rule that was skipped": in_report(lambda body: body["skipped"].append({"rule": "over-limit", "reason": "asked"})),
    "a member that no report has": in_report(lambda body: body.update(certified="by the auditor")),
    "another maker": in_report(lambda body: body["made"].update(actor="auditor")),
    "another time zone": in_report(lambda body: body["window"].update(zone="Europe/Berlin")),
    "another window": in_report(lambda body: body["window"].update(until="2030-01-01T00:00:00.000Z")),
    "a checkpoint that nobody compared": in_report(lambda body: body["integrity"].update(checkpoint=None)),
    "a checkpoint that nobody compared, and is not there": not_compared,
    "a compared checkpoint that is not there": lambda files, facts: files.pop("compared-checkpoint.json"),
    "a compared checkpoint of another entry": checkpoint_said(seq=3),
    "a compared checkpoint with another head": checkpoint_said(head="ab" * 32),
    "a compared checkpoint of an earlier time": checkpoint_said(made=OTHER["made"]),
    "a compared checkpoint that does not match": checkpoint_said(matches=False),
    "a compared checkpoint that the auditor signed": checkpoint_said(
        signed={"key": "SHA256:x", "valid": True, "name": "auditor", "allowed": True}),
    "a compared checkpoint that was stamped": checkpoint_said(
        timestamp={"verified": True, "time": OTHER["made"], "by": "the authority"}),
    "a compared checkpoint of another store": edited("compared-checkpoint.json", lambda row: row.update(store="00" * 32)),
    "a compared checkpoint with more entries": edited("compared-checkpoint.json", lambda row: row.update(entries=99)),
    "a compared checkpoint with a stamp that is none": edited(
        "compared-checkpoint.json", lambda row: row.update(timestamp="AAAA")),
    "another window on the page": on_page(rb"From 2026-01-01T", b"From 2020-01-01T"),
    "another maker on the page": on_page(rb"by [^<(]+ \(", b"by auditor ("),
    "another checkpoint on the page": on_page(rb"matches at entry", b"matches, signed by the auditor, at entry"),
    "another verification on the page": on_page(rb"verified: every stored", b"verified by the auditor: every stored"),
    "another completeness on the page": on_page(rb"<dd>yes</dd>", b"<dd>yes, by all rules</dd>"),
    "other unjudged entries on the page": on_page(rb"<dt>Unjudged: no setting in force</dt><dd>0", b"<dt>Unjudged: no setting in force</dt><dd>3"),
    "other suppressed findings on the page": on_page(rb"<dt>Suppressed</dt><dd>1", b"<dt>Suppressed</dt><dd>0"),
    "other entries looked at on the page": on_page(rb"<dt>Entries looked at</dt><dd>10", b"<dt>Entries looked at</dt><dd>9"),
    "audits on record on the page": on_page(rb"<dt>Audits on record</dt><dd>none", b"<dt>Audits on record</dt><dd>12"),
    "another first head on the page": on_page(rb"<code>[0-9a-f]{64}", b"<code>" + b"ab" * 32),
    "another rule in what each had to judge": shown_twice,
    "other numbers against the period before": on_page(rb"entries, 0(.{1,2})before", rb"entries, 90\1before"),
    "another fix on the page": on_page(rb"How to fix it: ", b"How to fix it: nothing to do. "),
    "a control of the forger on the page": on_page(rb"Serves ISO", b"Meets ISO"),
    "another caption on the page": on_page(rb"<caption>6", b"<caption>1"),
    "another caption of a chart": on_page(rb"most: vip, 7", b"most: vip, 1"),
    "another count in a chart": on_page(rb'<td role="cell" class="n">7</td>', b'<td role="cell" class="n">1</td>'),
    "more inboxes on the page": on_page(rb"In 2\xc2\xa0inboxes", b"In 9\xc2\xa0inboxes"),
    "a suppression of the forger on the page": on_page(rb">known<", b">approved<"),
    "another limit of the report on the page": on_page(rb"A file that never reached", b"No file ever missed"),
    "a paragraph behind the page": replaced("report.html", b"</html>", b"</html><p>Fine.</p>"),
    "a text that covers the page": on_page(rb'<h2 id="s7">', b'<p style="position:fixed;top:0">Fine</p><h2 id="s7">'),
    "a formula in the sheet": replaced("findings.csv", b"received-while-off", b"=HYPERLINK(1)"),
    "a checkpoint of another store": edited("checkpoint.json", lambda row: row.update(head="00" * 32)),
    "a checkpoint of no store": edited("checkpoint.json", lambda row: row.update(store="x")),
    "a checkpoint of a store that the compared one has not": edited("checkpoint.json",
                                                                    lambda row: row.update(store="00" * 32)),
    "a checkpoint that continues another": edited("checkpoint.json", lambda row: row.update(
        previous={"seq": 1, "head": "00" * 32, "digest": "00" * 32, "made": OTHER["made"]})),
    "a checkpoint with a stamp that is none": edited("checkpoint.json", lambda row: row.update(timestamp="AAAA")),
    "a checkpoint with a member that none has": edited("checkpoint.json", lambda row: row.update(certified=True)),
    "a checkpoint of an earlier entry": edited("checkpoint.json", lambda row: row.update(seq=2)),
    "a report by a name that reads alike": beside("rерort.html", b"<p>No findings.</p>"),
    "a page in another case": beside("Report.html", b"<p>No findings.</p>"),
    "a file that leads out": beside("../../.bashrc", b"rm -rf /"),
    "a file of an absolute name": beside("/etc/cron.d/x", b"x"),
    "a report of another name": renamed("report.json", "report.txt"),
    "a checkpoint left out": lambda files, facts: files.pop("checkpoint.json"),
    "a sheet left out": lambda files, facts: files.pop("findings.csv"),
    "a page left out": lambda files, facts: files.pop("report.html"),
}  # fmt: skip
"""What is noticed without a signature."""


def ledger_without(folder: Path) -> Path:
    """The bundle of another ledger, in which what the forger minds never was."""
    path = folder / "other.db"
    filled(path)
    ledger = Ledger(folder / "clean.db")
    ledger.inbox("vip", "2026-01-01", message="Mail it to vip@example.com.")
    file = folder / "other.zip"
    command("--store", str(ledger.location.path), "audit", "--fail-on", "never", "--bundle", str(file))
    return file


def stripped(files: Files, facts: Facts) -> None:
    """No rule but one, and nothing that speaks of another."""
    for name in [name for name in files if name.startswith("rules/") and "over-limit" not in name]:
        del files[name]
    report(files, lambda body: body.update(
        findings=[found for found in body["findings"] if found["rule"] == "over-limit"], skipped=[],
    ))  # fmt: skip


def checkpoints(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A checkpoint as a forger changes it, each with what is another: none of them matches the ledger."""
    return {
        "another head": made | {"head": "00" * 32},
        "a head of one digit less": made | {"head": made["head"][:-1]},
        "a head in capitals with another digit": made | {"head": made["head"].upper().replace("A", "B", 1) + ""},
        "an entry earlier": made | {"seq": made["seq"] - 1},
        "an entry later": made | {"seq": made["seq"] + 1},
        "an entry far behind": made | {"seq": 2**62},
        "no entry": made | {"seq": 0},
        "an entry before the first": made | {"seq": -1},
        "another count": made | {"entries": made["entries"] + 1},
        "no count": made | {"entries": 0},
        "another store": made | {"store": "00" * 32},
        "no store": made | {"store": ""},
        "a text for a number": made | {"seq": str(made["seq"])},
        "true for a number": made | {"entries": True},
        "another schema": made | {"schema": "occ-media/checkpoint/2"},
        "no time": made | {"made": "yesterday"},
    }  # fmt: skip
