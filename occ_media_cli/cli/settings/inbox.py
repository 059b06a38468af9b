"""`occ-media inbox`: the inboxes, their channels and their tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli.options import Backdate, Format, Output, Reason, Run, add_group, changing
from occ_media_cli.cli.session import Session
from occ_media_cli.cli.settings.inbox_compare import compare
from occ_media_cli.cli.settings.inbox_copy import copy

if TYPE_CHECKING:
    from occ_media_cli.report.model import Report
    from occ_media_cli.settings.editor import Editor
    from occ_media_cli.settings.membership import ListField
    from occ_media_cli.settings.state import SettingsState
    from occ_media_cli.settings.write import ChangeOutcome

HELP = """List, add, compare, copy, rename and remove inboxes; link channels and set tags.

\b
Examples:
  occ-media inbox list
  occ-media inbox add vip --channel whatsapp-cloud --tag sensitive
  occ-media inbox rename vip key-accounts
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such inbox, 12 store busy, 13 refused."

SCHEMA = "occ-media/inboxes/1"

Name = Annotated[str, typer.Argument(metavar="NAME", help="The inbox.")]
Names = Annotated[str, typer.Argument(metavar="NAME", help="The inbox; 'retail-*' for each whose name matches.")]


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    commands: dict[str, tuple[Run, str]] = {
        "list": (listing, "List every inbox with its channels and tags.\n\n\b\nExample:\n"
                        "  occ-media inbox list --format csv"),
        "add": (add_inbox, "Make an inbox, with sending and receiving on.\n\n\b\nExample:\n  occ-media inbox add vip"),
        "compare": (compare, "Say what two inboxes say differently.\n\n\b\nExamples:\n"
                             "  occ-media inbox compare vip lab\n"
                             "  occ-media inbox compare vip lab --at yesterday"),
        "copy": (copy, "Give inboxes the settings of another one; what is not there is made.\n\n\b\nExample:\n"
                       "  occ-media inbox copy vip vip-north vip-south"),
        "rename": (rename, "Rename an inbox; its history stays.\n\n\b\nExample:\n  occ-media inbox rename vip keys"),
        "remove": (remove, "Remove an inbox; its history stays.\n\n\b\nExample:\n  occ-media inbox remove lab"),
        "link": (link, "Link a channel: PROFILE, or PROFILE:ACCOUNT.\n\n\b\nExample:\n"
                       "  occ-media inbox link vip web-widget:shop"),
        "unlink": (unlink, "Unlink a channel.\n\n\b\nExample:\n  occ-media inbox unlink vip web-widget:shop"),
        "tag": (tag, "Set a tag.\n\n\b\nExample:\n  occ-media inbox tag vip sensitive"),
        "untag": (untag, "Take a tag off.\n\n\b\nExample:\n  occ-media inbox untag vip sensitive"),
    }  # fmt: skip
    add_group(app, name, HELP, commands, EXITS)


