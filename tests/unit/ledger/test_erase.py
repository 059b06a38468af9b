"""Erasing what is personal: it is gone from the file, the chain still verifies, and nothing is filled in again."""

from __future__ import annotations

import sqlite3

import pytest

from occ_media_cli.errors import Incomplete, Refused, UsageError
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.flags import flag_entry
from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import free_texts
from occ_media_cli.store.locate import at
from occ_media_cli.values import replace
from tests.unit.ledger.conftest import STAMP, Ledger, row


def fill(ledger: Ledger) -> None:
    ledger.ingest(
        *[
            row(n, id=f"wamid.4915{n:05d}", customer="49151234567" if n % 2 else "4470000000",
                name=f"Vertrag-Hofmann-{n}.pdf" if n % 2 else "x.pdf", conversation="conv-Hofmann" if n % 2 else None,
                path=f"in/Hofmann/{n}.pdf" if n % 2 else None, message="Dear Hofmann" if n % 2 else None)
            for n in range(400)
        ],
        {"id": "status-Hofmann", "corrects": "wamid.491500001", "time": 5, "outcome": "failed"},
    )  # fmt: skip


def in_file(ledger: Ledger, text: str) -> int:
    data = ledger.path.read_bytes()
    wal = ledger.path.with_name(ledger.path.name + "-wal")
    if wal.exists():
        data += wal.read_bytes()
    return data.count(text.encode())


def test_no_trace_stays_in_the_file_and_the_chain_holds(ledger: Ledger) -> None:
    fill(ledger)
    assert in_file(ledger, "Hofmann") > 500
    done = erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    assert (done.records, done.events, done.mentions) == (201, 0, 0)
    for text in ("Hofmann", "49151234567", "wamid.491500001"):
        assert in_file(ledger, text) == 0
    assert verify_ledger(ledger.connection).intact
    assert ledger.one("SELECT count(*) FROM entry WHERE customer IS NULL AND id IS NULL") == 200
    assert ledger.all("SELECT count, reason FROM erasure") == [(201, "case 7")]


def test_an_erased_row_that_comes_again_is_a_duplicate_and_stays_erased(ledger: Ledger) -> None:
    fill(ledger)
    erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    again = ledger.ingest(row(1, id="wamid.491500001", customer="49151234567", name="Vertrag-Hofmann-1.pdf"))
    assert (again.counts.new, again.counts.duplicate, again.counts.refused) == (0, 1, 0)
    assert in_file(ledger, "Hofmann") == 0


def test_nothing_to_erase_writes_nothing(ledger: Ledger) -> None:
    fill(ledger)
    seq = ledger.one("SELECT seq FROM head")
    done = erase(ledger.connection, "nobody", STAMP, "case 7", ledger.path)
    assert (done.records, done.seq) == (0, None)
    assert ledger.one("SELECT seq FROM head") == seq


def test_entries_of_others_that_mention_the_customer_are_counted(ledger: Ledger) -> None:
    ledger.ingest(row(1, customer="77001"), row(2, customer="8", name="chat with 77001.pdf"))
    assert erase(ledger.connection, "77001", STAMP, "case 7", ledger.path).mentions == 1


def test_a_reason_that_names_the_customer_is_refused(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match="names the customer"):
        erase(ledger.connection, "77001", STAMP, "77001 asked", ledger.path)


def test_a_reader_in_the_way_is_told_and_the_next_run_cleans(ledger: Ledger) -> None:
    fill(ledger)
    reader = sqlite3.connect(ledger.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM record").fetchone()
    ledger.connection.execute("PRAGMA busy_timeout=10")
    with pytest.raises(Incomplete, match="their traces are still in the file"):
        erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    reader.close()
    erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    assert in_file(ledger, "Hofmann") == 0
    assert verify_ledger(ledger.connection).intact


def test_two_erasures_stand_side_by_side(ledger: Ledger) -> None:
    fill(ledger)
    erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    erase(ledger.connection, "4470000000", STAMP, "case 8", ledger.path)
    assert verify_ledger(ledger.connection).intact
    assert ledger.one("SELECT count(*) FROM record WHERE salt IS NOT NULL") == 0


def said(ledger: Ledger) -> None:
    """Reasons, a flag and messages that name a customer in several spellings, in force and of before."""
    ledger.ingest(row(1, customer="+49 151 234567"), row(2, customer="8"))
    with editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.change("vip", {"message": "Call 0049151234567"}, reason="tel:+49-151-234567 asked")
        editor.change("vip", {"message": "Call us"}, reason="better")
    flag_entry(ledger.connection, "wamid.2", "sent by 49151234567 too", STAMP)


def test_free_texts_that_name_the_customer_go_and_the_chain_holds(ledger: Ledger) -> None:
    said(ledger)
    done = erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    assert (done.records, done.texts, done.not_reached) == (1, 4, ())
    for text in ("0049151234567", "49151234567", "49-151-234567", "49 151 234567"):
        assert in_file(ledger, text) == 0
    assert ledger.all("SELECT reason FROM flag") == [("(erased)",)]
    messages = (
        "SELECT json_extract(v.value, '$.message') FROM setting_version v JOIN inbox_state i ON i.id = v.inbox"
        " WHERE i.name = 'vip' ORDER BY v.version"
    )
    assert [text for (text,) in ledger.all(messages)] == [None, "(erased)", "Call us"]
    assert ledger.one("SELECT reason FROM event WHERE kind = 'setting' ORDER BY seq DESC LIMIT 1") == "better"
    assert verify_ledger(ledger.connection).intact


def test_a_message_in_force_stays_and_is_told_until_it_is_another(ledger: Ledger) -> None:
    said(ledger)
    with editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.change("vip", {"message": "Call +49 151 234567"})
    told = erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path).not_reached
    assert [(each.place, each.count) for each in told] == [("messages in force", 2)]
    with editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.change("vip", {"message": "Call us"})
    later = replace(STAMP, now=4_000_000_000_000, wall=4_000_000_000_000)
    done = erase(ledger.connection, "49151234567", later, "case 7", ledger.path)
    assert (done.texts, done.not_reached) == (2, ())
    assert verify_ledger(ledger.connection).intact


