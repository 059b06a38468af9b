"""A rule: one `.sql` file whose header says what it looks for, why, and how to mend it.

The header is the comment at the top of the file, one `-- key: value` a line; a line `--   more` goes on with the value
before it. The text below it is one SELECT over the documented views.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NoReturn

from occ_media_cli.audit.controls import Control, parse_control
from occ_media_cli.errors import MalformedInput
from occ_media_cli.report.words import suggestion
from occ_media_cli.settings.sections import parameter_fault
from occ_media_cli.vocabulary import Severity

Value = int | str

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_KEY = re.compile(r"-- ?([a-z]+):\s*(.*)")
_MORE = re.compile(r"--\s\s+(.*)")
_PARAMETER = re.compile(r"([a-z][a-z0-9_]*)\s*=\s*(-?[0-9]{1,99}|\"[^\"]*\")\s*(?:\((.*)\))?")


class RuleFault(ValueError):
    """What is wrong with the way a store or a document sets a rule. rule: its name there; key: what of it, if one."""

    def __init__(self, rule: str, key: str | None, what: str) -> None:
        super().__init__(what)
        self.rule, self.key, self.what = rule, key, what


GIVEN = ("since_ms", "until_ms", "now_ms")
"""Parameters that every rule may use: the window, half-open, and the clock."""

_NEEDED = ("id", "severity", "title", "why", "fix")
_POPULATION = ("over", "where", "needs", "lacks")
_ONCE = (
    *_NEEDED[:4],
    "looks",
    *_POPULATION,
    "compare",
    "one",
    "many",
    "message",
    "example",
    "setting",
    "group",
    "after",
)

OVER = ("entries", "settings", "changes", "inboxes", "approvals", "suppressions", "verifications")
"""What a rule may judge; `audit.population` says which rows each is."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or text that a store may set for a rule, with its default and its meaning."""

    name: str
    default: Value
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class RulePopulation:
    """What a rule has to judge, so that nothing found is told from nothing to judge.

    over: of what, one of `OVER`. where: SQL, which of them; all without. needs: SQL, without which one of them cannot
    be judged. lacks: that in words, as what is missing.
    """

    over: str
    where: str = ""
    needs: str = ""
    lacks: str = ""


@dataclass(frozen=True, slots=True)
class AuditRule:
    """A rule as its file states it.

    one, many: the words over its findings; `many` may hold `{count}`. message: the words of one finding, with columns
    of the SELECT in braces. example: the same, short, for lists. setting: what the setting in force said, for rules
    that judge by it; its words name the settings whose change a finding tells. group: words that findings may share,
    for the others. after: `findings`, when the rule speaks of what the other rules found. population: what it has to
    judge, None where its file does not say.
    comparable: whether what it finds in two periods can be compared; not so where it goes by what stands now.
    controls: of standards, that it serves. tuned: a text for SQLite that gives the same rows faster.
    """

    id: str
    severity: Severity
    title: str
    why: str
    fix: tuple[str, ...]
    sql: str
    looks: str = ""
    one: str = ""
    many: str = ""
    message: str = ""
    example: str = ""
    setting: str | None = None
    group: str = ""
    after: str | None = None
    parameters: tuple[Parameter, ...] = ()
    population: RulePopulation | None = None
    comparable: bool = True
    controls: tuple[Control, ...] = ()
    tuned: str | None = None
    own: bool = False
    values: Mapping[str, Value] = field(default_factory=dict)

    def heading(self, count: int) -> str:
        """The words over so many findings of the rule."""
        if count == 1:
            return self.one or self.title.rstrip(".")
        return (self.many or "{count} times: " + self.title.rstrip(".")).replace("{count}", f"{count:,}")

    def bound(self) -> dict[str, Value]:
        """The values of the rule's own parameters: those that were set, else the defaults."""
        return {p.name: self.values.get(p.name, p.default) for p in self.parameters}


