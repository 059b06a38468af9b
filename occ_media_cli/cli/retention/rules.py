"""`occ-media retention set|unset|show`: the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from occ_media_cli import times
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Format, Output, command
from occ_media_cli.cli.session import Session
from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from occ_media_cli.report.model import Report

SET = """Say when files may go, and how long they stay at least.

A file may go when it is older than --remove-after of the most specific rule that
matches it, and older than every --keep-for that matches. Ages count from the
entry's time, in UTC. What the command does not name stays as it is.

\b
Examples:
  occ-media retention set default --remove-after 365d --keep-for 90d
  occ-media retention set vip --category image --remove-after 90d
"""

UNSET = """Take a rule away, or one half of it.

\b
Examples:
  occ-media retention unset vip --category image
  occ-media retention unset default --keep-for
"""

SHOW = """Show the retention rules in force.

\b
Example:
  occ-media retention show
"""

EXITS = "Exit codes: 0 done, 2 usage, 10 store invalid, 11 no such inbox, 12 store busy, 13 refused."

SCHEMA = "occ-media/policies/1"

Inbox = Annotated[str, typer.Argument(metavar="INBOX|default", help="The inbox, or default for every inbox.")]
Category = Annotated[str | None, typer.Option("--category", metavar="C", help="Only audio, document, image or video.")]
Direction = Annotated[str | None, typer.Option("--direction", metavar="send|receive", help="Only this direction.")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("set", help=SET, epilog=f"{GLOBAL_LINE} {EXITS}")(command(set_rule))
    app.command("unset", help=UNSET, epilog=f"{GLOBAL_LINE} {EXITS}")(command(unset_rule))
    app.command("show", help=SHOW, epilog=GLOBAL_LINE)(command(show))


def set_rule(
    session: Session,
    inbox: Inbox,
    remove_after: Annotated[
        str | None, typer.Option("--remove-after", metavar="30d", help="Older files may go (s m h d w).")
    ] = None,
    keep_for: Annotated[
        str | None, typer.Option("--keep-for", metavar="7d", help="Younger files never go (s m h d w).")
    ] = None,
    category: Category = None,
    direction: Direction = None,
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Set a rule."""
    from occ_media_cli.retention import stored_rules

    at = _scope(inbox, category, direction)
    if remove_after is None and keep_for is None:
        raise UsageError("nothing to set", hint=f"occ-media retention set {inbox} --remove-after 365d")
    for value, option in ((remove_after, "--remove-after"), (keep_for, "--keep-for")):
        if value is not None:
            times.duration(value, option)
    _change(session, at, (reason, backdate), lambda rules: stored_rules.with_rule(rules, at, remove_after, keep_for))
    return None


def unset_rule(
    session: Session,
    inbox: Inbox,
    remove_after: Annotated[bool, typer.Option("--remove-after", help="Only when files may go.")] = False,
    keep_for: Annotated[bool, typer.Option("--keep-for", help="Only how long they stay at least.")] = False,
    category: Category = None,
    direction: Direction = None,
    reason: Reason = None,
    backdate: Backdate = None,
) -> int | None:
    """Take a rule away."""
    from occ_media_cli.retention import stored_rules

    at = _scope(inbox, category, direction)
    _change(
        session,
        at,
        (reason, backdate),
        lambda rules: stored_rules.without_rule(rules, at, remove_after=remove_after, keep_for=keep_for),
    )
    return None


def _scope(inbox: str, category: str | None, direction: str | None) -> dict[str, Any]:
    from occ_media_cli.retention import stored_rules

    return stored_rules.check_scope(inbox, category, direction)


def _change(
    session: Session,
    at: dict[str, Any],
    why: tuple[str | None, str | None],
    change: Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]],
) -> None:
    """Change the rules and say what is different. why: the reason, and that for changing the past."""
    import unicodedata

    from occ_media_cli.retention import stored_rules
    from occ_media_cli.settings import read

    reason, backdate = why
    with session.editing() as editor:
        if "inbox" in at:
            at["inbox"] = unicodedata.normalize("NFC", at["inbox"])
            editor.inbox_id(at["inbox"])
        before = read.section(editor.connection, "retention")
        after = change(before)
        changed = editor.set_section("retention", after, reason if reason is not None else backdate, backdate=backdate)
        version = stored_rules.newest_version(editor.connection) or 0
        made = editor.store.made
    if made:
        session.note(f"note: made the store {session.location.path}")
    old, new = stored_rules.find_rule(before, at), stored_rules.find_rule(after, at)
    head = f"retention, version {version}, {stored_rules.words(at)}"
    if not changed:
        session.say(f"{head}, nothing changed")
        return
    session.say(head)
    for key, label in (("remove_after", "remove after"), ("keep_for", "keep for")):
        was, now = (old or {}).get(key) or "-", (new or {}).get(key) or "-"
        if was != now:
            session.say(f"  {label:<12}  {was} → {now}")
        elif now != "-":
            session.say(f"  {label:<12}  {now}")
    session.hint("see what it removes: occ-media retention plan --root DIR; nothing is removed before it is approved")


def show(
    session: Session,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show the rules."""
    from occ_media_cli.retention import stored_rules
    from occ_media_cli.settings.editing import current

    with session.reading() as store:
        rules: Any = current(store, session.now).sections.get("retention", [])
        version = stored_rules.newest_version(store.connection) if store.connection is not None else None
        session.emit(report(rules, version), format, output)
    return None


def report(rules: Sequence[dict[str, Any]], version: int | None) -> Report:
    """The rules for people and programs."""
    from occ_media_cli.report.model import Column, Report
    from occ_media_cli.report.words import plural

    columns = (
        Column("inbox", "Inbox", "id", of=lambda rule: rule["inbox"] or "default"),
        Column("category", "Category", "id"), Column("direction", "Direction", "id"),
        Column("remove_after", "Remove after", "id"), Column("keep_for", "Keep for", "id"),
    )  # fmt: skip
    answer = f"{plural(len(rules), 'rule')}, version {version}" if rules else "No retention rules: every file is kept"
    return Report.of_list(
        columns,
        [{column.key: rule.get(column.key) for column in columns} for rule in rules],
        schema=SCHEMA,
        title="Retention rules",
        head={"version": version},
        records_key="rules",
        answer=answer,
        hints=() if rules else ("add one: occ-media retention set default --remove-after 365d",),
    )
