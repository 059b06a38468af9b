"""The manual pages, made from the commands as `--help` is: one for the program and one for each first word.

`tools/docs.py` writes and checks them with the other documents; a wheel puts them where `man` looks.
"""

from __future__ import annotations

import re
from typing import Any

NAME = "occ-media"


def man_pages() -> dict[str, str]:
    """Each page by the name of its file."""
    import typer

    from occ_media_cli.cli.app import command_line
    from occ_media_cli.cli.once import tell_choices

    program = command_line()
    context = typer.Context(program, info_name=NAME)

    def below(command: Any, path: str, level: int) -> list[str]:
        """A command as a part of a page, with those below it."""
        inner = typer.Context(command, info_name=path)
        tell_choices(command.params)
        lines = [f".{'SH' if level == 1 else 'SS'} {_shown(path)}"] if level else []
        about, examples, more = _parts(command.help or "")
        lines += _paragraphs([about, *more] if level else more)
        lines += [".PP", ".nf", *(f"{_bold(example)}" for example in examples), ".fi"] if examples else []
        lines += _records(command.params, inner)
        for name, each in getattr(command, "commands", {}).items():
            lines += below(each, f"{path} {name}", level + 1)
        return lines

    pages = {f"{NAME}.1": _page(NAME, program, ["[OPTIONS]", "COMMAND", "[ARGS]..."], [
        *_records(program.params, context), ".SH COMMANDS",
        *(line for name, command in program.commands.items() if not command.hidden
          for line in (".TP", f".BR {_shown(f'{NAME}-{name}')} (1)", _shown(_parts(command.help or '')[0]))),
        *_files(),
    ], see=())}  # fmt: skip
    for name, command in program.commands.items():
        path = f"{NAME} {name}"
        usage = command.collect_usage_pieces(typer.Context(command, info_name=path))
        pages[f"{NAME}-{name}.1"] = _page(path, command, usage, below(command, path, 0), see=(NAME,))
    return pages


def _page(path: str, command: Any, usage: list[str], body: list[str], *, see: tuple[str, ...]) -> str:
    from occ_media_cli import __version__

    title = path.replace(" ", "-")
    about = _parts(command.help or "")[0].rstrip(".")
    lines = [
        r'.\" Made from the program by `python tools/docs.py`; do not edit.',
        f'.TH {_shown(title.upper())} 1 "" "{NAME} {__version__}" "{NAME}"',
        ".SH NAME", f"{_shown(title)} \\- {_shown(about[:1].lower() + about[1:])}",
        ".SH SYNOPSIS", f".B {_shown(path)}", _shown(" ".join(usage)),
        ".SH DESCRIPTION", _shown(f"{about}."), *body,
    ]  # fmt: skip
    epilog = re.sub(r"\s+", " ", (getattr(command, "epilog", None) or "").replace("\b", ""))
    exits = epilog.rpartition("Exit codes: ")[2] if "Exit codes: " in epilog else ""
    lines += [".SH EXIT STATUS", _shown(exits)] if exits else []
    lines += [".SH SEE ALSO", *(f".BR {_shown(each)} (1)" for each in see)] if see else []
    return "\n".join([*lines, ""])


def _files() -> list[str]:
    return [
        ".SH ENVIRONMENT", _shown("OCC_MEDIA_STORE, OCC_MEDIA_ACTOR, OCC_MEDIA_NOW and OCC_MEDIA_LOG say what --store,"
                                  " --actor, --now and --verbose say; an option beats them."),
        ".SH FILES", ".TP", _bold("~/.config/occ-media/config.toml"),
        _shown("The defaults of a user: [defaults] with store, actor, format (at terminals only) and time_zone."),
    ]  # fmt: skip


def _parts(help_text: str) -> tuple[str, list[str], list[str]]:
    """The first sentence of a help text, its examples, and the paragraphs between."""
    paragraphs = [each.replace("\b\n", "") for each in re.split(r"\n\s*\n", help_text.strip())]
    examples: list[str] = []
    rest: list[str] = []
    for paragraph in paragraphs[1:]:
        if paragraph.lstrip().startswith("Example"):
            examples += [line.strip() for line in paragraph.splitlines()[1:]]
        else:
            rest.append(paragraph)
    return " ".join(paragraphs[0].split()), examples, rest


def _paragraphs(texts: list[str]) -> list[str]:
    return [line for text in texts if text for line in (".PP", _shown(" ".join(text.split())))]


def _records(parameters: list[Any], context: Any) -> list[str]:
    lines: list[str] = []
    for item in parameters:
        record = None if getattr(item, "hidden", False) else item.get_help_record(context)
        if record is not None:
            lines += [".TP", _bold(record[0]), _shown(" ".join(record[1].split()) or "-")]
    return lines


def _bold(text: str) -> str:
    return f"\\fB{_shown(text)}\\fR"


def _shown(text: str) -> str:
    """A text that troff prints as it is: hyphens that can be copied, no escapes, no requests."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return f"\\&{plain}" if plain[:1] in (".", "'") else plain
