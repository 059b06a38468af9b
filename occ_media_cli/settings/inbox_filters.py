"""Which inboxes a list shows, and in which order: by name, switch, tag and channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.unknown_name import slip_of_channel, unknown_name
from occ_media_cli.report.words import all_of
from occ_media_cli.settings import inbox_names
from occ_media_cli.settings.membership import refuse_unknown_tags
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from occ_media_cli.settings.model import InboxSettings
    from occ_media_cli.settings.state import Current, SettingsState

    Order = Callable[[Current], tuple[object, ...]]

SORTS = ("name", "version", "changed")
"""The orders of a list of inboxes: by name, most versions first, or changed last first."""

_ORDERS: Mapping[str, Order] = {
    "name": lambda current: (current.version.inbox,),
    "version": lambda current: (-(current.version.number or 0), current.version.inbox),
    "changed": lambda current: (-(current.version.valid_from or 0), current.version.inbox),
}


@value
class InboxFilters:
    """The filters of a list of inboxes: None and none take all, and of several values any is enough.

    inboxes: names, and globs such as `retail-*`. receive, send: what the switch says. tags: the inboxes with any of
    them. channels: a channel, or a profile with all its accounts.
    """

    inboxes: Sequence[str] = ()
    receive: bool | None = None
    send: bool | None = None
    tags: Sequence[str] = ()
    channels: Sequence[str] = ()

    @property
    def one(self) -> str | None:
        """The inbox that is asked for by its name and by nothing else, or None."""
        alone = self == InboxFilters(self.inboxes) and len(self.inboxes) == 1
        return self.inboxes[0] if alone and not inbox_names.is_glob(self.inboxes[0]) else None

    def chosen(self, state: SettingsState, file: str, profiles: Sequence[str], sort: str = "name") -> SettingsState:
        """The inboxes of a state that match, in an order of `SORTS`.

        file: the store, for errors. profiles: the channel profiles that there are. NotFound for an inbox or a channel
        that is not there, UsageError for a tag of nobody: an empty list is never a mistyped word.
        """
        every = {current.version.inbox: current for current in state.inboxes}
        names = inbox_names.expanded(self.inboxes, every, file) if self.inboxes else list(every)
        for name in names:
            if name not in every:
                raise inbox_names.no_inbox(name, every, file)
        settings = [current.version.settings for current in every.values()]
        refuse_unknown_tags(self.tags, {tag for each in settings for tag in each.tags})
        linked = {channel for each in settings for channel in each.channels}
        self._refuse_unknown_channels(linked, profiles, ("inboxes", all_of(len(every))))
        found = [every[name] for name in names if self._match(every[name].version.settings)]
        return replace(state, inboxes=tuple(sorted(found, key=_ORDERS[sort])))

    def _match(self, settings: InboxSettings) -> bool:
        return (
            self.receive in (None, settings.receive)
            and self.send in (None, settings.send)
            and (not self.tags or not set(self.tags).isdisjoint(settings.tags))
            and (not self.channels or any(_is_of(each, self.channels) for each in settings.channels))
        )

    def _refuse_unknown_channels(self, linked: set[str], profiles: Sequence[str], topic: tuple[str, ...]) -> None:
        for channel in self.channels:
            there = sorted(linked) if ":" in channel else sorted({*profiles, *(each.split(":")[0] for each in linked)})
            if channel not in there:
                slip = slip_of_channel(channel, profiles)
                what = f"no inbox has the channel '{channel}'"
                problem = unknown_name(what, channel, there, hint="name one that is linked", topic=topic)
                problem.slip = slip or problem.slip
                raise problem


def _is_of(channel: str, asked: Sequence[str]) -> bool:
    return channel in asked or channel.partition(":")[0] in asked
