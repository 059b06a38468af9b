"""`plan`, `apply`, `drift`, `export`, `revert` and `history import`."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from occ_media_cli import times

Run = Any  # the fixture `occ` of conftest.py

FULL = """# ours
[inboxes.vip]
description = "Key accounts"
send = true
receive = false  # PCI
message = "Sorry. Email it to vip@example.com."
messages.ar = "أرسلها إلى vip@example.com"
channels = ["whatsapp-cloud", "web-widget:shop"]
tags = ["sensitive"]
send_approved_only = true
scan = "required"
quota = "20 GB"

[inboxes.vip.box]
until = 2026-06-01T00:00:00Z
receive = true
message = ""

[inboxes.lab]
channels = ["our-portal"]

[[inboxes.lab.box]]
until = 2026-04-01T00:00:00Z
send = false

[[inboxes.lab.box]]
until = 2026-05-01T00:00:00Z
receive = false

[[retention.rule]]
remove_after = "365d"
keep_for = "90d"

[[retention.rule]]
inbox = "vip"
category = "image"
direction = "send"
remove_after = "90d"

[agents.mona]
role = "agent"
inboxes = ["vip"]
deny_send = ["vip"]

[rules.refused-attempts]
severity = "warning"

[rules.sensitive-inbox-media-on]
tag = "secret"

[rules.same-file-many-times]
minimum = 3

[[suppression]]
rule = "over-limit"
inbox = "vip"
reason = "migration until the end of the year"
owner = "mona"
expires = 2026-12-31

[channels.our-portal]
base = "web-widget"

[channels.our-portal.limits]
image = "2 MB"

