"""`occ-media retention set|unset|show`: the rules."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from occ_media_cli import times
from occ_media_cli.cli import one_of
from occ_media_cli.cli.options import GLOBAL_LINE, Backdate, Format, Output, Reason, changing, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from occ_media_cli.report.model import Report
    from occ_media_cli.retention.rule_changes import RuleChange, RuleScope
    from occ_media_cli.settings.editor import Editor

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
Category = Annotated[
    list[str] | None,
    typer.Option("--category", metavar="C", help="Only audio, document, image or video.", click_type=one_of.CATEGORY),
]
Direction = Annotated[
    list[str] | None,
    typer.Option("--direction", metavar="send|receive", help="Only this direction.", click_type=one_of.DIRECTION),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("set", help=SET, epilog=f"{GLOBAL_LINE} {EXITS}")(command(set_rule))
    app.command("unset", help=UNSET, epilog=f"{GLOBAL_LINE} {EXITS}")(command(unset_rule))
    app.command("show", help=SHOW, epilog=GLOBAL_LINE)(command(show))


@changing
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
    from occ_media_cli.retention import rule_changes

    for value, option in ((remove_after, "--remove-after"), (keep_for, "--keep-for")):
        if value is not None:
            times.duration(value, option)
    scopes = rule_changes.scopes_of(inbox, category, direction)
    for at in scopes:
        rule_changes.check_rule(at, remove_after, keep_for)

    def work(editor: Editor, at: RuleScope) -> RuleChange:
        return rule_changes.set_rule(editor, at, remove_after, keep_for, reason=reason, backdate=backdate)

    _change(session, inbox, scopes, work)
    return None


@changing
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
    from occ_media_cli.retention import rule_changes

    def work(editor: Editor, at: RuleScope) -> RuleChange:
        return rule_changes.unset_rule(
            editor, at, remove_after=remove_after, keep_for=keep_for, reason=reason, backdate=backdate
        )

    _change(session, inbox, rule_changes.scopes_of(inbox, category, direction), work)
    return None


def _change(
    session: Session, inbox: str, scopes: Sequence[RuleScope], change: Callable[[Editor, RuleScope], RuleChange]
) -> None:
    """Change the rules of some scopes, of each inbox that a glob matches, and tell it."""
    from occ_media_cli.cli.settings import many_inboxes
    from occ_media_cli.settings.inbox_names import is_glob
    from occ_media_cli.settings.membership import inboxes_named
    from occ_media_cli.values import replace

    def work(editor: Editor) -> list[RuleChange]:
        names = inboxes_named(editor, [inbox]) if is_glob(inbox) else [inbox]
        return [change(editor, replace(at, inbox=name)) for name in names for at in scopes]

    def changed(every: list[RuleChange]) -> list[str]:
        return list(dict.fromkeys(done.scope.partition(", ")[0] for done in every if done.changed))

    many_inboxes.ask_and_make(session, work, partial(_tell, session), changed, many=is_glob(inbox))


def _tell(session: Session, every: Sequence[RuleChange]) -> None:
    """Say what is different."""
    for done in every:
        _tell_rule(session, done)
    if any(done.changed for done in every):
        what = "see what it removes: occ-media retention plan --root DIR; nothing is removed before it is approved"
        session.hint(what)


def _tell_rule(session: Session, done: RuleChange) -> None:
    from occ_media_cli.settings.compare import in_words

    head = f"retention, version {done.version}, {done.scope}"
    if not done.changed:
        session.say(f"{head}, nothing changed")
        return
    session.say(head)
    for key, label in (("remove_after", "remove after"), ("keep_for", "keep for")):
        was, now = ((rules or {}).get(key) for rules in (done.before, done.after))
        if was != now:
            session.say(f"  {label:<12}  {in_words(was)} → {in_words(now)}")
        elif now:
            session.say(f"  {label:<12}  {now}")


def show(
    session: Session,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Show the rules."""
    from occ_media_cli.retention.rule_changes import read_rules

    with session.reading() as store:
        found = read_rules(store, session.now)
    session.emit(report(found.rules, found.version), format, output)
    return None


def report(rules: Sequence[dict[str, Any]], version: int | None) -> Report:
    """The rules for people and programs."""
    from occ_media_cli.report.blocks import Column
    from occ_media_cli.report.model import Report
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
