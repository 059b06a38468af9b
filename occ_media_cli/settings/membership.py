"""Channels and tags of inboxes, one at a time, and choosing inboxes by name or by tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from occ_media_cli.errors import UsageError
from occ_media_cli.report.unknown_name import slip_of_name, unknown_name
from occ_media_cli.report.words import nearest, suggestion
from occ_media_cli.settings import inbox_fields, inbox_names, read

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.model import InboxSettings
    from occ_media_cli.settings.write import ChangeOutcome

ListField = Literal["channels", "tags"]
"""The settings that are lists of texts."""


def add_item(
    editor: Editor, inbox: str, field: ListField, item: str, *, reason: str | None = None, backdate: str | None = None
) -> ChangeOutcome:
    """Add an item to the channels or tags of an inbox, now and in every span ahead; one that is there stays once."""

    def added(settings: InboxSettings) -> InboxSettings:
        items = getattr(settings, field)
        return settings.changed({field: items if item in items else (*items, item)})

    return editor.alter(inbox, added, reason=reason, backdate=backdate)


def check_item(field: ListField, item: str) -> None:
    """`FieldProblem` for an item that may not be kept, before a store is made for nothing."""
    inbox_fields.checked({field: (item,)})


def take_item(
    editor: Editor, inbox: str, field: ListField, item: str, *, reason: str | None = None, backdate: str | None = None
) -> ChangeOutcome:
    """Take an item from the channels or tags of an inbox; NotFound where it has none of that name."""

    def left(settings: InboxSettings) -> InboxSettings:
        return settings.changed({field: tuple(other for other in getattr(settings, field) if other != item)})

    there = getattr(editor.settings(inbox), field)
    if item not in there:
        what = f"inbox '{inbox}' has no {field.removesuffix('s')} '{item}'"
        raise unknown_name(what, item, there, hint="see what it has", topic=("inbox", inbox))
    return editor.alter(inbox, left, reason=reason, backdate=backdate)


def refuse_unknown_tags(tags: Iterable[str], there: Collection[str]) -> None:
    """UsageError for a tag that no inbox has. there: the tags of all inboxes."""
    for tag in tags:
        if tag not in there:
            near = nearest(tag, sorted(there))
            raise UsageError(
                f"no inbox has the tag '{tag}'{suggestion(tag, sorted(there))}",
                hint=f"name the tag {near}" if near is not None else "tag one first",
                topic=() if near is not None else ("tag", tag),
                slip=slip_of_name(tag, there),
            )


def choose_inboxes(
    editor: Editor,
    asked: Sequence[str] = (),
    *,
    everything: bool = False,
    tags: Sequence[str] = (),
    create: bool = False,
    backdate: str | None = None,
) -> list[str]:
    """The inboxes that a change is about, each once: those that are named, those with any of some tags, or all of them.

    create: one that is named and not there is made; backdate: why in the past. A name may be a glob, as of
    `inboxes_named`. NotFound for an unknown name, UsageError for a tag of nobody.
    """
    known = read.inbox_ids(editor.connection)
    if everything:
        return list(known)
    if tags:
        tagged = {name: plan.base.tags for name, plan in editor.config().inboxes.items()}
        there = {tag for of_inbox in tagged.values() for tag in of_inbox}
        refuse_unknown_tags(tags, there)
        return [name for name, of_inbox in tagged.items() if not set(tags).isdisjoint(of_inbox)]
    return inboxes_named(editor, asked, create=create, backdate=backdate)


def inboxes_named(
    editor: Editor, asked: Sequence[str], *, create: bool = False, backdate: str | None = None
) -> list[str]:
    """The inboxes that some words name (`inbox_names.expanded`), each once; NotFound for a word that names none.

    create: make what is named, and no glob.
    """
    known = read.inbox_ids(editor.connection)
    chosen = inbox_names.expanded(asked, known, str(editor.store.location.path))
    for name in chosen:
        if name not in known:
            if not create:
                raise editor.unknown(name, known)
            editor.add_inbox(name, backdate=backdate)
    return chosen
