"""Making a store, and sharing it with a group of the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.settings.editing import editing

if TYPE_CHECKING:
    from collections.abc import Callable

    from occ_media_cli.settings.document.document_schema import ProfileCheck
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.store.chain import Stamp
    from occ_media_cli.store.locate import Location


def make_store(
    location: Location,
    stamp: Stamp,
    group: str | None = None,
    profiles: ProfileCheck | None = None,
    *,
    adopted: Callable[[Editor], None] = lambda _: None,
) -> bool:
    """Make a store, or bring one to the schema of this program; whether it was made.

    group: a group of this host that may change it too. UsageError for one that is not there, Refused for a folder that
    is not shared with it. adopted: called with what hand edits of its document changed, before that is kept.
    """
    from occ_media_cli.store import lock, share

    number = None
    if group is not None:
        number = share.group_id(group)
        if not location.exists and location.rehearsal is None:
            share.prepare_folder(location.path.absolute().parent, number, group)
    with editing(location, stamp, profiles=profiles, anew=True) as editor:
        adopted(editor)
        made = editor.store.made
    if number is not None and location.rehearsal is None:
        files = {location.path, location.ledger}
        if location.document is not None:
            files.add(lock.file_of(location.document))
        for path in sorted(files):
            share.hand_over(path, number)
    return made
