"""Whatever change a command of this program was killed in, the next one makes the same of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.ledger.verify.recompute import verify_ledger
from occ_media_cli.settings import editing, read
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.store import locate
from occ_media_cli.store.open import reading
from tests.killed import killed_at_the_document
from tests.unit.settings.test_interrupted import NOW, stamp

Edit = Callable[[Any], object]


def _apply(text: str) -> Edit:
    def follow(editor: Any) -> None:
        from occ_media_cli.settings import reconcile
        from occ_media_cli.settings.document import load

        reconcile.follow(editor, load.parse(text.encode(), "x.toml", store=False), reason="new plan")

    return follow


def _import(editor: Any) -> None:
    from occ_media_cli.settings import history_import
    from occ_media_cli.settings.imported import ImportedRow

    rows = [ImportedRow("inbox", NOW - 900, {"send": False}, "then", 1), ImportedRow("old", NOW - 800, {}, None, 2),
            ImportedRow("old", NOW - 700, {"receive": False}, None, 3)]  # fmt: skip
    history_import.record(editor, rows, "h.json")


COMMANDS: dict[str, tuple[Edit, ...]] = {
    "a box": (lambda editor: editor.change("inbox", {"send": False}, until=NOW + 500, reason="fair"),),
    "a box in a box": (
        lambda editor: (editor.change("inbox", {"send": False}, until=NOW + 900),
                        editor.change("inbox", {"send": False}, until=NOW + 500)),
    ),
    "a reason for what it says already": (lambda editor: (editor.change("inbox", {"send": True}, reason="still"), editor.add_inbox("vip")),),
    "languages": (lambda editor: editor.change("inbox", {"receive": False}, texts={"ar": "a", "de": "d"}),),
    "an inbox": (lambda editor: editor.add_inbox("vip", InboxSettings(tags=("a",), quota="5 GB"), reason="new"),),
    "a name and who names it": (
        lambda editor: (editor.add_inbox("vip"), editor.set_section("agents", {"kim": {"role": "agent", "inboxes": ["vip"]}})),
        lambda editor: editor.rename_inbox("vip", "key"),
    ),
    "an end by force": (
        lambda editor: (editor.add_inbox("vip"), editor.set_section("agents", {"kim": {"role": "agent", "inboxes": ["vip"]}})),
        lambda editor: editor.remove_inbox("vip", "gone", force=True),
    ),
    "a whole plan": (
        _apply('[inboxes.inbox]\nreceive = false\n[inboxes.inbox.box]\nuntil = 2030-01-01T00:00:00Z\nsend = false\n'
               '[inboxes.b]\ntags = ["x"]\n[[retention.rule]]\nremove_after = "30d"\n[[suppression]]\nrule = "over-limit"\n'
               'expires = "2030-01-01T00:00:00Z"\n[store]\nsecond_person = false\nclassification = ["secret"]\n'),
    ),
    "an older version": (
        lambda editor: editor.change("inbox", {"send": False}), lambda editor: editor.revert("inbox", 1, reason="back"),
    ),
    "an import": (_import,),
    "a change of the past": (
        lambda editor: editor.change("inbox", {"send": False}),
        lambda editor: (setattr(editor, "stamp", stamp(NOW - 900, "mona")), editor.change("inbox", {"scan": "record"}, backdate="late")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("name", COMMANDS)
def test_whatever_a_command_was_about_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, edited: bool
) -> None:
    """Also where it recorded what somebody had edited by hand before."""
    found = locate.at(tmp_path / "s.toml", explicit=True)
    *before, last = COMMANDS[name]
    with editing.editing(found, stamp()):
        pass
    for turn, edit in enumerate(before):
        with editing.editing(found, stamp(NOW + 1 + turn)) as editor:
            edit(editor)
    if edited:
        text = found.path.read_text().replace("[inboxes.inbox]\n", '[inboxes.inbox]\ndescription = "mine"\n')
        found.path.write_text(text + '\n[inboxes.new]\nsend = false\n[rules.over-limit]\nseverity = "note"\n')
    at = stamp(NOW - 900, "mona") if name == "a change of the past" else stamp(NOW + 10, "mona")
    recorded: list[tuple[str, str | None]] = []

    with killed_at_the_document(monkeypatch, in_place=True), editing.editing(found, at) as editor:
        last(editor)
        recorded.extend((event.kind, event.actor) for event in editor.events)
    with editing.editing(found, stamp(NOW + 20)) as editor:
        ended = editor.store.ended
        assert editor.events == [], "the document is what the ledger says"
    assert ended is not None
    assert ended.why is None
    assert (ended.actor, ended.seq - (ended.first or 0)) == ("mona", len(recorded))
    assert ("setting", "") in recorded or not edited
    with reading(found) as store:
        assert verify_ledger(store.ledger).intact


def test_a_store_that_never_came_about_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = locate.at(tmp_path / "s.toml", explicit=True)
    with killed_at_the_document(monkeypatch, in_place=False), editing.editing(found, stamp(NOW, "mona")):
        pass
    with editing.editing(found, stamp(NOW + 20)) as editor:
        assert editor.store.ended is not None
        assert editor.store.ended.why == "its document never came in place, so the change never happened"
        assert editor.store.made
        editor.change("inbox", {"receive": False})
    with reading(found) as store:
        assert verify_ledger(store.ledger).intact
        assert [v.settings.receive for v in read.versions(store.ledger)] == [True, False]
