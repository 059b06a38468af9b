"""Writes the documents that are made from the program: `docs/commands.md`, `docs/rules.md`, `docs/controls.md`,
`docs/api.md` and the manual pages in `docs/man`.

python tools/docs.py            writes them
python tools/docs.py --check    ends with 1 where one is not what the program says
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["COLUMNS"] = "80"
sys.path.insert(0, str(Path(__file__).resolve().parent))
from man import man_pages  # beside this file, which is run as a program

HERE = Path(__file__).resolve().parent.parent


def commands() -> str:
    """The help of every command."""
    import typer

    from occ_media_cli.cli.app import command_line

    lines = ["# Commands", "", "Made from the program by `python tools/docs.py`; do not edit.", ""]

    def walk(command: object, path: str) -> None:
        context = typer.Context(command, info_name=path)  # type: ignore[arg-type]  # Typer's own command objects
        text = command.get_help(context)  # type: ignore[attr-defined]  # as above
        lines.extend(
            [f"{'#' * min(2 + path.count(' '), 4)} {path}", "", "```text", *text.rstrip().splitlines(), "```", ""]
        )
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{path} {name}")

    walk(command_line(), "occ-media")
    return "\n".join(lines)


def rules() -> str:
    """What every rule looks for, why, and how to mend what it finds."""
    from occ_media_cli.audit.rules import load_all

    lines = ["# Rules", "", "Made from the program by `python tools/docs.py`; do not edit.", ""]
    lines += ["| severity | rule | finds |", "|---|---|---|"]
    found = sorted(load_all(), key=lambda rule: (-rule.severity.rank, rule.id))
    lines += [f"| {rule.severity.value} | [`{rule.id}`](#{rule.id}) | {rule.title} |" for rule in found]
    for rule in sorted(found, key=lambda rule: rule.id):
        lines += ["", f"## {rule.id}", "", f"{rule.title} ({rule.severity.value})", "", rule.why]
        lines += ["", f"Looks {rule.looks.removesuffix('.')}."]
        lines += ["", "Serves:", "", *(f"- {each.name} ({each.title}): {each.why}" for each in rule.controls)]
        lines += ["", "How to fix it:", "", *(f"{number}. {step}" for number, step in enumerate(rule.fix, 1))]
        if rule.parameters:
            lines += ["", "What a store can set:", ""]
            lines += [f"- `{p.name.replace('_', '-')}` = {p.default}: {p.meaning}" for p in rule.parameters]
    return "\n".join([*lines, ""])


def controls() -> str:
    """Which rules serve which controls of which standards, and why."""
    from occ_media_cli.audit.controls import FRAMEWORKS, Control
    from occ_media_cli.audit.rules import load_all

    lines = ["# Controls", "", "Made from the program by `python tools/docs.py`; do not edit.", ""]
    lines += [
        "Which rules look at something that a control asks for, and why. That a rule finds nothing does not mean that a"
        " control is met, and no rule says that anybody complies: whoever assesses decides, with much else."
        " `occ-media report controls` shows what the rules found in a period.",
    ]
    found: dict[str, dict[str, list[tuple[str, Control]]]] = {name: {} for name in FRAMEWORKS}
    pairs = [(rule.id, control) for rule in load_all() for control in rule.controls]
    for rule, control in sorted(pairs, key=lambda pair: (pair[1].order, pair[0])):
        found[control.framework].setdefault(control.number, []).append((rule, control))
    for name, numbers in found.items():
        lines += ["", f"## {FRAMEWORKS[name].name}", "", "| control | about | rule | why |", "|---|---|---|---|"]
        for number, served in numbers.items():
            for place, (rule, control) in enumerate(served):
                first = f"{number} | {control.title}" if place == 0 else " | "
                lines.append(f"| {first} | [`{rule}`](rules.md#{rule}) | {control.why} |")
    return "\n".join([*lines, ""])


API = """# Python

Made from the docstrings of `occ_media_cli.api` by `python tools/docs.py`; do not edit. Every example is run by the
tests, each on a small store `desk.db` with the inboxes `inbox`, `lab` and `vip`, two entries under `media`, and a clock
that stands still: `desk = OccMedia("desk.db", actor="dana", now="2024-03-04T10:00:00Z")`.
"""


def api() -> str:
    """Every method of the Python API: what it takes, returns and raises, with an example."""
    import inspect

    from occ_media_cli import api as package
    from occ_media_cli.api.arguments import Calls

    def shown(text: str | None) -> list[str]:
        return _fenced(inspect.cleandoc(text or ""))

    def page(kind: type[Calls], before: str) -> Iterator[str]:
        names = (name for base in kind.__mro__ for name in vars(base) if not name.startswith("_"))
        for name in dict.fromkeys(names):
            function = getattr(kind, name)
            if inspect.isfunction(function):
                yield from ["", f"### {before}.{name}", "", "```python", _call(before, function), "```", ""]
                yield from shown(function.__doc__)

    desk = package.OccMedia("none.db")
    lines = [API, *_fenced(inspect.cleandoc(package.__doc__ or "")), "", "## desk", ""]
    lines += [*shown(package.OccMedia.__doc__), *page(package.OccMedia, "desk")]
    groups = [name for name in vars(package.OccMedia) if isinstance(getattr(package.OccMedia, name), property)]
    for name in groups:
        group = getattr(desk, name)
        if isinstance(group, Calls):
            lines += ["", f"## desk.{name}", "", *shown(type(group).__doc__), *page(type(group), f"desk.{name}")]
    return "\n".join([*lines, ""])


def _call(before: str, function: Callable[..., object]) -> str:
    """The signature as it is called, one line if it fits."""
    import inspect

    signature = inspect.signature(function)
    returned = signature.return_annotation
    parameters = [item.replace(annotation=_Words(item.annotation)) for item in signature.parameters.values()][1:]
    shown = inspect.Signature(parameters, return_annotation=_Words(returned))
    whole = f"{before}.{function.__name__}{shown}"
    if len(whole) <= 110:
        return whole
    rows: list[str] = []
    for item in parameters:
        if item.kind is item.KEYWORD_ONLY and "    *," not in rows:
            rows.append("    *,")
        rows.append(f"    {item},")
    return "\n".join([f"{before}.{function.__name__}(", *rows, f") -> {returned}"])


class _Words(str):
    """An annotation that is shown without quotes."""

    def __repr__(self) -> str:
        return str(self)


def _fenced(text: str) -> list[str]:
    """A text whose indented parts are blocks of code."""
    lines: list[str] = []
    code = False
    for row in text.splitlines():
        if row.startswith("    ") is not code and row:
            while code and lines[-1] == "":
                lines.pop()
            lines += ["```", ""] if code else ["```python"]
            code = not code
        lines.append(row.removeprefix("    ") if code else row)
    return [*lines, "```"] if code else lines


def documents() -> dict[Path, str]:
    """Every generated document and what it should say."""
    folder = HERE / "docs"
    return {
        folder / "commands.md": commands(),
        folder / "rules.md": rules(),
        folder / "controls.md": controls(),
        folder / "api.md": api(),
        **{folder / "man" / name: text for name, text in man_pages().items()},
    }


def main(arguments: list[str]) -> int:
    """Write or check."""
    stale = [
        path for path, text in documents().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(HERE)} is not what the program says; help: python tools/docs.py")
        return 1 if stale else 0
    (HERE / "docs" / "man").mkdir(exist_ok=True)
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