def test_a_version_whose_message_was_erased_is_not_put_in_force_again(ledger: Ledger) -> None:
    said(ledger)
    erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    with pytest.raises(Refused, match="was erased"), editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.revert("vip", 2)


def test_what_cannot_be_erased_is_listed_with_its_place(ledger: Ledger) -> None:
    ledger.ingest(row(1, customer="u-4711"), row(2, customer="8", agent="u-4711", direction="send"),
                  row(3, customer="8", message="dear u-4711"), row(4, customer="8", name="xu-47112.pdf"),
                  {"id": "c", "corrects": "wamid.2", "time": 5, "outcome": "failed", "reason": "u-4711 left"})  # fmt: skip
    with editing(at(ledger.path, explicit=True), replace(STAMP, actor="u-4711")) as editor:
        editor.add_inbox("u-4711")
        editor.change("vip", {"tags": ("u-4711",)})
    ledger.connection.execute("CREATE TABLE notes (text)")
    ledger.connection.execute("INSERT INTO notes VALUES ('of u-4711')")
    told = erase(ledger.connection, "u-4711", STAMP, "case 7", ledger.path).not_reached
    found = {each.place: each.count for each in told}
    assert found.pop("actors") == 3
    assert found == {
        "names of inboxes": 1, "tags": 2, "agents of entries": 1, "entries of others": 1, "reasons of entries": 1,
        "entries of others, inside of longer texts": 1, "table notes": 1,
    }  # fmt: skip


def test_older_texts_are_covered_as_they_stand_and_are_listed(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr(free_texts, "promise", lambda _kind, reason, body: ([], reason, body))
        said(ledger)
    assert verify_ledger(ledger.connection).intact
    done = erase(ledger.connection, "49151234567", STAMP, "case 7", ledger.path)
    assert {each.place: each.count for each in done.not_reached} == {"older reasons": 2, "older messages": 2}
    assert in_file(ledger, "49-151-234567") == 1
    assert verify_ledger(ledger.connection).intact


def test_several_customers_go_in_one_erasure(ledger: Ledger) -> None:
    fill(ledger)
    done = erase(ledger.connection, ["49151234567", "4470000000"], STAMP, "case 7", ledger.path)
    assert done.records == 401
    assert ledger.one("SELECT count(*) FROM erasure") == 1
    with pytest.raises(UsageError, match="the customer is empty"):
        erase(ledger.connection, ["1", " "], STAMP, "case 8", ledger.path)


@pytest.mark.parametrize("reason", ["+49 151 234567 asked", "see 0049151234567"])
def test_a_reason_that_names_the_customer_in_another_spelling_is_refused(ledger: Ledger, reason: str) -> None:
    with pytest.raises(UsageError, match="names the customer"):
        erase(ledger.connection, "49151234567", STAMP, reason, ledger.path)


def test_every_spelling_in_entries_and_texts_goes_and_what_may_be_something_else_is_listed(ledger: Ledger) -> None:
    ledger.ingest(
        row(1, customer="+1/650/555-7788", name="Rosa-1.pdf"), row(2, customer="16505557788@c.us", name="Rosa-2.pdf"),
        row(3, customer="other"),
    )  # fmt: skip
    for text in (
        "1_650_555_7788",
        "call \u0661\u0666\u0665\u0660\u0665\u0665\u0665\u0667\u0667\u0668\u0668",
        "+1 (0) 650 555 7788",
        "%2B16505557788",
    ):
        flag_entry(ledger.connection, "wamid.3", text, STAMP)
    flag_entry(ledger.connection, "wamid.3", "no. 116505557788", STAMP)
    done = erase(ledger.connection, "16505557788", STAMP, "case 7", ledger.path)
    assert (done.records, done.texts) == (2, 4)
    assert {"+1/650/555-7788", "16505557788@c.us"} < done.spellings
    assert [(left.place, left.count) for left in done.not_reached] == [("reasons, inside of longer texts", 1)]
    assert in_file(ledger, "Rosa") == in_file(ledger, "7788@") == 0
    assert verify_ledger(ledger.connection).intact


def test_a_date_stays_and_is_listed(ledger: Ledger) -> None:
    ledger.ingest(row(1, customer="20260301"), row(2, customer="other"))
    for text in ("review of 2026-03-01", "from 2026-03-01T10:00Z", "asked by 20260301"):
        flag_entry(ledger.connection, "wamid.2", text, STAMP)
    done = erase(ledger.connection, "20260301", STAMP, "case 7", ledger.path)
    assert (done.records, done.texts) == (1, 1)
    assert [(left.place, left.count) for left in done.not_reached] == [("reasons, where something looks alike", 2)]


def test_a_name_goes_however_its_marks_are_written(ledger: Ledger) -> None:
    ledger.ingest(row(1, customer="Zo\u00eb M\u00fcller"), row(2, customer="other"))
    flag_entry(ledger.connection, "wamid.2", "for Zoe\u0308 Mu\u0308ller", STAMP)
    flag_entry(ledger.connection, "wamid.2", "for ZO\u00cb M\u00dcLLER", STAMP)
    done = erase(ledger.connection, "Zoe\u0308 M\u00fcller", STAMP, "case 7", ledger.path)
    assert (done.records, done.texts) == (1, 1)
    assert [(left.place, left.count) for left in done.not_reached] == [("reasons, where something looks alike", 1)]
