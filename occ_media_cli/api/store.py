"""The store itself from Python."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from occ_media_cli.api.arguments import Calls

if TYPE_CHECKING:
    from occ_media_cli.retention.restore_store import RestoredStore
    from occ_media_cli.store.backup import Copy
    from occ_media_cli.store.describe import StoreInfo


class Stores(Calls):
    """`desk.store`: making, describing, copying and restoring the store."""

    def init(self, *, group: str | None = None) -> bool:
        """Make the store, or bring it to the schema of this program; whether it was made.

        group: a group of this host that may change it too.

        Raises UsageError for a group that is not there, Refused for a folder that is not shared with it, Incomplete
        where it cannot be made.

            >>> OccMedia("new.db").store.init()
            True
        """
        from occ_media_cli.decide.known_profiles import known_profiles
        from occ_media_cli.settings.make_store import make_store

        self._door.refuse_if_read_only()
        return make_store(self._door.location, self._door.stamp(), group, known_profiles)

    def set(self, *, time_zone: str | None, reason: str | None = None, backdate: str | None = None) -> bool:
        """Give the store the time zone in which its people type and read times, or None; whether it had another.

        What Python reads stays in UTC.

        Raises UsageError for a name that is no time zone, Refused for a change of the past without its reason.

            >>> desk.store.set(time_zone="Asia/Dubai")
            True
        """
        from occ_media_cli.settings.time_zone import set_time_zone
        from occ_media_cli.time_zones import find_zone

        name = None if time_zone is None else find_zone(time_zone, "time_zone").name
        with self._door.editing() as editor:
            return set_time_zone(editor, name, reason=reason, backdate=backdate) != name

    def info(self) -> StoreInfo:
        """What the store is, how large, and where its chain stands.

        Raises NotFound for a missing store.

            >>> info = desk.store.info()
            >>> info.kind, info.contents.inboxes
            ('sqlite', 3)
        """
        from occ_media_cli.store.describe import describe_store

        with self._door.reading() as store:
            return describe_store(store)

    def backup(self, file: str | os.PathLike[str]) -> Copy:
        """Copy the whole store into one file, which is there whole or not at all.

        Raises NotFound for a store without a ledger, UsageError for a file that may not be written, as any store may
        not that is no older backup of this one, Incomplete for a full disk.

            >>> desk.store.backup("occ.backup").head == desk.store.info().contents.head
            True
        """
        from occ_media_cli.store.back_up import back_up_store

        return back_up_store(self._door.location, Path(file), self._door.guard(backup=True))

    def restore(self, file: str | os.PathLike[str], *, accept_loss: str | None = None) -> RestoredStore:
        """Put a copy back; what was there is `kept` beside it under another name.

        accept_loss: why what came on record after the backup may go. Holds that nobody released and erasures are never
        lost: they are done again, on whatever backup is restored later too.

        Raises StoreInvalid for a backup that is not what its own chain says, which is verified first, Refused where
        something would be lost and no reason is given, MalformedInput for a file that is no
        backup, UsageError for the backup of the other kind of store.

            >>> copy = desk.store.backup("occ.backup")
            >>> desk.store.restore("occ.backup").copy.seq == copy.seq
            True
        """
        from occ_media_cli.decide.known_profiles import known_profiles
        from occ_media_cli.retention.restore_store import RestoredStore, restore_store

        self._door.refuse_if_read_only()
        done = restore_store(
            self._door.location, os.fspath(file), self._door.stamp(), accept_loss, profiles=known_profiles
        )
        assert isinstance(done, RestoredStore)  # noqa: S101  # nobody is asked, so nobody says no
        return done