[store]
second_person = true
"""


def test_every_key_of_a_document_moves_between_the_stores(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "full.toml").write_text(FULL, encoding="utf-8")
    occ("apply", "full.toml", store="s.toml")
    occ("export", "--output", "a.toml", store="s.toml")
    occ("apply", "a.toml", store="s.db")
    occ("export", "--output", "b.toml", store="s.db")
    occ("apply", "b.toml", store="t.toml")
    assert (
        (tmp_path / "a.toml").read_bytes() == (tmp_path / "b.toml").read_bytes() == (tmp_path / "t.toml").read_bytes()
    )
    for store in ("s.toml", "s.db", "t.toml"):
        assert "say the same: 2 inboxes compared" in occ("drift", "full.toml", store=store).out
        assert "nothing changed" in occ("apply", "full.toml", "--prune", store=store).out
    for moment in (None, "2026-04-15", "2026-05-15", "2026-07-01"):
        rows = [json.loads(occ("show", "--format", "json", store=store, now=moment or "2026-03-02").out)["inboxes"]
                for store in ("s.toml", "s.db", "t.toml")]  # fmt: skip
        keys = ("name", "send", "receive", "message", "messages", "message_source", "channels", "tags", "scan", "quota")
        assert [[row[key] for key in keys] for row in rows[0]] == [[row[key] for key in keys] for row in rows[1]]
        assert [[row[key] for key in keys] for row in rows[0]] == [[row[key] for key in keys] for row in rows[2]]
    boxed = json.loads(occ("show", "vip", "--format", "json", store="s.db").out)["inboxes"][0]
    assert (boxed["receive"], boxed["message"], boxed["next"]["message_source"]) == (True, None, "own")


def test_an_elapsed_box_is_ignored_and_the_next_change_takes_it_out(
    occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "s.toml").write_text(FULL, encoding="utf-8")
    moment = times.parse("2027-01-01")
    monkeypatch.setattr(times, "_clock", SimpleNamespace(time_ns=lambda: moment * 1_000_000))
    occ("set", "lab", "--send", "off", store="s.toml", now="2027-01-01")
    text = (tmp_path / "s.toml").read_text(encoding="utf-8")
    assert ".box" not in text
    assert "receive = false  # PCI\n" in text
    assert text.startswith("# ours\n[inboxes.vip]\n")


def test_what_is_not_named_stays_unless_pruned(occ: Run, store: str, tmp_path: Path) -> None:
    (tmp_path / "full.toml").write_text(FULL, encoding="utf-8")
    occ("apply", "full.toml", store=store)
    (tmp_path / "part.toml").write_text(
        '[inboxes.new]\nsend = false\n[agents.kim]\nrole = "owner"\ndeny_send = ["vip"]\n', encoding="utf-8"
    )
    assert occ("plan", "part.toml", store=store).out == (
        "What  Where      Change\nadd   inbox new  receive on, send off\nadd   agent kim  role owner, deny-send vip\n\n"
        "Plan: 2 to add, 0 to change, 0 to remove\n"
    )
    occ("apply", "part.toml", store=store)
    assert [item["name"] for item in json.loads(occ("agent", "list", "--format", "json", store=store).out)["agents"]] == [
        "kim", "mona"
    ]  # fmt: skip
    (tmp_path / "bad.toml").write_text('[agents.kim]\nrole = "owner"\ndeny_send = ["vip"]\n', encoding="utf-8")
    assert "bad.toml:3: agent 'kim': no inbox 'vip'" in occ("plan", "bad.toml", "--prune", store=store, code=20).err
    (tmp_path / "prune.toml").write_text("[inboxes.vip]\n", encoding="utf-8")
    machine = json.loads(occ("plan", "prune.toml", "--prune", "--format", "json", store=store).out)
    assert machine["summary"]["remove"] >= 7
    assert {
        "action": "remove",
        "kind": "inbox",
        "name": "lab",
        "field": None,
        "before": None,
        "after": None,
    } in machine["changes"]
    done = occ("plan", "prune.toml", "--prune", store=store, terminal=True)
    assert done.err.endswith(f"next: occ-media --store {store} apply prune.toml --prune\n")
    refused = occ("apply", "prune.toml", "--prune", store=store, code=13)
    assert "would remove 2 of 3 inboxes (67%), over 30%; nothing was changed" in refused.err
    assert refused.err.endswith("if it is right, --max-remove 100%\n")  # all agents would go
    assert "over 2" not in occ("apply", "prune.toml", "--prune", "--max-remove", "2", store=store).err
    assert occ("drift", "prune.toml", "--format", "json", store=store).out.count("action") == 0
    assert occ("export", store=store).out == "[inboxes.vip]\nsend = true\nreceive = true\n"


def test_every_kind_of_change_is_shown(occ: Run, store: str, tmp_path: Path) -> None:
    (tmp_path / "full.toml").write_text(FULL, encoding="utf-8")
    occ("apply", "full.toml", store=store)
    text = FULL.replace('remove_after = "90d"', 'remove_after = "30d"').replace(
        "second_person = true", "second_person = false"
    )
    text = (
        text.replace('owner = "mona"', 'owner = "kim"')
        .replace("2026-06-01", "2026-07-01")
        .replace("minimum = 3", "minimum = 5")
    )
    text = text.replace('tags = ["sensitive"]\n', "").replace('image = "2 MB"', 'image = "1 MB"')
    (tmp_path / "other.toml").write_text(text, encoding="utf-8")
    out = occ("plan", "other.toml", store=store).out
    rows = [line.split(maxsplit=1)[1] for line in out.splitlines() if line.startswith("change")]
    assert [" ".join(row.split()) for row in rows if "until" not in row] == [
        "inbox vip tags sensitive -> none",
        "retention rule vip image send remove-after 90d -> 30d",
        "rule same-file-many-times minimum 3 -> 5",
        "suppression over-limit vip owner mona -> kim",
        "channel our-portal limits image 2 MB -> image 1 MB",
        "store second-person on -> off",
    ]
    assert "until 2026-06-01T00:00:00.000Z" in out
    assert "Plan: 0 to add, 6 to change, 0 to remove" in out
    assert "0 only in the store, 6 different, 0 only in other.toml" in occ("drift", "other.toml", store=store, code=1,
                                                                          terminal=True).out  # fmt: skip
    occ("apply", "other.toml", store=store, now="2026-03-03")
    assert "say the same" in occ("drift", "other.toml", store=store, now="2026-03-03").out


def test_a_terminal_is_asked_before_a_document_is_applied(occ: Run, store: str, tmp_path: Path) -> None:
    (tmp_path / "f.toml").write_text("[inboxes.vip]\nreceive = false\n", encoding="utf-8")
    done = occ("apply", "f.toml", store=store, terminal=True, typed="\n")
    assert "apply 1 to add, 0 to change, 0 to remove? [y/N]" in done.err
    assert done.out.endswith("nothing was changed\n")
    assert not (tmp_path / store).exists()
    done = occ("apply", "f.toml", store=store, terminal=True, typed="Y\n")
    assert done.out.endswith("Applied f.toml: 1 added, 0 changed, 0 removed; vip is version 1\nchange 2\n")
    assert "vip: Customers who send a file now read:\n" in done.out
    assert done.err.endswith(f"note: made the store {store}\nundo: occ-media --store {store} undo 2\n")
    assert occ("apply", "f.toml", "--quiet", store=store).out == ""


def test_a_document_that_cannot_be_read(occ: Run, tmp_path: Path) -> None:
    assert "no.toml: no such file" in occ("plan", "no.toml", code=3).err
    for words in (["apply", "no.toml"], ["drift", "no.toml"], ["history", "import", "no.ndjson"]):
        assert "no such file" in occ(*words, code=3).err  # an input, not a store: as one that may not be read
    assert "cannot be read" in occ("apply", ".", code=3).err
    (tmp_path / "f.toml").write_bytes(b"[inboxes.vip]\n\xff\n")
    assert "f.toml:2: not UTF-8" in occ("drift", "f.toml", code=20).err
    (tmp_path / "f.toml").write_text("[inboxes.vip]\nsend = \n", encoding="utf-8")
    done = occ("drift", "f.toml", code=20, terminal=True)
    assert "f.toml:2: not TOML: invalid value" in done.err
    assert "    2 | send =\n" in done.err


def test_going_back(occ: Run, store: str) -> None:
    occ("set", "inbox", "--receive", "off", store=store)
    occ("set", "inbox", "--send", "off", store=store, now="2026-03-02T11:00:00Z")
    done = occ("revert", "inbox", "--to", "1", store=store, now="2026-03-02T12:00:00Z")
    assert done.out == "inbox, version 4\nreceive  off -> on\nsend     off -> on\nchange 6\n"
    assert (
        json.loads(occ("history", "--format", "json", store=store).out)["versions"][3]["reason"] == "back to version 1"
    )
    assert "no version 9; the newest is 4" in occ("revert", "inbox", "--to", "9", store=store, code=11).err
    assert "one inbox at a time" in occ("history", "a", "b", store=store, code=2).err


def test_a_history_is_taken_in_line_by_line(occ: Run, store: str, tmp_path: Path) -> None:
    rows = [
        {"name": "vip", "valid_from": "2025-01-01", "receive": False, "message": "Email it to a@b.example"},
        {"name": "vip", "valid_from": "2025-06-01T00:00:00Z", "receive": True, "reason": "lifted"},
        {"name": "vip", "valid_from": "2025-03-01T00:00:00Z", "receive": False, "superseded_by": 2},
        {"name": "lab", "valid_from": "2025-03-01T00:00:00Z", "send": False, "quota": None, "message": None},
    ]
    (tmp_path / "h.ndjson").write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    done = occ("history", "import", "h.ndjson", store=store)
    assert done.out == (
        "vip: 2 versions taken in\nlab: 1 version taken in\n3 rows read from h.ndjson, 3 versions made\nchange 2\n"
    )
    found = json.loads(occ("show", "vip", "--at", "2025-02-01", "--format", "json", store=store).out)["inboxes"][0]
    assert (found["receive"], found["message"], found["reason"]) == (
        False,
        "Email it to a@b.example",
        "imported from h.ndjson",
    )
    assert "nothing changed" in occ("history", "import", "h.ndjson", store=store).out
    for text, line, error in (
        ("{", 1, "not JSON"),
        ('{"name": "vip"}', 1, "valid_from"),
        ('\n{"name": "vip", "valid_from": "2025-01-01T00:00:00"}', 2, "is not a time with an offset"),
        ('{"name": " vip", "valid_from": "2025-01-01"}', 1, "begins or ends with a space"),
        ('{"name": "vip", "valid_from": "2025-01-01", "recieve": true}', 1, "did you mean 'receive'?"),
        ('{"name": "vip", "valid_from": "2025-01-01", "receive": 1}', 1, "must be true or false, not 1"),
        ("[]", 1, "must be a table"),
        ("[" * 100_000, 1, "nested too deeply"),
        ('{"schema": "occ-media/history/1", "versions": 1}', 1, "versions must be an array"),
        ('{"schema": "occ-media/history/1", "versions": [\n{"name": "vip"}]}', 2, "valid_from"),
    ):
        (tmp_path / "bad").write_text(text, encoding="utf-8")
        done = occ("history", "import", "bad", store=store, code=20)
        assert f"bad:{line}: " in done.err
        assert error in done.err
    (tmp_path / "bad").write_bytes(b"\xff")
    assert "not UTF-8" in occ("history", "import", "bad", store=store, code=20).err


def test_every_mistake_of_a_document_is_printed_with_its_help(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('[inboxes.vip]\nrecieve = true\nquota = "20"\n')
    lines = occ("plan", "bad.toml", code=20).err.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["error", "help", "error", "help"]
    assert lines[2].startswith("error: bad.toml:3: ")
    found = json.loads(occ("plan", "bad.toml", "-f", "json", code=20).err)
    assert (found["line"], [each["line"] for each in found["more"]]) == (2, [3])
    assert list(found["more"][0]) == ["error", "file", "line", "help"]


OWN = """-- id: mine
-- severity: note
-- title: Mine.
-- why: w
-- fix: f
-- parameter: minimum = 10 (least)
SELECT seq FROM entry
"""


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[rules.over-limti]\nseverity = 'note'", "d.toml:2: there is no rule 'over-limti', did you mean 'over-limit'?"),
        ("[rules.backdated-change]\nminuts = 9", "d.toml:3: rule 'backdated-change' has no parameter 'minuts', did you mean"),
        ("[rules.backdated-change]\nminutes = 'x'", "d.toml:3: rule 'backdated-change': minutes must be a whole number"),
        ("[rules.over-limit]\nfile = 'mine.sql'", "d.toml:3: the file of 'over-limit' is the rule 'mine'"),
        ("[rules.over-limit]\nfile = 'none.sql'", "d.toml:3: the file of 'over-limit' has the id of a rule of the program"),
        ("[rules.mine]\nfile = 'mine.sql'\nminimum = 'x'", "d.toml:4: rule 'mine': minimum must be a whole number"),
        ("[rules.mine]\nfile = 'mine.sql'\nmini = 1", "d.toml:4: rule 'mine' has no parameter 'mini'"),
        ("[rules.mine]\nminimum = 1", "d.toml:2: there is no rule 'mine'"),
    ],
)  # fmt: skip
def test_rules_with_which_no_audit_begins_are_told_before_they_are_kept(occ: Run, text: str, error: str) -> None:
    Path("mine.sql").write_text(OWN, encoding="utf-8")
    Path("d.toml").write_text(f"[inboxes.vip]\n{text}\n", encoding="utf-8")
    occ("inbox", "add", "vip", store="s.db")
    for command in ("plan", "apply", "drift"):
        assert occ(command, "d.toml", store="s.db", code=20).err.startswith(f"error: {error}")
    assert occ("audit", store="s.db").err == ""


def test_rules_that_an_audit_takes_are_kept_and_a_file_may_come_later(occ: Run) -> None:
    Path("mine.sql").write_text(OWN, encoding="utf-8")
    rules = "[rules.mine]\nfile = 'mine.sql'\nminimum = 3\n[rules.over-limit]\nseverity = 'note'\n"
    Path("d.toml").write_text(f"[inboxes.vip]\n{rules}[rules.later]\nfile = 'later.sql'\nx = 1\n", encoding="utf-8")
    occ("apply", "d.toml", store="s.db")
    assert "later.sql: no such rule file" in occ("audit", store="s.db", code=11).err


RULE = '[retention]\nrule = [{ inbox = "vip", keep_for = "90d" }]\n'
SUPPRESSION = '[[suppression]]\nrule = "over-limit"\nreason = "x"\nowner = "kim"\nexpires = 2027-01-01\n'


@pytest.mark.parametrize("store", ["s.db", "s.toml"])
@pytest.mark.parametrize(
    ("full", "empty", "absent", "removed"),
    [
        (RULE, "[retention]\nrule = []\n", "[retention]\n", "retention rule vip"),
        (SUPPRESSION, "suppression = []\n", "", "suppression over-limit"),
    ],
)
def test_a_list_that_is_there_and_empty_empties_the_list(
    occ: Run, store: str, full: str, empty: str, absent: str, removed: str
) -> None:
    for name, text in (("full", full), ("empty", empty), ("absent", absent)):
        inbox = "[inboxes.vip]\n"
        Path(f"{name}.toml").write_text(text + inbox if text[0:1] == "s" else inbox + text, encoding="utf-8")
    occ("apply", "full.toml", store=store)
    assert "the store say the same" in occ("plan", "absent.toml", store=store).out
    assert "0 to add, 0 to change, 1 to remove" in occ("plan", "empty.toml", store=store).out
    assert ["remove", *removed.split(), "-"] in [
        line.split() for line in occ("apply", "empty.toml", store=store).out.splitlines()
    ]
    assert "the store say the same" in occ("plan", "empty.toml", store=store).out
    assert "1 to add" in occ("plan", "full.toml", store=store).out


@pytest.mark.parametrize("store", ["s.db", "s.toml"])
def test_a_document_of_the_past_is_refused_before_anybody_is_asked(occ: Run, tmp_path: Path, store: str) -> None:
    occ("inbox", "add", "vip", store=store, now="2026-02-01")
    (tmp_path / "f.toml").write_text("[inboxes.vip]\nreceive = false\n")
    done = occ("apply", "f.toml", store=store, now="2026-01-01", terminal=True, code=13)
    assert done.out == ""
    assert "inbox 'vip' was last changed at 2026-02-01T00:00:00.000Z, after 2026-01-01" in done.err
    assert "help: leave the earlier time out, or --backdate REASON" in done.err
    done = occ("apply", "f.toml", "--backdate", "known since January", store=store, now="2026-01-01").out
    assert "Applied f.toml: 0 added, 1 changed, 0 removed\n" in done


def test_a_document_of_a_time_before_an_edit_by_hand_says_so(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="s.toml", now="2026-01-01")
    occ("set", "vip", "--receive", "off", store="s.toml", now="2026-02-01")
    store = tmp_path / "s.toml"
    store.write_text(store.read_text().replace("receive = false", "receive = true"))
    (tmp_path / "f.toml").write_text("[inboxes.vip]\nreceive = false\n")
    for reason in ([], ["--backdate", "why"]):
        said = occ("apply", "f.toml", *reason, store="s.toml", now="2026-01-15", code=13).err
        assert "look again" not in said
        assert "last changed at 2026-02-01" in said or "the store was edited by hand at" in said
        assert "leave the earlier time out" in said or "record it first" in said


def test_the_question_shows_whole_values(occ: Run, tmp_path: Path) -> None:
    text = "We cannot open files in this chat. Please send them to claims@example.com instead."
    (tmp_path / "f.toml").write_text(f'[inboxes.vip]\nmessage = "{text}"\n')
    occ("apply", "f.toml", store="s.db")
    (tmp_path / "f.toml").write_text(f'[inboxes.vip]\nmessage = "{text.replace("example.com", "evil.example")}"\n')
    for command in ("plan", "drift", "apply"):
        code = 1 if command == "drift" else 0
        rows = occ(command, "f.toml", store="s.db", terminal=True, typed="n\n", code=code).out.splitlines()
        assert "claims@evil.example" in " ".join(row.strip() for row in rows)
        assert max(map(len, rows)) <= 80 + len("\x1b[2m\x1b[0m") * 3


def test_drift_and_apply_name_the_agents_that_go(occ: Run, tmp_path: Path) -> None:
    for words in (("inbox", "add", "i3"), ("inbox", "add", "i4"), ("agent", "add", "kim", "--role", "agent")):
        occ(*words, store="s.db")
    (tmp_path / "f.toml").write_text("[inboxes.i4]\nreceive = true\n")
    said = occ("drift", "f.toml", store="s.db", code=1, terminal=True).err
    assert "apply f.toml --prune" in said
    assert "which removes inbox i3 and agent kim" in said
    asked = occ("apply", "f.toml", "--prune", "--max-remove", "100%", store="s.db", terminal=True, typed="n\n").err
    assert "removing inbox i3 and agent kim? [y/N]" in asked
    for command in ("apply", "plan", "drift"):
        assert "agents" in occ(command, "--help").out.partition("Options:")[0]
