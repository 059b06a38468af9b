"""`report library`: what it counts, and why its column and its last line may differ."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from tests.unit.audit.build import Run
from tests.unit.audit.test_report_people import report


@pytest.fixture
def store(tmp_path: Path, run: Run) -> list[str]:
    """A file for lab alone that ends within a month, and a content that two documents cover, sent once."""
    store = ["--store", str(tmp_path / "s.db"), "--quiet"]

    def do(day: int, *words: str, actor: str = "dana") -> None:
        code, _, err = run(*store, "--now", f"2026-02-{day:02}", "--actor", actor, *words)
        assert code == 0, err

    do(1, "inbox", "add", "lab")
    do(1, "inbox", "add", "vip")
    for name, words, more in (("alone", "one", ["--inbox", "lab", "--expires", "2026-03-20"]), ("first", "two", []),
                              ("second", "two", [])):  # fmt: skip
        file = tmp_path / f"{name}.txt"
        file.write_text(f"{words}\n")
        do(2, "library", "propose", str(file), "--name", name, "--version", "1", *more)
        do(3, "library", "approve", name, actor="sam")
    entry = {"id": "e1", "time": "2026-02-05T00:00:00Z", "inbox": "vip", "direction": "send", "agent": "mona",
             "name": "x.txt", "size": 4, "sha256": sha256(b"two\n").hexdigest()}  # fmt: skip
    rows = tmp_path / "rows.ndjson"
    rows.write_text(json.dumps(entry) + "\n")
    do(6, "ledger", "ingest", "ndjson", str(rows))
    return store


def page(run: Run, store: list[str]) -> str:
    code, out, err = run(*store, "--now", "2026-03-01", "report", "library")
    assert code == 0, err
    return out


def test_one_file_ends_and_several_end(store: list[str], run: Run) -> None:
    assert "3 files approved, of which 1 ends by 2026-03-31" in page(run, store)


def test_it_says_why_the_rows_count_more_than_was_sent(store: list[str], run: Run) -> None:
    found = report(run, store[:2], "library", [])
    assert (sum(row["sent"] for row in found["rows"]), found["totals"]["sent"]) == (2, 1)
    said = page(run, store)
    assert "sent: 1 approved (the rows count 2: what two of them cover counts in both)" in said
    assert run(*store, "library", "retire", "second", "--reason", "gone")[0] == 0


def test_what_is_for_no_inbox_is_not_counted_as_approved(store: list[str], run: Run) -> None:
    assert run(*store, "--now", "2026-02-20", "--yes", "inbox", "remove", "lab")[0] == 0
    found = report(run, store[:2], "library", [])
    assert (found["totals"]["approved"], found["totals"]["no_inbox"], found["totals"]["ending"]) == (2, 1, 0)
    assert [row["document"] for row in found["rows"] if row["state"] == "no-inbox"] == ["alone"]
    said = page(run, store)
    assert "2 files approved, of which 0 end by 2026-03-31; 1 more for no inbox; 0 waiting" in said
    assert "Approved, and for no inbox: nobody may send it" in said


def test_a_page_says_in_words_what_never_was(store: list[str], run: Run) -> None:
    said = page(run, store)
    assert "never" in said
    assert "no end" in said


def test_what_was_sent_after_an_end_is_told_where_any_file_may_be_sent(
    store: list[str], run: Run, tmp_path: Path
) -> None:
    for day, name in ((7, "first"), (7, "second")):
        words = ["--now", f"2026-02-{day:02}", "library", "retire", name, "--reason", "over"]
        assert run(*store, *words)[0] == 0
    rows = tmp_path / "more.ndjson"
    known = {"inbox": "vip", "direction": "send", "agent": "mona", "name": "y.txt", "size": 4}
    digests = {"after": {"sha256": sha256(b"two\n").hexdigest()}, "none": {"md5": "ab" * 16},
               "expired": {"sha256": sha256(b"one\n").hexdigest()}}  # fmt: skip
    rows.write_text("".join(
        json.dumps({**known, "id": key, "time": f"2026-0{3 if key == 'expired' else 2}-25T00:00:00Z", **digest}) + "\n"
        for key, digest in digests.items()
    ))  # fmt: skip
    code, _, err = run(*store, "--now", "2026-03-26", "ledger", "ingest", "ndjson", str(rows))
    assert code == 0, err
    code, out, _ = run(*store, "--now", "2026-03-26", "report", "library", "--format", "json")
    found = json.loads(out)
    told = [(row["document"], row["sent"], row["was"]) for row in found["rows"] if row["state"] == "outdated"]
    assert sorted(told) == [("alone", 1, "expired"), ("second", 1, "retired")]
    assert (found["totals"]["outdated"], found["totals"]["unknown"]) == (2, 1)
    said = run(*store, "--now", "2026-03-26", "report", "library")[1]
    assert "2 outdated elsewhere, 1 without a sha256 elsewhere, of which nobody knows" in said
    code, out, _ = run(
        *store, "--now", "2026-03-26", "report", "library", "--since", "2026-02-26", "--until", "2026-03-01"
    )
    assert "nothing was sent that should have been approved" in out


def ingest(run: Run, store: list[str], file: Path, now: str, *rows: dict[str, object]) -> None:
    file.write_text(
        "".join(json.dumps({"direction": "send", "agent": "mona", "size": 4, **row}) + "\n" for row in rows)
    )
    code, _, err = run(*store, "--now", now, "ledger", "ingest", "ndjson", str(file))
    assert code == 0, err


def told(run: Run, store: list[str], now: str, form: str) -> str:
    code, out, err = run(*store, "--now", now, "report", "library", "--format", form)
    assert code == 0, err
    return out


def test_what_was_sent_when_its_inbox_was_not_there_is_told(store: list[str], run: Run, tmp_path: Path) -> None:
    for day, words in ((7, ["library", "retire", "second", "--reason", "over"]), (7, ["library", "retire", "first", "--reason", "over"]),
                       (9, ["inbox", "remove", "vip", "--force"]), (12, ["inbox", "add", "late"])):  # fmt: skip
        code, _, err = run(*store, "--now", f"2026-02-{day:02}", *words)
        assert code == 0, err
    over = {"name": "x.txt", "sha256": sha256(b"two\n").hexdigest()}
    ingest(run, store, tmp_path / "gone.ndjson", "2026-02-20",
           {"id": "removed", "inbox": "vip", "time": "2026-02-10T00:00:00Z", **over},
           {"id": "to come", "inbox": "late", "time": "2026-02-11T00:00:00Z", **over},
           {"id": "known to nobody", "inbox": "late", "time": "2026-02-11T00:00:00Z", "name": "y.txt"})  # fmt: skip
    found = json.loads(told(run, store, "2026-03-01", "json"))
    rows = [(row["state"], row["inboxes"], row["agent"], row["sent"], row["first"], row["was"])
            for row in found["rows"] if row["state"] in ("outdated", "unknown")]  # fmt: skip
    assert rows == [
        ("outdated", "late", "mona", 1, "2026-02-11T00:00:00.000Z", "retired"),
        ("outdated", "vip, removed 2026-02-09T00:00:00.000Z", "mona", 1, "2026-02-10T00:00:00.000Z", "retired"),
        ("unknown", "late", "mona", 1, "2026-02-11T00:00:00.000Z", "its sha256 is not known"),
    ]
    assert (found["totals"]["outdated"], found["totals"]["unknown"]) == (2, 1)


def test_what_has_no_sha256_is_a_row_in_every_format(store: list[str], run: Run, tmp_path: Path) -> None:
    sent = [{"id": f"u{day}", "inbox": "vip", "time": f"2026-02-{day}T00:00:00Z", "name": "y.txt"} for day in (10, 12)]
    ingest(run, store, tmp_path / "unknown.ndjson", "2026-02-20", *sent)
    for form in ("csv", "ndjson", "json", "markdown", "html", "table"):
        said = told(run, store, "2026-03-01", form)
        assert all(word in said for word in ("y.txt", "2026-02-10T00:00:00.000Z", "2026-02-12T00:00:00.000Z")), form
        if form in ("csv", "ndjson", "json"):
            assert "unknown" in said
            assert "its sha256 is not known" in said
        else:
            assert "Sent without a sha256, where any file may be sent: nobody knows what it was" in said


def test_what_has_no_sha256_is_said_so_where_only_approved_files_may_be_sent(
    store: list[str], run: Run, tmp_path: Path
) -> None:
    assert run(*store, "--now", "2026-02-10", "set", "vip", "--approved-only", "on")[0] == 0
    ingest(run, store, tmp_path / "strict.ndjson", "2026-02-20",
           {"id": "u", "inbox": "vip", "time": "2026-02-12T00:00:00Z", "name": "y.txt"})  # fmt: skip
    found = json.loads(told(run, store, "2026-03-01", "json"))
    assert [(row["state"], row["was"]) for row in found["rows"] if row["agent"]] == [
        ("not-approved", "its sha256 is not known")
    ]
    assert (found["totals"]["not_approved"], found["totals"]["unknown"]) == (1, 0)
    out = run(*store, "--now", "2026-03-01", "audit", "--rule", "not-approved")[1]
    assert "y.txt: its sha256 is not known" in out


@pytest.mark.parametrize("ended", ["removed", "renamed"])
def test_what_another_inbox_of_the_name_sent_is_listed_and_counted(
    store: list[str], run: Run, tmp_path: Path, ended: str
) -> None:
    """The rows go to the newest inbox of the name, which was not there when they were sent."""
    gone = ["inbox", "remove", "vip", "--force"] if ended == "removed" else ["inbox", "rename", "vip", "old"]
    for day, words in ((8, ["set", "vip", "--approved-only", "on"]), (12, gone), (14, ["inbox", "add", "vip"])):
        code, _, err = run(*store, "--now", f"2026-02-{day:02}", *words)
        assert code == 0, err
    ingest(run, store, tmp_path / "late.ndjson", "2026-02-20",
           {"id": "a", "inbox": "vip", "time": "2026-02-10T00:00:00Z", "name": "x.txt", "sha256": "0" * 64},
           {"id": "b", "inbox": "vip", "time": "2026-02-13T00:00:00Z", "name": "free.txt", "sha256": "0" * 64},
           {"id": "c", "inbox": "vip", "time": "2026-02-15T00:00:00Z", "name": "free.txt", "sha256": "0" * 64})  # fmt: skip
    found = json.loads(told(run, store, "2026-03-01", "json"))
    rows = [(row["file"], row["inboxes"], row["agent"], row["sent"], row["first"], row["was"])
            for row in found["rows"] if row["state"] == "not-judged"]  # fmt: skip
    assert rows == [("x.txt", "vip", "mona", 1, "2026-02-10T00:00:00.000Z", "another inbox had its name")]
    assert found["totals"]["not_judged"] == 1
    for form in ("csv", "ndjson", "markdown", "html", "table"):
        said = told(run, store, "2026-03-01", form)
        assert "x.txt" in said
        assert "free.txt" not in said
        if form not in ("csv", "ndjson"):
            assert "; 1 not judged, when another inbox had the name" in said