def listing(session: Session, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """List inboxes."""
    from occ_media_cli.settings.state import state

    with session.reading() as store:
        session.emit(report(state(store, session.now)), format, output)
    return None


def report(state: SettingsState) -> Report:
    """Every inbox, its tags and its channels."""
    from occ_media_cli.report.blocks import Column
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    columns = (
        Column("inbox", "Inbox", "id", of="name"),
        Column("version", "Version", "count"),
        Column("tags", "Tags", "list"),
        Column("channels", "Channels", "list"),
        Column("description", "Description", "text"),
    )
    versions = [current.version for current in state.inboxes]
    answer = plural(len(versions), "inbox", "inboxes")
    if state.built_in:
        answer = "No store yet: this is the built-in inbox."
    elif not versions:
        answer = "No inboxes; occ-media inbox add NAME makes one"
    return Report.of_list(
        columns,
        [
            {
                "name": item.inbox, "description": item.settings.description, "version": item.number,
                "tags": list(item.settings.tags), "channels": list(item.settings.channels),
            }
            for item in versions
        ],
        schema=SCHEMA,
        title="Inboxes",
        records_key="inboxes",
        answer=answer,
    )  # fmt: skip


@changing
def add_inbox(
    session: Session,
    name: Name,
    channels: Annotated[
        list[str] | None, typer.Option("--channel", metavar="P", help="Link PROFILE or PROFILE:ACCOUNT.")
    ] = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", metavar="T", help="Set a tag.")] = None,
    description: Annotated[str, typer.Option("--description", metavar="TEXT", help="What it is for.")] = "",
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Make an inbox."""
    from occ_media_cli.settings import inbox_fields
    from occ_media_cli.settings.model import InboxSettings

    listed = {"channels": tuple(dict.fromkeys(channels or [])), "tags": tuple(dict.fromkeys(tags or []))}
    settings = InboxSettings(**inbox_fields.checked({**listed, "description": description}))
    with session.editing(first_inbox=False) as editor:
        outcome = editor.add_inbox(name, settings, reason=reason, backdate=backdate)
    session.say(f"{outcome.inbox}, version {outcome.newest}, added", "receive  on", "send     on")
    for label, items in (("channels", settings.channels), ("tags", settings.tags)):
        if items:
            session.say(f"{label:<8} {', '.join(items)}")
    return None


@changing
def rename(
    session: Session,
    old: Annotated[str, typer.Argument(metavar="OLD", help="Its name now.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its name from now on.")],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Rename an inbox."""
    with session.editing() as editor:
        before, after = editor.rename_inbox(old, new, reason, backdate=backdate)
    if before == after:
        session.say(f"{after}, nothing changed")
        return None
    session.say(f"{before} → {after}", "Its history and its files stay with it.")
    return None


@changing
def remove(
    session: Session,
    name: Names,
    force: Annotated[
        bool, typer.Option("--force", help="Take it out of agents, rules and suppressions that name it, too.")
    ] = False,
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Remove an inbox."""
    from occ_media_cli.cli.settings import many_inboxes
    from occ_media_cli.settings import inbox_names, references
    from occ_media_cli.settings.membership import inboxes_named

    session.refuse_if_read_only()
    glob = inbox_names.is_glob(name)
    if not glob and not session.confirm(f"remove inbox '{name}'?"):
        session.say("nothing was changed")
        return None

    def work(editor: Editor) -> list[tuple[str, list[str]]]:
        return [
            (editor.remove_inbox(each, reason, backdate=backdate, force=force), users)
            for each in inboxes_named(editor, [name])
            for users in [references.users_of(editor.connection, each)]
        ]

    def tell(done: list[tuple[str, list[str]]]) -> None:
        for removed, users in done:
            session.say(f"{removed}, removed; its history and its files stay on record")
            if users:
                session.say(f"taken out of {', '.join(users)}")

    def names(done: list[tuple[str, list[str]]]) -> list[str]:
        return [removed for removed, _ in done]

    many_inboxes.ask_and_make(session, work, tell, names, many=glob, verb="remove", least=1)
    return None


@changing
def link(
    session: Session,
    name: Names,
    channel: Annotated[str, typer.Argument(metavar="P", help="PROFILE or PROFILE:ACCOUNT.")],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Link a channel."""
    _put(session, name, "channels", channel, reason, backdate)
    return None


@changing
def unlink(
    session: Session,
    name: Names,
    channel: Annotated[str, typer.Argument(metavar="P", help="PROFILE or PROFILE:ACCOUNT.")],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Unlink a channel."""
    _take(session, name, "channels", channel, reason, backdate)
    return None


@changing
def tag(
    session: Session,
    name: Names,
    text: Annotated[str, typer.Argument(metavar="T", help="The tag.")],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Set a tag."""
    _put(session, name, "tags", text, reason, backdate)
    return None


@changing
def untag(
    session: Session,
    name: Names,
    text: Annotated[str, typer.Argument(metavar="T", help="The tag.")],
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Take a tag off."""
    _take(session, name, "tags", text, reason, backdate)
    return None


def _put(session: Session, inbox: str, kind: ListField, item: str, reason: str | None, backdate: str | None) -> None:
    """Add an item to the channels or the tags of an inbox."""
    from occ_media_cli.cli.settings import many_inboxes
    from occ_media_cli.settings import membership
    from occ_media_cli.settings.inbox_names import is_glob

    membership.check_item(kind, item)

    def put(editor: Editor) -> list[ChangeOutcome]:
        names = membership.inboxes_named(editor, [inbox])
        return [membership.add_item(editor, name, kind, item, reason=reason, backdate=backdate) for name in names]

    many_inboxes.change(session, put, many=is_glob(inbox))


def _take(session: Session, inbox: str, kind: ListField, item: str, reason: str | None, backdate: str | None) -> None:
    """Take an item out of the channels or the tags of an inbox."""
    from occ_media_cli.cli.settings import many_inboxes
    from occ_media_cli.settings import membership
    from occ_media_cli.settings.inbox_names import is_glob

    def take(editor: Editor) -> list[ChangeOutcome]:
        names = membership.inboxes_named(editor, [inbox])
        return [membership.take_item(editor, name, kind, item, reason=reason, backdate=backdate) for name in names]

    many_inboxes.change(session, take, many=is_glob(inbox))
