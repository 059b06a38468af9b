"""Writes the documents that are made from the program: `docs/commands.md` and `docs/rules.md`.

python tools/docs.py            writes them
python tools/docs.py --check    ends with 1 where one is not what the program says
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["COLUMNS"] = "80"
HERE = Path(__file__).resolve().parent.parent


def commands() -> str:
    """The help of every command."""
    import typer

    from occ_media_cli.cli.app import build

    lines = ["# Commands", "", "Made from the program by `python tools/docs.py`; do not edit.", ""]

    def walk(command: object, path: str) -> None:
        context = typer.Context(command, info_name=path)  # type: ignore[arg-type]  # Typer's own command objects
        text = command.get_help(context)  # type: ignore[attr-defined]  # as above
        lines.extend(
            [f"{'#' * min(2 + path.count(' '), 4)} {path}", "", "```text", *text.rstrip().splitlines(), "```", ""]
        )
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{path} {name}")

    from typer.main import get_command

    walk(get_command(build()), "occ-media")
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
        lines += ["", f"Looks {rule.looks}."]
        lines += ["", "How to fix it:", "", *(f"{number}. {step}" for number, step in enumerate(rule.fix, 1))]
        if rule.parameters:
            lines += ["", "What a store can set:", ""]
            lines += [f"- `{p.name.replace('_', '-')}` = {p.default}: {p.meaning}" for p in rule.parameters]
    return "\n".join([*lines, ""])


def documents() -> dict[Path, str]:
    """Every generated document and what it should say."""
    return {HERE / "docs" / "commands.md": commands(), HERE / "docs" / "rules.md": rules()}


def main(arguments: list[str]) -> int:
    """Write or check."""
    stale = [
        path for path, text in documents().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(HERE)} is not what the program says; help: python tools/docs.py")
        return 1 if stale else 0
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
