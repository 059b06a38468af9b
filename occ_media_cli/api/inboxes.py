"""Inboxes and presets from Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from occ_media_cli import times
from occ_media_cli.api.arguments import Calls

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from occ_media_cli.settings.copying import InboxCopy
    from occ_media_cli.settings.membership import ListField
    from occ_media_cli.settings.model import Version
    from occ_media_cli.settings.presets import Preset
    from occ_media_cli.settings.write import ChangeOutcome
    from occ_media_cli.times import Moment


class Inboxes(Calls):
    """`desk.inboxes`: inboxes, their channels and their tags."""

    def add(
        self,
        name: str,
        *,
        channels: Sequence[str] = (),
        tags: Sequence[str] = (),
        description: str = "",
        reason: str | None = None,
        backdate: str | None = None,
    ) -> ChangeOutcome:
        """Make an inbox, with sending and receiving on; a missing store is made.

        channels: `PROFILE` or `PROFILE:ACCOUNT`, each. backdate: why it begins before another of its name was removed.

        Raises UsageError for a name that is taken or no name and for a value that may not be kept, NotFound for an
        unknown channel profile, Refused for an account of another inbox, and for a change of the past without its
        reason.

            >>> desk.inboxes.add("shop", channels=["telegram"], tags=["web"]).newest
            1
        """
        from occ_media_cli.settings import inbox_fields
        from occ_media_cli.settings.change_log import called
        from occ_media_cli.settings.model import InboxSettings

        listed = {"channels": tuple(dict.fromkeys(channels)), "tags": tuple(dict.fromkeys(tags))}
        settings = InboxSettings(**inbox_fields.checked({**listed, "description": description}))
        with self._door.editing(first_inbox=False) as editor:
            done = editor.add_inbox(name, settings, reason=reason, backdate=backdate)
        return called(editor, [done])[0]

    def rename(self, old: str, new: str, *, reason: str | None = None, backdate: str | None = None) -> str:
        """Rename an inbox and return its name as it is kept; its history and its files stay with it.

        Raises NotFound for an unknown inbox, UsageError for a name that is taken or no name, Refused for a change of
        the past without its reason.

            >>> desk.inboxes.rename("vip", "key-accounts")
            'key-accounts'
        """
        with self._door.editing() as editor:
            return editor.rename_inbox(old, new, reason, backdate=backdate)[1]

    def compare(self, first: str, second: str, *, at: Moment | None = None) -> tuple[tuple[str, Any, Any], ...]:
        """The settings in which two inboxes differ, each with what either says; now, or as they were at a moment.

        Raises NotFound for an unknown inbox, UsageError for a moment that is none.

            >>> [name for name, first, second in desk.inboxes.compare("vip", "lab")]
            ['channels', 'tags']
        """
        from occ_media_cli.settings.compare import differing
        from occ_media_cli.settings.state import state

        moment = self._door.now() if at is None else times.moment(at, "at")
        with self._door.reading() as store:
            one, other = (state(store, moment, name).inboxes[0].version.settings for name in (first, second))
            return tuple(differing(one, other))

    def copy(
        self, source: str, targets: Sequence[str], *, reason: str | None = None, backdate: str | None = None
    ) -> InboxCopy:
        """Give inboxes the settings of another one, what is planned included, in one change; one that is not there is
        made. Accounts of channels and the description are not copied.

        Raises NotFound for an unknown source, UsageError for one that is copied to itself and for what may be no name,
        Refused for a change of the past without its reason.

            >>> desk.inboxes.copy("vip", ["vip-north"]).made
            ('vip-north',)
        """
        from occ_media_cli.settings.change_log import called
        from occ_media_cli.settings.copying import copy_inbox
        from occ_media_cli.values import replace

        with self._door.editing(first_inbox=False) as editor:
            done = copy_inbox(editor, source, targets, reason=reason, backdate=backdate)
        return replace(done, outcomes=called(editor, done.outcomes))

    def remove(self, name: str, *, force: bool = False, reason: str | None = None, backdate: str | None = None) -> str:
        """Remove an inbox and return its name; its history and its files stay on record.

        force: take it out of the agents, retention rules and suppressions that name it, too.

        Raises NotFound for an unknown inbox, Refused while any of them names it.

            >>> desk.inboxes.remove("lab", reason="closed")
            'lab'
        """
        with self._door.editing() as editor:
            return editor.remove_inbox(name, reason, backdate=backdate, force=force)

    def link(self, name: str, channel: str, *, reason: str | None = None, backdate: str | None = None) -> ChangeOutcome:
        """Link a channel to an inbox: `PROFILE` or `PROFILE:ACCOUNT`.

        Raises NotFound for an unknown inbox or profile, Refused for an account of another inbox.

            >>> desk.inboxes.link("vip", "web-widget:shop").versions[-1].settings.channels
            ('whatsapp-cloud', 'web-widget:shop')
        """
        return self._add(name, "channels", channel, reason, backdate)

    def unlink(
        self, name: str, channel: str, *, reason: str | None = None, backdate: str | None = None
    ) -> ChangeOutcome:
        """Unlink a channel from an inbox.

        Raises NotFound for an unknown inbox and for a channel that it is not linked to.

            >>> desk.inboxes.unlink("vip", "whatsapp-cloud").versions[-1].settings.channels
            ()
        """
        return self._take(name, "channels", channel, reason, backdate)

    def tag(self, name: str, tag: str, *, reason: str | None = None, backdate: str | None = None) -> ChangeOutcome:
        """Set a tag on an inbox.

        Raises NotFound for an unknown inbox, UsageError for a tag that may not be kept.

            >>> desk.inboxes.tag("vip", "gold").versions[-1].settings.tags
            ('sensitive', 'gold')
        """
        return self._add(name, "tags", tag, reason, backdate)

    def untag(self, name: str, tag: str, *, reason: str | None = None, backdate: str | None = None) -> ChangeOutcome:
        """Take a tag off an inbox.

        Raises NotFound for an unknown inbox and for a tag that it has not.

            >>> desk.inboxes.untag("vip", "sensitive").versions[-1].settings.tags
            ()
        """
        return self._take(name, "tags", tag, reason, backdate)

    def _add(self, name: str, field: ListField, item: str, reason: str | None, backdate: str | None) -> ChangeOutcome:
        from occ_media_cli.settings import membership
        from occ_media_cli.settings.change_log import called

        membership.check_item(field, item)
        with self._door.editing() as editor:
            done = membership.add_item(editor, name, field, item, reason=reason, backdate=backdate)
        return called(editor, [done])[0]

    def _take(self, name: str, field: ListField, item: str, reason: str | None, backdate: str | None) -> ChangeOutcome:
        from occ_media_cli.settings.change_log import called
        from occ_media_cli.settings.membership import take_item

        with self._door.editing() as editor:
            done = take_item(editor, name, field, item, reason=reason, backdate=backdate)
        return called(editor, [done])[0]

    def list(self) -> tuple[Version, ...]:
        """Every inbox as the version of its settings that is in force, by name.

        Raises NotFound for a missing store.

            >>> [version.inbox for version in desk.inboxes.list()]
            ['inbox', 'lab', 'vip']
        """
        from occ_media_cli.settings.state import state

        with self._door.reading() as store:
            return tuple(current.version for current in state(store, self._door.now()).inboxes)


class Presets(Calls):
    """`desk.presets`: ready-made settings for what contact centres do most."""

    def show(self, name: str) -> Preset:
        """What a preset sets, and why.

        Raises NotFound, with the nearest name, for a preset that there is not.

            >>> desk.presets.show("text-only").change
            {'receive': False}
        """
        from occ_media_cli.settings.presets import find_preset

        return find_preset(name)

    def apply(
        self, name: str, inboxes: Sequence[str], *, reason: str | None = None, backdate: str | None = None
    ) -> tuple[ChangeOutcome, ...]:
        """Give inboxes the settings of a preset, all or none of them; its own reason goes on record without another.

        Raises NotFound for an unknown preset or inbox, Refused for a change of the past without its reason.

            >>> desk.presets.apply("text-only", ["vip"])[0].versions[-1].settings.receive
            False
        """
        from occ_media_cli.settings import inbox_names, presets
        from occ_media_cli.settings.change_log import called

        preset = presets.find_preset(name)
        chosen: Iterable[str] = dict.fromkeys(map(inbox_names.normal, inboxes))
        with self._door.editing() as editor:
            done = presets.apply_preset(editor, preset, chosen, reason=reason, backdate=backdate)
        return called(editor, done)

    def list(self) -> tuple[Preset, ...]:
        """Every preset.

        Raises nothing.

            >>> desk.presets.list()[0].title
            'Standard support'
        """
        from occ_media_cli.settings.presets import PRESETS

        return PRESETS
