"""Changes that were interrupted between the document and its ledger."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from occ_media_cli.errors import Incomplete, Refused
from occ_media_cli.settings import editing, read
from occ_media_cli.settings.model import Config, InboxSettings
from occ_media_cli.settings.state import state
from occ_media_cli.store import atomic, documents, locate
from occ_media_cli.store.chain import Stamp
from occ_media_cli.store.open import reading
from tests.killed import killed_at_the_document

NOW = 1_800_000_000_000


def stamp(now: int = NOW) -> Stamp:
    return Stamp(now, now + 1, "dana", "os", "host", "test")


def interrupted(place: locate.Location, monkeypatch: pytest.MonkeyPatch, *, before: bool) -> None:
    """A change that stops right before the rename, or right after it."""
    with (
        killed_at_the_document(monkeypatch, in_place=not before),
        editing.editing(place, stamp(NOW + 10)) as editor,
    ):
        editor.change("inbox", {"receive": False}, reason="cut off")


@pytest.fixture
def place(tmp_path: Path) -> locate.Location:
    found = locate.at(tmp_path / "s.toml", explicit=True)
    with editing.editing(found, stamp()) as editor:
        assert editor.store.made
    return found


def history(place: locate.Location) -> list[tuple[int | None, bool, str | None, int | None]]:
    with reading(place) as store:
        return [(v.number, v.settings.receive, v.reason, v.uncertain_since) for v in read.versions(store.ledger)]


def test_a_change_whose_document_is_there_is_finished(place: locate.Location, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted(place, monkeypatch, before=False)
    with reading(place) as store:
        current = state(store, NOW + 10**9).inboxes[0].version
        assert (current.settings.receive, current.uncertain) == (False, False)
    with editing.editing(place, stamp(NOW + 20)) as editor:
        editor.change("inbox", {"send": False})
    assert history(place) == [(1, True, None, None), (2, False, "cut off", None), (3, False, None, None)]


def test_a_change_whose_document_is_not_there_never_happened(
    place: locate.Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = place.path.read_bytes()
    interrupted(place, monkeypatch, before=True)
    assert place.path.read_bytes() == before
    with editing.editing(place, stamp(NOW + 20)) as editor:
        editor.change("inbox", {"send": False})
    assert [version[:2] for version in history(place)] == [(1, True), (2, True)]


def test_a_document_that_cannot_be_written_changes_nothing(
    place: locate.Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(atomic, "write_atomically", full)
        with pytest.raises(Incomplete, match="no space"), editing.editing(place, stamp(NOW + 10)) as editor:
            editor.change("inbox", {"receive": False})
    with reading(place) as store:
        assert documents.open_intent(store.ledger) is None
    assert len(history(place)) == 1


def test_a_change_that_leaves_the_document_as_it_is_is_recorded(place: locate.Location) -> None:
    with editing.editing(place, stamp(NOW + 10)) as editor:
        editor.change("inbox", {"receive": False}, until=NOW + 20)
    with editing.editing(place, stamp(NOW + 15)) as editor:
        editor.change("inbox", {"receive": False}, until=NOW + 20)  # changes nothing
        assert not editor.events
    text = place.path.read_text()
    place.path.write_text(text + "# note\n")
    with editing.editing(place, stamp(NOW + 16)) as editor:
        assert not editor.events  # only a comment: nothing to record
    assert place.path.read_text() == text + "# note\n"


def test_a_hand_edit_never_starts_before_what_was_recorded(place: locate.Location) -> None:
    with editing.editing(place, stamp(NOW + 500)) as editor:
        editor.change("inbox", {"receive": False})
    place.path.write_text(place.path.read_text().replace("receive = false", "receive = true") + "[inboxes.new]\n")
    os.utime(place.path, (NOW / 1_000, NOW / 1_000))
    with editing.editing(place, stamp(NOW + 600)):
        pass
    with reading(place) as store:
        found = {(v.inbox, v.number): v for v in read.versions(store.ledger)}
    assert found["inbox", 3].valid_from == NOW + 600, "its time is before the document was left, and so is none of it"
    assert found["inbox", 3].uncertain_since == NOW + 501, (
        "the machine's time at which a command last left the document"
    )
    assert found["inbox", 3].superseded_by is None
    assert (found["inbox", 2].valid_to, found["inbox", 2].superseded_by) == (NOW + 600, None), "the past stays"
    assert found["new", 1].valid_from == NOW + 600
    assert found["new", 1].uncertain_since == NOW + 501


def test_a_hand_edit_may_remove_an_inbox(place: locate.Location) -> None:
    place.path.write_text("[inboxes.other]\n")
    with editing.editing(place, stamp(NOW + 600)) as editor:
        assert list(editor.config().inboxes) == ["other"]
    assert place.path.read_text() == "[inboxes.other]\n"


def test_accounts_may_change_hands_in_one_transaction(place: locate.Location) -> None:
    with editing.editing(place, stamp(NOW + 10)) as editor:
        editor.add_inbox("a", InboxSettings(channels=("web-widget:x",)))
    with editing.editing(place, stamp(NOW + 20)) as editor:
        editor.change("inbox", {"channels": ("web-widget:x",)})
        editor.change("a", {"channels": ()})
    with (
        pytest.raises(Refused, match="web-widget:x already belongs to inbox 'inbox'"),
        editing.editing(place, stamp(NOW + 30)) as editor,
    ):
        editor.change("a", {"channels": ("web-widget:x",)}, until=NOW + 40)
    assert "channels" not in place.path.read_text().partition("[inboxes.a]")[2]


def test_the_configuration_is_read_without_writing(place: locate.Location, tmp_path: Path) -> None:
    with reading(place) as store:
        assert list(editing.current(store, NOW).inboxes) == ["inbox"]
    place.path.write_text("[inboxes.x]\n[inboxes.y]\n")
    with reading(place) as store:
        assert list(editing.current(store, NOW).inboxes) == ["x", "y"]
    empty = locate.at(tmp_path / "e.db", explicit=False)
    with reading(empty) as store:
        assert editing.current(store, NOW).inboxes == Config().inboxes == {}
