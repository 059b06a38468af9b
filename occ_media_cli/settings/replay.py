"""A change of settings made again from what it says of itself: it is this program's own only where that comes to the
same entries.

An intent beside the chain has the deltas of a change and what came of them. Versions, cuts, replacements, numbers and
every limit of a text follow from the deltas on the settings that were there; so nothing of that is believed. The editor
makes each change anew, held to what it would have held a command to, and what it records is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli.settings import edit_time, past, read
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.settings.timeline import Delta
from occ_media_cli.settings.write import Origin
from occ_media_cli.store import canonical, chain
from occ_media_cli.store.documents import last_document
from occ_media_cli.store.free_texts import BACKDATE
from occ_media_cli.values import as_dict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from occ_media_cli.settings.editor import Editor


class Misfit(Exception):
    """An intent is none that this program wrote on this chain. what: why, for people and for the record."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


NOT_OURS = "it is none that this program writes"


def replay(editor: Editor, said: Sequence[chain.Event], path: Path) -> None:
    """Make the changes that events say, under the editor's stamp; Misfit where other events come of them, and whatever
    the editor and broken values raise.

    path: of the document, in which somebody may have changed settings by hand before.
    """
    again = _Replay(editor, path)
    rest = list(said)
    while rest:
        done = len(editor.events)
        again.change(rest)
        made = editor.events[done:]
        if not made or [_text(event) for event in made] != [_text(event) for event in rest[: len(made)]]:
            raise Misfit(f"{NOT_OURS}: its entries are not what comes of the change that it says")
        del rest[: len(made)]
    editor.check_changes()


def _text(event: chain.Event) -> str:
    return canonical.text(as_dict(event))


class _Replay:
    """One change after another, with what is known of edits by hand that were recorded with them."""

    def __init__(self, editor: Editor, path: Path) -> None:
        self._editor, self._connection, self._stamp = editor, editor.connection, editor.stamp
        self._seen = last_document(editor.connection)[1]
        self._words = edit_time.reason_of_edit(path, self._seen)
        self._command_began = False

    def change(self, rest: Sequence[chain.Event]) -> None:
        """The change that the first of some events begins, made by the editor."""
        event, editor = rest[0], self._editor
        editor.by_hand = event.actor == chain.NOBODY
        body: Mapping[str, Any] = event.body  # whatever it says is compared with what comes of it
        why = body.get(BACKDATE)
        if editor.by_hand:
            command = event.kind == "inbox-rename" or why is not None or "confirmed" in body
            if self._command_began or command or event.reason != self._words:
                raise Misfit(f"{NOT_OURS}: it has an edit by hand that is none")
        else:
            self._command_began = True
        match event.kind:
            case "inbox-add":
                self._check_time(event)
                # One that has no settings of its own is none that the editor makes; `replay` compares both.
                following: Mapping[str, Any] = rest[1].body
                asked = InboxSettings().changed(read.change_of(following["deltas"][0]["change"]))
                editor.add_inbox(
                    body["name"], asked, reason=event.reason, at=event.ms, uncertain_since=self._since(), backdate=why
                )
            case "setting":
                self._set(event)
            case "inbox-rename":
                self._check_time(event)
                editor.rename_inbox(self._inbox(body)[0], body["name"], event.reason, backdate=why)
            case "inbox-remove":
                name, number = self._inbox(body)
                self._check_time(event, inbox=number)
                editor.remove_inbox(name, event.reason, event.ms, backdate=why)
            case _:
                section = body["section"]
                self._check_time(event, section=section)
                editor.set_section(section, _value_in_the_end(rest), event.reason, event.ms, backdate=why)

    def _set(self, event: chain.Event) -> None:
        body: Mapping[str, Any] = event.body  # whatever it says is compared with what comes of it
        why = body.get(BACKDATE)
        inbox = self._inbox(body)
        self._check_time(event, inbox=inbox[1])
        if not self._editor.by_hand:
            past.refuse_inbox_past(self._connection, inbox, event.ms, self._stamp, why)
        planned = event.ms if why is not None else read.newest_change(self._connection, inbox[1])
        orders = {event.ms, max(event.ms, planned or event.ms)}
        deltas = [_delta(item, event.ms, orders) for item in body["deltas"]]
        undone = tuple(body.get("undone", ()))
        origin = Origin(event.reason, why, self._since(), confirms=body.get("confirmed") is True, undone=undone)
        self._editor.write(inbox, deltas, event.ms, origin)

    def _inbox(self, body: Mapping[str, Any]) -> tuple[str, int]:
        known = {number: name for name, number in read.inbox_ids(self._connection).items()}
        return known[body["inbox"]], body["inbox"]

    def _since(self) -> int | None:
        return self._seen if self._editor.by_hand else None

    def _check_time(self, event: chain.Event, *, inbox: int | None = None, section: str | None = None) -> None:
        """Misfit for a change at another time than that of its command, which only an import has, with its reason; and
        for an edit by hand that can not have been made then."""
        stamp = self._stamp
        if not self._editor.by_hand:
            if event.ms != stamp.now and event.body.get(BACKDATE) is None:
                raise Misfit(f"{NOT_OURS}: it has a change at another time than its own")
            return
        low = event.ms if self._seen is None else self._seen
        high = stamp.now if self._seen is None else max(stamp.wall, self._seen)
        if inbox is not None:
            low, high = (edit_time.start_for_inbox(self._connection, inbox, at, stamp.wall) for at in (low, high))
        elif section is not None:
            low, high = (edit_time.start_for_section(self._connection, section, at, stamp.wall) for at in (low, high))
        if not low <= event.ms <= high:
            raise Misfit(f"{NOT_OURS}: it has an edit by hand that was not made then")


def _value_in_the_end(rest: Sequence[chain.Event]) -> Any:
    """What a change of a section makes of it in the end: behind its own entry, it has one for each planned start."""
    last = rest[0]
    for event in rest[1:]:
        same = (event.kind, event.actor) == (last.kind, last.actor) and event.body["section"] == last.body["section"]
        if not same or event.ms <= last.ms:
            break
        last = event
    return last.body["value"]


def _delta(item: Any, at: int, orders: set[int]) -> Delta:
    """A delta as a change of that time keeps it. orders: where it may stand among the others."""
    start, end, order = item["from"], item["until"], item.get("at", at)
    whole = type(start) is int and type(order) is int and (end is None or type(end) is int)
    if not whole or start < at or (end is not None and end <= start) or order not in orders:
        raise Misfit(f"{NOT_OURS}: it changes a span that no change at its time has")
    return Delta(start, end, read.change_of(item["change"]), order)
