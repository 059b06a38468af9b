"""Intents beside the chain: what a killed command left is finished and told, and what somebody wrote there is not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.settings import editing, read
from occ_media_cli.settings.intents import find_ended
from occ_media_cli.settings.state import state
from occ_media_cli.store import documents, locate
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.open import reading
from tests.killed import killed_at_the_document

NOW = 1_800_000_000_000


def stamp(now: int = NOW, actor: str = "dana") -> Stamp:
    return Stamp(now, now + 1, actor, "os", "host", "test 1")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> locate.Location:
    """A store whose document an interrupted change of mona has left: receiving is off in it."""
    found = locate.at(tmp_path / "s.toml", explicit=True)
    with editing.editing(found, stamp()):
        pass
    with killed_at_the_document(monkeypatch, in_place=True), editing.editing(found, stamp(NOW + 10, "mona")) as editor:
        editor.change("inbox", {"receive": False}, reason="cut off")
    return found


def forge(place: locate.Location, change: Callable[[dict[str, Any]], object] | str) -> None:
    """Write something else into the intent, as whoever may write the file can."""
    with closing(sqlite3.connect(place.ledger)) as connection, connection:
        (text,) = connection.execute("SELECT body FROM intent").fetchone()
        if isinstance(change, str):
            text = change
        else:
            body = json.loads(text)
            change(body)
            text = json.dumps(body)
        connection.execute("UPDATE intent SET body = ?", (text,))


def after(place: locate.Location, now: int = NOW + 20) -> list[tuple[bool, str | None, int | None]]:
    """The next command of dana, and the versions on record then, with who made each and since when it is uncertain."""
    with editing.editing(place, stamp(now)):
        pass
    with reading(place) as store:
        assert documents.open_intent(store.ledger) is None
        assert verify_ledger(store.ledger).intact
        assert state(store, now + 10**9).inboxes[0].version.settings.receive is False, "the document is in force"
        return [(v.settings.receive, v.actor, v.uncertain_since) for v in read.versions(store.ledger)]


def test_a_change_that_was_finished_is_on_record_as_such(place: locate.Location) -> None:
    assert after(place) == [(True, "dana", None), (False, "mona", None)]
    with reading(place) as store:
        (found,) = find_ended(store.ledger)
        assert verify_ledger(store.ledger).ended == (found,)
        assert (found.by, found.wall, found.actor, found.os_user, found.made) == (
            "dana", NOW + 21, "mona", "os", NOW + 11
        )  # fmt: skip
        assert (found.first, found.seq, found.why) == (4, 5, None)
        assert documents.last_document(store.ledger)[1] == NOW + 21, "by the clock of who recorded it"
    assert "made by mona" in found.in_words()
    assert after(place) == [(True, "dana", None), (False, "mona", None)], "once"


def _event(body: dict[str, Any], /, **other: object) -> None:
    body["events"][0].update(other)


def _body(body: dict[str, Any], /) -> Any:
    return body["events"][0]["body"]


def _version(body: dict[str, Any], /) -> Any:
    return _body(body)["versions"][0]


def _deltas(body: dict[str, Any], /) -> Any:
    return _body(body)["deltas"]


def _of(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "body": body, "ms": NOW + 10}


NOT_OURS = "it is none that this program writes"
NOT_MADE = f"{NOT_OURS}: its entries are not what comes of the change that it says"

FORGED: dict[str, tuple[Callable[[dict[str, Any]], object] | str, str]] = {
    "no text of ours": ("{", "not written on this chain"),
    "a list": ("[]", "not written on this chain"),
    "deep": ('{"a":' * 20_000, "not written on this chain"),
    "another chain": (lambda body: body.update(link="00" * 16), "not written on this chain"),
    "another place": (lambda body: body.update(base=1), "not written on this chain"),
    "a place ahead": (lambda body: body.update(base=2**70), "not written on this chain"),
    "no place": (lambda body: body.pop("base"), "not written on this chain"),
    "no events": (lambda body: body.update(events=[]), "other events"),
    "an event that is none": (lambda body: body.update(events=[5]), "none that this program writes"),
    "no stamp": (lambda body: body.pop("stamp"), "none that this program writes"),
    "an approval": (lambda body: body["events"].append({"kind": "approval", "body": {}, "ms": NOW}), "other events"),
    "somebody else's name": (lambda body: _event(body, actor="zoe"), "other events"),
    "a body of another shape": (lambda body: _event(body, body={"inbox": {"a": 1}}), "none that this program writes"),
    "a number that no table takes": (
        lambda body: body["events"][0]["body"]["versions"][0].update(version=2**70), "none that this program writes"
    ),
    "other settings": (
        lambda body: (_deltas(body)[0]["change"].update(receive=True), _version(body)["value"].update(receive=True)),
        NOT_MADE,
    ),
    "a setting that no change has": (lambda body: _version(body)["value"].update(send=False), NOT_MADE),
    "a message that the document has not": (lambda body: _version(body)["value"].update(message="no"), NOT_MADE),
    "a version of the past": (
        lambda body: (_version(body).update({"from": NOW - 9}), _body(body).update(replaced=[[1, 2]], cut=[])), NOT_MADE
    ),
    "a cut that follows from nothing": (lambda body: _body(body).update(cut=[[1, NOW + 5]]), NOT_MADE),
    "another number": (lambda body: _version(body).update(version=7), NOT_MADE),
    "a time before its own": (lambda body: _event(body, ms=NOW + 5), "at another time than its own"),
    "a span before its own": (lambda body: _deltas(body)[0].update({"from": NOW - 5}), "changes a span"),
    "a span that ends first": (lambda body: _deltas(body)[0].update(until=NOW + 10), "changes a span"),
    "another place among the changes": (lambda body: _deltas(body)[0].update(at=NOW + 900), "changes a span"),
    "another field in its deltas": (lambda body: _deltas(body)[0]["change"].update(send=False), NOT_MADE),
    "an uncertain time": (lambda body: _body(body).update(uncertain_since=NOW - 10**9), NOT_MADE),
    "more than it says": (lambda body: _body(body).update(other=1), NOT_MADE),
    "a long reason": (lambda body: _event(body, reason="r" * 5_000), NOT_OURS),
    "a long reason for a backdate": (
        lambda body: (_event(body, reason="r"), _body(body).update(backdate="r" * 5_000)), NOT_OURS
    ),
    "a text that no inbox has": (lambda body: _deltas(body)[0]["change"].update(description="d\0"), NOT_OURS),
    "an edit by hand": (lambda body: _event(body, actor=""), "an edit by hand that is none"),
    "an edit by hand of long ago": (
        lambda body: (_event(body, actor="", reason="edited by hand", ms=NOW - 10**9),
                      _deltas(body)[0].update({"from": NOW - 10**9}), _body(body).update(uncertain_since=NOW + 1)),
        "an edit by hand that was not made then",
    ),
    "an inbox that is not there": (lambda body: _body(body).update(inbox=9), NOT_OURS),
    "an inbox without settings": (
        lambda body: body["events"].append(_of("inbox-add", {"inbox": 2, "name": "x", "created": NOW + 10})), NOT_OURS
    ),
    "the same twice": (lambda body: body["events"].append(body["events"][0]), NOT_OURS),
    "a section as it is": (
        lambda body: body["events"].append(_of("config", {"section": "store", "version": 1, "value": {}})), NOT_MADE
    ),
    "no name": (lambda body: body["stamp"].update(actor=""), "does not say who"),
    "a name that shows nothing": (lambda body: body["stamp"].update(actor="mo\u200bna"), "does not say who"),
    "a name that is read as another": (lambda body: body["stamp"].update(actor="m\u043ena"), "names nobody"),
    "a user that acts on the screen": (lambda body: body["stamp"].update(os_user="a\x1b[2J"), "does not say who"),
    "a long program": (lambda body: body["stamp"].update(program="p" * 1_000), "does not say who"),
    "no time": (lambda body: body["stamp"].update(wall="now"), "does not say when"),
    "the future": (lambda body: body["stamp"].update(wall=NOW + 10**9), "between the entry before it and now"),
    "before the entry before it": (lambda body: body["stamp"].update(wall=NOW - 10**9), "between the entry before"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGED)
def test_what_does_not_fit_is_refused_on_record_and_the_document_counts_as_edited(
    place: locate.Location, name: str
) -> None:
    change, why = FORGED[name]
    forge(place, change)
    assert after(place) == [(True, "dana", None), (False, None, NOW + 1)], "edited by nobody knows whom"
    with reading(place) as store:
        (found,) = find_ended(store.ledger)
    assert found.why is not None
    assert why in found.why
    assert (found.by, found.first) == ("dana", None)
    words = found.in_words()
    assert words.isprintable(), "whatever it says of itself"
    assert len(words) < 5_000


def test_one_that_makes_other_settings_is_refused(place: locate.Location) -> None:
    """All of it follows from its change, and the document says something else."""
    with closing(sqlite3.connect(place.ledger)) as connection, connection:
        text = place.path.read_bytes().replace(b"send = true", b"send = false")
        place.path.write_bytes(text)
        connection.execute("UPDATE intent SET after = ?", (documents.digest_of_document(text),))
    assert after(place) == [(True, "dana", None), (False, None, NOW + 1)]
    with reading(place) as store:
        (found,) = find_ended(store.ledger)
    assert found.why == "it does not make the settings that the document has"


def test_a_past_that_is_written_anew_needs_its_backdate(place: locate.Location) -> None:
    """What a command would have been refused without a reason for a change of the past, an intent is too."""
    at = NOW - 500

    def past(body: dict[str, Any]) -> None:
        body["stamp"]["now"] = at
        _event(body, ms=at)
        _deltas(body)[0].update({"from": at})
        _version(body).update({"from": at, "to": None})

    forge(place, past)
    assert [actor for _, actor, _ in after(place)] == ["dana", None]
    with reading(place) as store:
        (found,) = find_ended(store.ledger)
    assert found.why == NOT_OURS


def refused(place: locate.Location) -> str | None:
    """Why the next command of dana refuses the change that it meets; that it is told with its own words."""
    with editing.editing(place, stamp(NOW + 20)) as editor:
        ended = editor.store.ended
    assert ended is not None
    with reading(place) as store:
        assert documents.open_intent(store.ledger) is None
        assert verify_ledger(store.ledger).ended == find_ended(store.ledger) == (ended,)
    assert (ended.by, ended.actor, ended.os_user, ended.made) == ("dana", "mona", "os", NOW + 11)
    assert (ended.would, ended.reason) == ("inbox 'inbox': receive on → off", "cut off")
    assert "by its own words made by mona at 2027-01-15T08:00:00.011Z" in ended.in_words()
    assert "for inbox 'inbox': receive on → off because of \"cut off\"" in ended.in_words()
    return ended.why


def test_one_whose_document_was_edited_since_is_refused_with_its_own_words(place: locate.Location) -> None:
    place.path.write_bytes(place.path.read_bytes() + b"# a comment\n")
    assert refused(place) == "somebody has changed the document since it was written"


def test_one_whose_document_never_came_in_place_is_on_record(place: locate.Location) -> None:
    with closing(sqlite3.connect(place.ledger)) as connection, connection:
        there = documents.digest_of_document(place.path.read_bytes())
        connection.execute("UPDATE intent SET before = ?, after = ?", (there, b"x" * 32))
    assert refused(place) == "its document never came in place, so the change never happened"


def test_an_intent_of_another_copy_of_the_store_is_refused(place: locate.Location, tmp_path: Path) -> None:
    with closing(sqlite3.connect(place.ledger)) as connection, connection:
        row = connection.execute("SELECT before, after, body FROM intent").fetchone()
        connection.execute("DELETE FROM intent")
    document = place.path.read_bytes()
    with editing.editing(place, stamp(NOW + 12)) as editor:  # this copy goes another way
        editor.change("inbox", {"receive": True})
    place.path.write_bytes(document)
    with closing(sqlite3.connect(place.ledger)) as connection, connection:
        connection.execute("INSERT INTO intent (id, before, after, body) VALUES (1, ?, ?, ?)", row)
    assert [actor for _, actor, _ in after(place)][-1] is None
    with reading(place) as store:
        (found,) = find_ended(store.ledger)
    assert found.why == "it was not written on this chain, or a command has changed the document since"


def test_a_document_that_a_forged_restore_promises_is_not_read(place: locate.Location) -> None:
    from base64 import b64encode

    other = b"[inboxes.inbox]\nreceive = true\n"
    with closing(sqlite3.connect(place.ledger)) as connection, connection:
        connection.execute(
            "UPDATE intent SET before = after, after = ?, body = ?",
            (documents.digest_of_document(other), json.dumps({"document": b64encode(other).decode()})),
        )
    assert after(place)[-1] == (False, None, NOW + 1)


def test_entries_that_came_after_it_do_not_spoil_it(place: locate.Location) -> None:
    from occ_media_cli.store import chain

    with closing(sqlite3.connect(place.ledger, isolation_level=None)) as connection:  # a gate that runs on
        connection.execute("BEGIN")
        chain.append(
            connection, [chain.Event("scan", {"sha256": "", "state": "clean", "facts": []}, NOW)], stamp(NOW + 15)
        )
        connection.execute("COMMIT")
    assert after(place)[-1] == (False, "mona", None)
