"""`occ-media rules`: which rules there are, why, and how to mend what they find."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from occ_media_cli.cli import named_files
from occ_media_cli.cli.options import GLOBAL_LINE, Format, Output, command
from occ_media_cli.cli.session import Session

if TYPE_CHECKING:
    from occ_media_cli.audit.rule import AuditRule
    from occ_media_cli.report.blocks import Line
    from occ_media_cli.report.json_types import Json

LIST_HELP = """List the rules of the audit with their severities.

\b
Examples:
  occ-media rules list
  occ-media rules list --format json
"""

EXPLAIN_HELP = """Say what a rule looks at, why, and how to fix what it finds.

\b
Examples:
  occ-media rules explain received-while-off
  occ-media rules explain received-while-off --sql
"""

SCHEMA = "occ-media/rules/1"


def register(app: typer.Typer, name: str) -> None:
    """Add the group."""
    group = typer.Typer(name=name, no_args_is_help=True, help="List and explain the rules of the audit.")
    group.command("list", help=LIST_HELP, epilog=GLOBAL_LINE)(command(listing))
    exits = "Exit codes: 0 done, 11 no such rule."
    group.command("explain", help=EXPLAIN_HELP, epilog=f"{GLOBAL_LINE} {exits}")(command(explain))
    app.add_typer(group)


def listing(session: Session, format: Format = "table", output: Output = None) -> int | None:  # noqa: A002  # the option's name
    """List the rules."""
    from occ_media_cli.audit.ask import rules_of_store
    from occ_media_cli.report.blocks import Column
    from occ_media_cli.report.model import Report
    from occ_media_cli.report.words import plural

    with session.reading() as store:
        rules = sorted(rules_of_store(store, session.now), key=lambda rule: (-rule.severity.rank, rule.id))
    columns = (Column("severity", "Severity", "state"), Column("rule", "Rule", "id", of="id"), Column("title", "Title"))
    session.emit(
        Report.of_list(
            columns,
            [_record(rule) for rule in rules],
            schema=SCHEMA,
            title="Rules",
            records_key="rules",
            answer=plural(len(rules), "rule"),
            hints=("help: why, and how to fix: occ-media rules explain RULE",),
        ),
        format,
        output,
    )
    return None


def explain(
    session: Session,
    rule: Annotated[
        str, typer.Argument(metavar="RULE", help="The rule, or a FILE.sql of your own.", click_type=named_files.READ)
    ],
    sql: Annotated[bool, typer.Option("--sql", help="Print its SELECT.")] = False,
    format: Format = "table",  # noqa: A002  # the option's name
    output: Output = None,
) -> int | None:
    """Explain a rule."""
    from occ_media_cli.audit.ask import rules_of_store
    from occ_media_cli.report.blocks import Lines
    from occ_media_cli.report.model import Report

    with session.reading() as store:
        (found,) = rules_of_store(store, session.now, rule)
    lines: list[Line] = [line for line in found.sql.split("\n")] if sql else list(_page(found))  # noqa: C416  # lines of text
    session.emit(
        Report(schema=SCHEMA, title=found.id, head={"rule": _record(found)}, blocks=[Lines(lines)]), format, output
    )
    return None


def _record(rule: AuditRule) -> dict[str, Json]:
    return {
        "id": rule.id,
        "severity": rule.severity.value,
        "title": rule.title,
        "why": rule.why,
        "looks": rule.looks,
        "fix": list(rule.fix),
        "controls": [control.as_json() for control in rule.controls],
        "parameters": {p.name: rule.values.get(p.name, p.default) for p in rule.parameters},
        "own": rule.own,
        "sql": rule.sql,
    }


def _page(rule: AuditRule) -> Iterator[Line]:
    from occ_media_cli.report.blocks import Span
    from occ_media_cli.report.words import shell

    yield (Span(rule.id, "bold"), f" ({rule.severity.value})")
    yield rule.title
    yield ""
    yield from _field("why", rule.why)
    if rule.looks:
        yield from _field("looks", rule.looks)
    steps = list(rule.fix) if len(rule.fix) == 1 else [f"{number}. {step}" for number, step in enumerate(rule.fix, 1)]
    for number, step in enumerate(steps):
        yield from _field("fix" if number == 0 else "", step)
    for number, control in enumerate(rule.controls):
        about = f" ({control.title})" if control.title else ""
        yield from _field("for" if number == 0 else "", f"{control.name}{about}: {control.why}")
    for parameter in rule.parameters:
        value = rule.values.get(parameter.name, parameter.default)
        meaning = f": {parameter.meaning}" if parameter.meaning else ""
        yield from _field("set", f"{parameter.name.replace('_', '-')} = {value}{meaning}")
    yield f"sql    {shell('occ-media', 'rules', 'explain', rule.id, '--sql')}"


def _field(name: str, text: str) -> Iterator[Line]:
    from textwrap import wrap

    for number, row in enumerate(wrap(text, 73, break_long_words=False, break_on_hyphens=False)):
        yield f"{name if number == 0 else '':<5}  {row}"