def parse(text: str, file: str, *, own: bool = False) -> AuditRule:
    """The rule of a file; MalformedInput with file and line where its header is not one."""
    found: dict[str, str] = {}
    fixes: list[str] = []
    parameters: list[Parameter] = []
    controls: list[Control] = []
    key = ""
    lines = text.split("\n")
    body = 0
    for number, line in enumerate(lines, start=1):
        if not line.startswith("--"):
            if line.strip() and not found:
                _broken(file, number, "a rule starts with a header of comments", "write -- id: my-rule on line 1")
            body = number
            break
        match, more = _KEY.fullmatch(line), _MORE.fullmatch(line)
        if more is not None and key == "control":
            controls[-1] = replace(controls[-1], why=f"{controls[-1].why} {more[1].strip()}")
        elif more is not None and key:
            _extend(key, more[1].strip(), found, fixes)
        elif match is not None:
            key = match[1]
            if key == "fix":
                fixes.append(match[2].strip())
            elif key == "parameter":
                parameters.append(_parameter(match[2].strip(), file, number))
            elif key == "control":
                try:
                    controls.append(parse_control(match[2].strip()))
                except ValueError as problem:
                    _broken(file, number, *problem.args)
            elif key in _ONCE and key not in found:
                found[key] = match[2].strip()
            else:
                what = f"'{key}' stands twice" if key in found else f"a rule's header has no '{key}'"
                _broken(file, number, what, f"the keys are {', '.join((*_ONCE, 'fix', 'parameter', 'control'))}")
        else:
            _broken(file, number, "the header has a line that is no '-- key: value'", "write it below the header")
    missing = [name for name in _NEEDED if not found.get(name) and not (name == "fix" and fixes)]
    if missing:
        _broken(file, 1, f"the header does not say {' and '.join(missing)}", f"write -- {missing[0]}: …")
    sql = "\n".join(lines[body - 1 :]).strip().rstrip(";").strip() if body else ""
    if not sql:
        _broken(file, len(lines), "the rule has no SELECT", "write one below the header")
    if ID.fullmatch(found["id"]) is None:
        _broken(file, 1, f"'{found['id']}' is no rule id", "use small letters, digits and single hyphens")
    if found["severity"] not in tuple(Severity):
        _broken(file, 1, f"'{found['severity']}' is no severity", "write -- severity: note, warning or error")
    comparable = "compare" not in found
    if found.pop("compare", "no") != "no":
        _broken(
            file, 1, "'compare' says no, or is left out", "write -- compare: no, where a rule goes by what stands now"
        )
    population = _population({name: found.pop(name) for name in _POPULATION if name in found}, file)
    return AuditRule(
        severity=Severity(found.pop("severity")), fix=tuple(fixes), parameters=tuple(parameters), sql=sql, own=own,
        population=population, comparable=comparable, controls=tuple(controls),
        **{name: value for name, value in found.items() if name != "severity"},  # type: ignore[arg-type]  # texts, by _ONCE
    )  # fmt: skip


def _population(said: Mapping[str, str], file: str) -> RulePopulation | None:
    """What the header says that a rule judges."""
    if not said:
        return None
    over = said.get("over", "")
    if over not in OVER:
        what = (
            f"'{over}' is nothing that a rule judges{suggestion(over, OVER)}" if over else "it does not say over what"
        )
        _broken(file, 1, what, f"write -- over: one of {', '.join(OVER)}")
    if bool(said.get("needs")) is not bool(said.get("lacks")):
        _broken(file, 1, "'needs' and 'lacks' go together", "write -- needs: SQL, and -- lacks: what is missing")
    return RulePopulation(over, said.get("where", ""), said.get("needs", ""), said.get("lacks", ""))


def _extend(key: str, more: str, found: dict[str, str], fixes: list[str]) -> None:
    if key == "fix":
        fixes[-1] += f" {more}"
    elif key in found:
        found[key] += f" {more}"


def _parameter(text: str, file: str, line: int) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    if match is None or match[1] in GIVEN:
        _broken(file, line, f"'{text}' is no parameter", "write -- parameter: minimum = 10 (what it means)")
    default: Value = match[2][1:-1] if match[2].startswith('"') else int(match[2])
    fault = parameter_fault(default)
    if fault is not None:
        _broken(file, line, f"{match[1]} {fault}", f"write -- parameter: {match[1]} = 10 (what it means)")
    return Parameter(match[1], default, match[3] or "")


def _broken(file: str, line: int, what: str, hint: str) -> NoReturn:
    raise MalformedInput(what, file=file, line=line, hint=hint)


def configured(rule: AuditRule, wanted: Mapping[str, object]) -> AuditRule:
    """The rule with the severity and the parameters that a store sets for it; RuleFault for one that it has not."""
    values: dict[str, Value] = {}
    known = {parameter.name: parameter for parameter in rule.parameters}
    severity = rule.severity
    for name, value in wanted.items():
        key = name.replace("-", "_")
        if name == "severity":
            severity = Severity(str(value))
        elif name == "file":
            continue
        elif key not in known:
            near = suggestion(key, known)
            raise RuleFault(rule.id, name, f"rule '{rule.id}' has no parameter '{name}'{near}")
        elif not isinstance(value, int | str) or isinstance(value, int) is not isinstance(known[key].default, int):
            kind = "a whole number" if isinstance(known[key].default, int) else "text"
            raise RuleFault(rule.id, name, f"rule '{rule.id}': {name} must be {kind}")
        elif (fault := parameter_fault(value)) is not None:  # a store may hold it from a program that did not check it
            raise RuleFault(rule.id, name, f"rule '{rule.id}': {name} {fault}")
        else:
            values[key] = value
    return replace(rule, severity=severity, values=values)
