"""What a bundle encloses to be judged by, read and checked: its entries, its rules and the findings that were known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from occ_media_cli import __version__
from occ_media_cli.audit import rules
from occ_media_cli.audit.bundle import enclosed_views, manifest_facts, restated
from occ_media_cli.audit.bundle.enclosed_views import Unreadable
from occ_media_cli.audit.bundle.stated_report import Lines, Problem, StatedFindings
from occ_media_cli.audit.pseudonyms.veil import is_pseudonym
from occ_media_cli.audit.rule import AuditRule, RuleFault, configured
from occ_media_cli.decoding import decode

_UNRECORDED = """
SELECT c.section FROM temp.config c WHERE c.event IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.change g WHERE g.seq = c.event AND g.section = c.section) ORDER BY c.section"""
"""A part of the settings that says to be of an event that is none of it."""

_OTHERWISE = """
SELECT s.inbox, s.event FROM temp.setting s WHERE s.event IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.setting_change c WHERE c.event = s.event AND c.inbox_id = s.inbox_id
    AND nullif(c.actor, '') IS nullif(s.actor, '') AND c.reason IS s.reason AND c.set_ms IS s.set_ms)
ORDER BY s.inbox_id, s.valid_from_ms LIMIT 1"""
"""A setting whose change does not say the same of who made it, why and when. Findings tell that by the changes, and
people read it in the settings too."""


def entry_problems(connection: Any, stated: StatedFindings, lines: Lines) -> Iterator[Problem]:
    """Whether the entries are those that findings are about, and lie in the chain."""
    from occ_media_cli.ledger.verify.checkpoint import parse_checkpoint

    file = enclosed_views.file_of("entry")
    enclosed = set(connection.execute("SELECT source, id FROM temp.entry WHERE id IS NOT NULL"))
    if unwanted := enclosed - stated.entries:
        source, identity = min(unwanted, key=str)
        yield file, f"has entry {source}:{identity}, that no finding is about"
    mark = parse_checkpoint(b"".join(lines(manifest_facts.CHECKPOINT)))
    for view in ("entry", "change"):
        (last,) = connection.execute(f"SELECT max(seq) FROM temp.{view}").fetchone()
        if last is not None and last > mark.seq:
            yield enclosed_views.file_of(view), "goes on behind the checkpoint"
    unrecorded = connection.execute(_UNRECORDED).fetchone()
    if unrecorded is not None:
        what = f"has settings of {unrecorded[0]} that no change in changes.ndjson made"
        yield enclosed_views.file_of("config"), what
    otherwise = connection.execute(_OTHERWISE).fetchone()
    if otherwise is not None:
        what = f"says who set inbox {otherwise[0]}, why or when, but event #{otherwise[1]} in {{}} says otherwise"
        yield enclosed_views.file_of("setting"), what.format(enclosed_views.file_of("setting_change"))
    (entries,) = connection.execute("SELECT count(*) FROM temp.entry").fetchone()
    if entries > mark.entries:
        yield file, "has more entries than the ledger"


def pseudonym_problems(lines: Lines, files: Sequence[str]) -> Iterator[Problem]:
    """Whether a bundle that says to name nobody does so: names are what rules are judged by, and none may be left."""
    for name in files:
        if name.startswith(f"{enclosed_views.FOLDER}/"):
            yield name, "is a view, of which a bundle with pseudonyms has none"
    file = enclosed_views.file_of("entry")
    for line in lines(file):
        row = enclosed_views.row_of(file, line)
        for column in ("customer", "agent", "conversation", "name", "id"):
            value = row.get(column)
            if value is not None and not (isinstance(value, str) and is_pseudonym(value)):
                yield file, f"has a {column} that is no pseudonym"
                return


def configured_rules(connection: Any, lines: Lines, names: Sequence[str], problems: list[Problem]) -> list[AuditRule]:
    """The rules of the program that are enclosed, as the ledger set them. problems: joined by one that is another."""
    from occ_media_cli.audit.rules.chosen import SECTION
    from occ_media_cli.settings.read import stored_section

    row = connection.execute(SECTION).fetchone()
    section: Mapping[str, Mapping[str, Any]] = stored_section("rules", row[0]) if row else {}
    chosen = []
    for name in names:
        if name not in rules.RULES:
            continue
        rule = rules.load_rule(name)
        if b"".join(lines(f"rules/{name}.sql")) != f"{rule.sql}\n".encode():
            problems.append((f"rules/{name}.sql", f"is not the rule of {manifest_facts.PROGRAM} {__version__}"))
            continue
        try:
            chosen.append(configured(rule, section.get(name, {})))
        except (RuleFault, ValueError) as fault:
            problems.append((enclosed_views.file_of("config"), f"sets what rule {name} has not: {fault}"))
    return chosen


def every_rule(
    chosen: Sequence[AuditRule], names: Sequence[str], lines: Lines, files: Sequence[str]
) -> list[AuditRule]:
    """All rules of a report, a user's own ones as they say of themselves."""
    made = {rule.id: rule for rule in chosen}
    rows = [enclosed_views.row_of(restated.OWN_RULES, line) for line in lines(restated.OWN_RULES)]
    said = {row.get("rule"): row for row in rows}
    own = [name for name in names if name not in rules.RULES]
    if len(rows) != len(said) or said.keys() != set(own) or bool(own) is not (restated.OWN_RULES in files):
        raise Unreadable(restated.OWN_RULES, "does not speak of the own rules of the bundle, each once")
    for name in own:
        try:
            made[name] = restated.own_rule(said[name], b"".join(lines(f"rules/{name}.sql")).decode().strip())
        except (KeyError, TypeError, ValueError):
            raise Unreadable(restated.OWN_RULES, f"does not say what rule {name} is") from None
    return [made[name] for name in names]


def read_baseline(lines: Lines) -> dict[str, str]:
    """The findings that were known."""
    file = enclosed_views.file_of(enclosed_views.BASELINE)
    known = {}
    for line in lines(file):
        row = decode(line, largest=enclosed_views.LARGEST_LINE)
        if not isinstance(row, dict) or set(row) != {"fingerprint", "rule"}:
            raise Unreadable(file, "has a line that is no known finding")
        known[str(row["fingerprint"])] = str(row["rule"])
    return known
