"""Media settings from Python: what is on and off, since when and why, and settings as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli import times
from occ_media_cli.api.arguments import Calls
from occ_media_cli.values import replace, value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from occ_media_cli.settings.agents import Permission
    from occ_media_cli.settings.history import HistoryEntry, Note
    from occ_media_cli.settings.model import InboxChange
    from occ_media_cli.settings.state import SettingsState
    from occ_media_cli.settings.undo import Undone
    from occ_media_cli.settings.write import ChangeOutcome
    from occ_media_cli.times import Moment


@value
class SettingsHistory:
    """What was recorded about settings, oldest first.

    versions: each with the settings that it was made from, and the length of its time-box in milliseconds. notes: what
    is no version: inboxes that were renamed or removed. edited: milliseconds of a hand edit of the document that no
    call has recorded yet, None without one.
    """

    versions: tuple[HistoryEntry, ...] = ()
    notes: tuple[Note, ...] = ()
    edited: int | None = None


class SettingsCalls(Calls):
    """The settings of inboxes."""

    def show(
        self,
        *,
        inbox: str | None = None,
        inboxes: Sequence[str] = (),
        receive: bool | None = None,
        send: bool | None = None,
        tags: Sequence[str] = (),
        channels: Sequence[str] = (),
        sort: str = "name",
        at: Moment | None = None,
    ) -> SettingsState:
        """The settings of every inbox, of one, or of those that filters choose, at a moment; now without one.

        Each of `inboxes` has the `version` in force, with its `settings`, and what lies `ahead`. inboxes: names, and
        globs such as `retail-*`. receive, send: what the switch says. tags, channels: any of them; a profile is every
        account of it. sort: `name`, `version` (most first) or `changed` (last first).

        Raises NotFound for an unknown inbox or channel or a missing store, UsageError for a tag of nobody and for a
        moment or an order that is none.

            >>> settings = desk.show(inbox="vip").inboxes[0].version.settings
            >>> settings.receive, settings.channels
            (True, ('whatsapp-cloud',))
        """
        from occ_media_cli.decide.known_profiles import profiles_of
        from occ_media_cli.report.meant import refuse_other_words
        from occ_media_cli.settings.inbox_filters import SORTS, InboxFilters
        from occ_media_cli.settings.state import state

        refuse_other_words(sort, "sort", SORTS)
        filters = InboxFilters(tuple(inboxes), receive, send, tuple(tags), tuple(channels))
        moment = self._door.now() if at is None else times.moment(at, "at")
        with self._door.reading() as store:
            found = state(store, moment, inbox)
            if filters == InboxFilters() and sort == "name":
                return found
            return filters.chosen(found, str(store.location.path), profiles_of(store.connection), sort)

    def permissions(
        self, agent: str, *, inbox: str | None = None, at: Moment | None = None
    ) -> Mapping[str, Permission]:
        """What an agent may do in each inbox, or in one: `may_send` and `may_view`, by the name of the inbox.

        Raises NotFound for an unknown agent or inbox, UsageError for a moment that is none.

            >>> desk.permissions("mona")["vip"].may_send
            True
        """
        from occ_media_cli.settings.state import permissions_of, state

        moment = self._door.now() if at is None else times.moment(at, "at")
        with self._door.reading() as store:
            return permissions_of(store, moment, agent, state(store, moment, inbox))

    def set(
        self,
        inbox: str,
        change: InboxChange,
        *,
        texts: Mapping[str, str | None] | None = None,
        until: Moment | None = None,
        inside: bool = False,
        create: bool = False,
        reason: str | None = None,
        backdate: str | None = None,
        now: Moment | None = None,
    ) -> ChangeOutcome:
        """Change fields of an inbox, for good or until a moment; a missing store is made.

        change: fields and new values, see `settings.model.InboxChange`. texts: messages by language that join those
        that are there; None takes one away. inside: end with the time-box that is running. create: make an inbox that
        is not there. reason: why, for the record; with one, a change that changes nothing is a version too. now: from
        when it holds; before the newest change of the inbox only with `backdate`, the reason for that.

        Returns the `versions` that were made, the settings `before`, the version that `undo` goes back to, and the
        number of the whole `change`, which `desk.undo` takes back.

        Raises UsageError for a value, a moment or a text that may not be kept (its subclass
        `settings.field_checks.FieldProblem` has the field in `path`), NotFound for an unknown inbox or channel profile,
        Refused for a change of the past without its reason and for an account of another inbox.

            >>> closed = desk.set("vip", {"receive": False}, until="2024-03-05T09:00:00Z", reason="PCI finding 12")
            >>> [version.settings.receive for version in closed.versions]
            [False, True]
        """
        (done,) = self._set([inbox], change, texts, until, inside, create, reason, backdate, now, one=True)
        return done

    def set_many(
        self,
        change: InboxChange,
        *,
        inboxes: Sequence[str] = (),
        tag: str | None = None,
        everything: bool = False,
        texts: Mapping[str, str | None] | None = None,
        until: Moment | None = None,
        reason: str | None = None,
        backdate: str | None = None,
        now: Moment | None = None,
    ) -> tuple[ChangeOutcome, ...]:
        """Change several inboxes together, all or none: those that are named, those with a tag, or everything.

        inboxes: names, and globs such as `retail-*` where no inbox has that name.

        The other arguments are those of `set`.

        Raises UsageError where not exactly one of inboxes, tag and everything is given and for a tag of nobody, and
        what `set` raises.

            >>> [done.inbox for done in desk.set_many({"send": False}, tag="sensitive", reason="audit")]
            ['vip']
        """
        from occ_media_cli.errors import UsageError

        if sum((bool(inboxes), tag is not None, everything)) != 1:
            raise UsageError("name inboxes, a tag or everything", hint="give one of inboxes, tag and everything")
        chosen = None if everything else (tag if tag is not None else list(inboxes))
        return self._set(chosen, change, texts, until, False, False, reason, backdate, now)

    def _set(
        self,
        chosen: Sequence[str] | str | None,
        change: InboxChange,
        texts: Mapping[str, str | None] | None,
        until: Moment | None,
        inside: bool,
        create: bool,
        reason: str | None,
        backdate: str | None,
        now: Moment | None,
        *,
        one: bool = False,
    ) -> tuple[ChangeOutcome, ...]:
        """chosen: names, a tag as one text, or None for every inbox. one: UsageError for a glob of several."""
        from occ_media_cli.errors import UsageError
        from occ_media_cli.settings import inbox_fields
        from occ_media_cli.settings.change_log import called
        from occ_media_cli.settings.membership import choose_inboxes

        tags = (chosen,) if isinstance(chosen, str) else ()
        names = chosen if chosen is not None and not isinstance(chosen, str) else ()
        where = inbox_fields.inbox_words(names[0]) if len(names) == 1 else ""
        change = inbox_fields.checked(change, where)  # before a store is made for nothing
        said = {language: text for language, text in (texts or {}).items() if text is not None}
        inbox_fields.checked({"messages": said}, where)
        end = None if until is None else times.moment(until, "until")
        with self._door.editing(now) as editor:
            picked = choose_inboxes(
                editor, names, everything=chosen is None, tags=tags, create=create, backdate=backdate
            )
            if one and len(picked) != 1:
                raise UsageError(f"'{names[0]}' is {len(picked)} inboxes; nothing was changed", hint="call set_many")
            done = [
                editor.change(name, change, texts=texts, until=end, inside=inside, reason=reason, backdate=backdate)
                for name in picked
            ]
        return called(editor, done)

    def history(
        self,
        inbox: str | None = None,
        *,
        by: str | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
        limit: int | None = None,
    ) -> SettingsHistory:
        """Every version of the settings of an inbox, or of all, with who changed what and why.

        inbox: its name, or one that it had; of several that had it, one after the other (`version.inbox_id`). by: an
        actor, in any case; `unknown` is whoever edited by hand. since, until: from when on it holds. limit: so many of
        the newest.

        Raises NotFound for a name that no inbox ever had, UsageError for a moment that is none.

            >>> [entry.version.number for entry in desk.history("vip").versions]
            [1]
        """
        from occ_media_cli.settings import history
        from occ_media_cli.settings.state import edited_at

        start, end = self._door.window(since, until, self._door.now())
        with self._door.reading() as store:
            if store.connection is None:
                return SettingsHistory()
            lives = history.lives(store.connection, inbox, str(store.location.path))
            lives = history.HistoryFilters(by, start, end, limit).chosen(lives)
            versions = tuple(entry for life in lives for entry in life.entries)
            notes = tuple(note for life in lives for note in life.notes)
            return SettingsHistory(versions, notes, edited_at(store, self._door.now()))

    def undo(self, number: int | None = None, *, reason: str | None = None, backdate: str | None = None) -> Undone:
        """Take back everything that one call or command changed in the settings, as a new change.

        number: of the change, such as `change` of what `set` returns; the newest of this actor without one. Boxes that
        lie ahead are as they would be without it, agents, rules and suppressions too.

        Returns the `change` that was taken back, the `outcomes` of its inboxes, and what else is as before.

        Raises NotFound for an unknown change, Refused for one whose subject was changed since and for one that is none
        of settings, with what takes that back.

            >>> closed = desk.set("vip", {"receive": False}, until="2024-03-05T09:00:00Z")
            >>> [version.settings.receive for version in desk.undo(closed.change).outcomes[0].versions]
            [True]
        """
        from occ_media_cli.settings.change_log import called
        from occ_media_cli.settings.editing import refuse_missing
        from occ_media_cli.settings.undo import undo_change

        self._door.refuse_if_read_only()
        refuse_missing(self._door.location)
        with self._door.editing(first_inbox=False) as editor:
            done = undo_change(editor, number, reason=reason, backdate=backdate)
        return replace(done, outcomes=called(editor, done.outcomes))

    def revert(
        self, inbox: str, version: int, *, reason: str | None = None, backdate: str | None = None
    ) -> ChangeOutcome:
        """Put the settings of an older version in force from now on, as a new version; boxes ahead end with it.

        Raises NotFound for an unknown inbox or version, Refused for a change of the past without its reason.

            >>> closed = desk.set("vip", {"receive": False})
            >>> desk.revert("vip", closed.undo).versions[0].settings.receive
            True
        """
        from occ_media_cli.settings.change_log import called

        why = reason if reason is not None else backdate
        why = why if why is not None else f"back to version {version}"
        with self._door.editing() as editor:
            done = editor.revert(inbox, version, reason=why, backdate=backdate)
        return called(editor, [done])[0]
