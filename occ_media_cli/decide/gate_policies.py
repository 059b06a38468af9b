"""What holds for an entry that the gate is asked about, while other commands change the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.decide.settings_now import SettingsNow, settings_of
from occ_media_cli.media.channels.profiles import profile_name
from occ_media_cli.settings.languages import choose_language
from occ_media_cli.values import replace

if TYPE_CHECKING:
    from occ_media_cli.decide.gate_line import AskedEntry
    from occ_media_cli.decide.policy import Policy
    from occ_media_cli.store.open import Store


class GatePolicies:
    """The policies of one store, each made once for as long as its settings stand."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._settings: SettingsNow | None = None
        self._seen: tuple[object, ...] = ()
        self._policies: dict[tuple[str, str, str | None, str | None, str | None], Policy] = {}

    def _current(self, now: int) -> SettingsNow:
        """The settings at this moment; read again when another command changed them or a time-box ended."""
        document = self._store.location.document
        try:
            found = document.stat() if document is not None else None
        except OSError:
            found = None
        stamp = (
            self._store.ledger.execute("PRAGMA data_version").fetchone()[0],
            (found.st_ctime_ns, found.st_ino) if found is not None else None,  # an editor may keep or set mtime
        )
        end = self._settings.changes_at() if self._settings is not None else None
        if self._settings is None or stamp != self._seen or (end is not None and now >= end):
            self._settings, self._seen = settings_of(self._store, now), stamp
            self._policies.clear()
        return self._settings

    def policy_of(self, row: AskedEntry, now: int) -> Policy:
        """What holds for an entry at this moment, with the message in its language. Raises NotFound, with the nearest
        name, for an unknown inbox."""
        settings = self._current(now)
        agent = row.agent if row.direction == "send" else None
        there = settings.inboxes.get(row.inbox)
        messages = {} if there is None else there.settings.messages
        language = choose_language(row.language, messages)
        key = (row.inbox, row.direction, agent, row.channel, language)
        if key not in self._policies:
            if row.inbox not in settings.inboxes:
                settings.version(row.inbox)  # raises NotFound with the nearest name
            policy = settings.policy(row.inbox, agent=agent, direction=row.direction)
            if row.channel is not None and profile_name(row.channel) in settings.profiles.names:
                policy = replace(policy, profiles=(settings.profile(row.channel),))
            if language is not None and policy.inbox is not None:
                policy = replace(policy, inbox=replace(policy.inbox, message=messages[language]))
            if len(self._policies) > 10_000:
                self._policies.clear()
            self._policies[key] = policy
        return self._policies[key]
