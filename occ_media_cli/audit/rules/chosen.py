"""Which rules an audit runs, with the severities and parameters that the store sets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from occ_media_cli.audit import rules
from occ_media_cli.audit.engines import own_rules
from occ_media_cli.audit.engines.interface import RuleSource
from occ_media_cli.audit.rule import AuditRule, RuleFault, configured
from occ_media_cli.errors import MalformedInput, NotFound, StoreInvalid
from occ_media_cli.settings.read import stored_section

SECTION = "SELECT value FROM config WHERE section = 'rules'"


def section(source: RuleSource) -> Mapping[str, Mapping[str, Any]]:
    """The section of the store that configures rules."""
    row = next(iter(source.query(SECTION, {})), None)
    found: Mapping[str, Mapping[str, Any]] = stored_section("rules", row[0]) if row else {}
    return found


def choose(wanted: Sequence[str], config: Mapping[str, Mapping[str, Any]], folder: Path, file: str) -> list[AuditRule]:
    """The rules to run: those that are asked for by id or by `FILE.sql`, else every one, the store's own included.

    folder: where a store's `file = "my.sql"` starts from. StoreInvalid where the store configures a rule or a parameter
    that is not there.
    """
    try:
        owned = {name: _own(name, folder / str(row["file"])) for name, row in config.items() if row.get("file")}
        for name in config:
            _refuse_unknown(name, owned)
    except RuleFault as fault:
        topic = ("rules",) if fault.key is None else ()
        hint = None if topic else "give both the same new id"
        raise StoreInvalid(f"rules: {fault.what}", file=file, topic=topic, hint=hint) from None
    known = {**{name: rules.load_rule(name) for name in rules.RULES}, **owned}
    chosen = [_one(name, known) for name in dict.fromkeys(wanted)] or list(known.values())
    found = []
    for rule in sorted({rule.id: rule for rule in chosen}.values(), key=lambda rule: rule.id):
        try:
            found.append(configured(rule, config.get(rule.id, {})))
        except RuleFault as fault:
            raise StoreInvalid(f"rules: {fault.what}", file=file, topic=("rule", rule.id)) from None
    return found


def refuse_unknown_settings(config: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """RuleFault for the first rule, parameter or value of a section with which no audit would begin.

    A rule's own file may come to its folder later: what it says is held to it where it is there.
    """
    for name, row in config.items():
        rule = None
        if row.get("file"):
            try:
                rule = _own(name, folder / str(row["file"]))
            except NotFound:
                if name in rules.RULES:
                    raise RuleFault(name, "file", _IS_OURS.format(name)) from None
                continue
        else:
            _refuse_unknown(name, ())
        configured(rule or rules.load_rule(name), row)


_IS_OURS = "the file of '{}' has the id of a rule of the program"


def _own(name: str, path: Path) -> AuditRule:
    """The rule of a file that a section names."""
    rule = own_rules.load_own_rule(path)
    if rule.id != name:
        raise RuleFault(name, "file", f"the file of '{name}' is the rule '{rule.id}'")
    if name in rules.RULES:
        raise RuleFault(name, "file", _IS_OURS.format(name))
    return rule


def _refuse_unknown(name: str, owned: Collection[str]) -> None:
    if name not in owned and name not in rules.RULES:
        from occ_media_cli.report.words import suggestion

        near = suggestion(name, [*rules.RULES, *owned])
        raise RuleFault(name, None, f"there is no rule '{name}'{near}")


def _one(name: str, known: Mapping[str, AuditRule]) -> AuditRule:
    if name in known:
        return known[name]
    if name.endswith(".sql"):
        rule = own_rules.load_own_rule(Path(name))
        if rule.id in rules.RULES:
            raise MalformedInput(f"'{rule.id}' is the id of a rule of the program", file=name, hint="give it a new id")
        return rule
    from occ_media_cli.report.unknown_name import unknown_name

    raise unknown_name(f"no rule '{name}'", name, known, ours=True, topic=("rules",))


def refuse_unknown_inboxes(source: RuleSource, inboxes: Sequence[str], file: str) -> None:
    """NotFound, with the nearest name, where one of the inboxes never was in the store."""
    from occ_media_cli.settings.inbox_names import no_inbox

    names = [str(row[0]) for row in source.query("SELECT name FROM inbox", {})]
    for name in inboxes:
        if name not in names:
            raise no_inbox(name, names, file)
