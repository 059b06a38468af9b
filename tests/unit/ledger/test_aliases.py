"""One person under several ids: resolved in one place, taken by an erasure, and proved like everything else."""

from __future__ import annotations

import pytest

from occ_media_cli.errors import NotFound, UsageError
from occ_media_cli.ledger import query
from occ_media_cli.ledger.aliases import add_alias, persons, remove_alias
from occ_media_cli.ledger.customers import forms_of
from occ_media_cli.ledger.erase import erase
from occ_media_cli.ledger.verify.recompute import verify_ledger
from tests.unit.ledger.conftest import STAMP, Ledger, row

ROSA = ("+1 650 555-1234", "rosa@example.com", "psid-77")


def fill(ledger: Ledger) -> None:
    ledger.ingest(
        row(1, customer="16505551234"), row(2, customer="Rosa@Example.com"), row(3, customer="psid-77"),
        row(4, customer="somebody"), row(5, customer="tel:+16505551234"),
    )  # fmt: skip


def listed(ledger: Ledger, customer: str) -> list[str]:
    return [str(entry["id"]) for entry in query.entries(ledger.connection, query.Filters(customer=customer))]


def test_ids_become_one_person_step_by_step_and_one_leaves_again(ledger: Ledger) -> None:
    fill(ledger)
    assert listed(ledger, "16505551234") == ["wamid.1", "wamid.5"]
    add_alias(ledger.connection, ROSA[:2], "case 7", STAMP)
    assert add_alias(ledger.connection, ["rosa@EXAMPLE.com", "psid-77"], "case 8", STAMP) == ROSA
    [person] = persons(ledger.connection, "0016505551234")
    assert person.ids == ROSA
    assert persons(ledger.connection, "somebody") == []
    for one in (*ROSA, "whatsapp:+16505551234"):
        assert listed(ledger, one) == ["wamid.1", "wamid.2", "wamid.3", "wamid.5"]
    assert remove_alias(ledger.connection, "psid-77", "another person", STAMP) == ROSA[:2]
    assert (listed(ledger, "psid-77"), listed(ledger, ROSA[0])) == (["wamid.3"], ["wamid.1", "wamid.2", "wamid.5"])
    assert remove_alias(ledger.connection, ROSA[0], "another person", STAMP) == ()
    assert persons(ledger.connection) == []
    assert verify_ledger(ledger.connection).problems == ()


def test_an_erasure_takes_every_id_of_the_person_and_the_aliases_themselves(ledger: Ledger) -> None:
    fill(ledger)
    add_alias(ledger.connection, ROSA, "case 7", STAMP)
    with pytest.raises(UsageError, match="names the customer"):
        erase(ledger.connection, "psid-77", STAMP, "Rosa@Example.com asked", ledger.path)
    done = erase(ledger.connection, "psid-77", STAMP, "case 9", ledger.path)
    assert (done.records, done.events) == (4, 1)
    assert done.spellings >= {"16505551234", "Rosa@Example.com", "psid-77", "tel:+16505551234"}
    assert persons(ledger.connection) == []
    assert forms_of(ledger.connection, "psid-77") == {"psid-77"}
    data = ledger.path.read_bytes()
    assert not any(text in data for text in (b"Rosa@", b"rosa@", b"16505551234", b"psid-77"))
    assert ledger.all("SELECT sender FROM sender_total WHERE direction = 1 AND sender <> ''") == [("somebody",)]
    assert verify_ledger(ledger.connection).problems == ()


@pytest.mark.parametrize(
    ("ids", "reason", "words"),
    [
        (["c-1"], "case", "two ids or more are needed"), (["c-1", "c-1"], "case", "two ids or more are needed"), (["+16505551234", "16505551234"], "case", "spellings of one id"),
        (["c-1", " "], "case", "is empty"), (["c-1", "c-2"], " ", "reason is empty"), (["c-1", "c-2"], "c-1 asked", "names the customer"),
        (["c-1", "c\0"], "case", "NUL"), (["c-1", "c\ud800"], "case", "surrogate"), ([f"c-{n}" for n in range(101)], "case", "more than 100"),
    ],
)  # fmt: skip
def test_what_is_no_alias_is_refused_and_leaves_nothing(
    ledger: Ledger, ids: list[str], reason: str, words: str
) -> None:
    before = ledger.one("SELECT seq FROM head")
    with pytest.raises(UsageError, match=words):
        add_alias(ledger.connection, ids, reason, STAMP)
    assert ledger.one("SELECT seq FROM head") == before


def test_saying_it_twice_or_removing_what_is_not_there_is_told(ledger: Ledger) -> None:
    add_alias(ledger.connection, ["c-1", "c-2"], "case", STAMP)
    with pytest.raises(UsageError, match="one person already"):
        add_alias(ledger.connection, ["c-2", "c-1"], "case", STAMP)
    with pytest.raises(NotFound, match="has no alias"):
        remove_alias(ledger.connection, "c-3", "case", STAMP)
