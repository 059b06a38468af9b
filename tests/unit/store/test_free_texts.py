"""Texts that people write into events: each is covered by a commitment of its own, and by its text where it is older."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from occ_media_cli.store import canonical, chain, free_texts, locate
from occ_media_cli.store.connect import transaction
from occ_media_cli.store.open import changing

STAMP = chain.Stamp(now=1_700_000_000_000, wall=1_700_000_000_000, actor="dana", os_user="root", host="h", program="p")

BODY = {
    "inbox": 1, "backdate": "late", "deltas": [{"change": {"message": "hello", "tags": ["a"]}}],
    "versions": [{"value": {"messages": {"de": "hallo", "en/x": ""}, "description": "", "message": None}}],
}  # fmt: skip


def test_the_texts_of_an_event_have_a_place_each() -> None:
    assert list(free_texts.texts_of("setting", "why", BODY)) == [
        ("reason", "why"), ("/backdate", "late"), ("/deltas/0/change/message", "hello"),
        ("/versions/0/value/messages/de", "hallo"),
    ]  # fmt: skip
    for kind in ("plan", "flag", "alias", "approve", "inbox-add", "a kind of later"):  # whatever may be backdated
        assert list(free_texts.texts_of(kind, "why", BODY)) == [("reason", "why"), ("/backdate", "late")]
    assert list(free_texts.texts_of("flag", "", {})) == []


def test_what_the_chain_covers_says_nothing_of_a_text() -> None:
    some, reason, body = free_texts.promise("setting", "why", canonical.text(BODY))
    assert len({each.salt for each in some}) == len(some) == 4
    assert reason == {"commitment": canonical.commit_to(some[0].salt, "why").hex()}
    assert not any(text in body for text in ("late", "hello", "hallo"))
    assert '"tags":["a"]' in body
    assert free_texts.promise("note", None, "{}") == ([], None, "{}")


@pytest.mark.parametrize("kind", ["flag", "approval", "customer-alias", "a kind of later"])
def test_why_the_past_was_changed_is_covered_so_for_every_kind(kind: str) -> None:
    (why,), _, body = free_texts.promise(kind, None, canonical.text({"entry": 1, "backdate": "Anna asked"}))
    assert (why.place, why.text) == ("/backdate", "Anna asked")
    assert "Anna" not in body
    assert '"entry":1' in body


@pytest.mark.parametrize("key", ["a/b", "a~b", "~1", ""])
def test_a_place_leads_to_its_text_whatever_the_name_of_a_member(key: str) -> None:
    body = {"messages": {key: "text"}}
    ((place, text),) = free_texts.texts_of("setting", None, body)
    assert (text, free_texts.text_at(body, place)) == ("text", "text")
    free_texts.put(body, place, "other")
    assert body == {"messages": {key: "other"}}


def test_every_string_of_a_value_is_seen_names_too() -> None:
    assert list(free_texts.each_string({"ann": ["b", {"c": 1}], "d/e": "f"})) == [
        ("/ann", "ann"), ("/ann/0", "b"), ("/ann/1/c", "c"), ("/d~1e", "d/e"), ("/d~1e", "f"),
    ]  # fmt: skip


def test_a_text_that_was_not_erased_cannot_be_changed_through_sql(tmp_path: Path) -> None:
    with changing(locate.at(tmp_path / "s.db", explicit=True), STAMP) as store:
        connection = store.ledger
        with transaction(connection):
            chain.append(connection, [chain.Event("hold", {"name": "h"}, 1, "why")], STAMP)
        for statement in (
            "UPDATE event SET reason = '(erased)' WHERE seq = 2",
            'UPDATE event SET body = \'{"name":"(erased)"}\' WHERE seq = 2',
            "DELETE FROM free_text",
            "UPDATE free_text SET salt = zeroblob(16)",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
        connection.execute(
            "UPDATE free_text SET salt = NULL, commitment = zeroblob(32), event = 1 WHERE place = 'reason'"
        )
        connection.execute("UPDATE event SET reason = '(erased)' WHERE seq = 2")  # an erasure may
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):  # but not the other one with it
            connection.execute('UPDATE event SET body = \'{"name":"(erased)"}\' WHERE seq = 2')
