"""Running the command line that was typed, and telling what is wrong with one that cannot be run."""

from __future__ import annotations

from typing import Any

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError, NoSuchOption
from typer._click.exceptions import UsageError as ClickUsageError

from occ_media_cli.cli.command_tree import command_line, first_word, place_of_first_word
from occ_media_cli.cli.groups import GROUPS
from occ_media_cli.cli.typed_right import DASHES, typed_right
from occ_media_cli.errors import EXIT_USAGE, NotFound, OccMediaError, UsageError, WrongWord

__all__ = ["command_line", "dispatch"]

HELP_WORD = "help"
"""`occ-media help COMMAND` shows the page of a command, as its `--help` does."""


def _turn_help_around(arguments: list[str]) -> list[str]:
    """`help ledger verify` as `ledger verify --help`, which is what it means; anything else as it is."""
    place = place_of_first_word(arguments)
    if place is None or arguments[place] != HELP_WORD:
        return arguments
    return [*arguments[:place], *arguments[place + 1 :], "--help"]


def _taken_by_one(command: str, other: str) -> dict[str, bool]:
    """The options of a command that another one does not take, each with whether it takes a value."""
    found, taken = (
        {
            option: not getattr(item, "is_flag", False)
            for item in command_line(name).commands[name].params
            for option in item.opts
            if option.startswith("-")
        }
        for name in (command, other)
    )
    return {option: valued for option, valued in found.items() if option not in taken}


def dispatch(arguments: list[str]) -> int:
    """Run a command line; UsageError where it cannot be understood."""
    arguments = _turn_help_around(arguments)
    word = first_word(arguments)
    command = command_line(word if word in GROUPS else None)
    try:
        result = command.main(args=arguments, prog_name="occ-media", standalone_mode=False)
    except OccMediaError as problem:
        from occ_media_cli.cli.advice import advise

        for each in (problem, *problem.more):
            # In a line that cannot be read more may be wrong than one word; of a name, the room knows the nearest.
            odd = each.code == EXIT_USAGE or any(word[:1] in DASHES for word in arguments if word)
            again = _mended(each, arguments) if odd else None
            if again is None and each.slip is not None:
                again = typed_right(each.slip, arguments, _taken_by_one)
            again = again or (None if odd else _mended(each, arguments))
            each.hint, each.topic = advise(each, again), ()
        raise
    except NoArgsIsHelpError as problem:
        raise SystemExit(_help(problem)) from None
    except ClickUsageError as problem:
        trouble = _usage(problem, word)
        again = _mended(trouble, arguments)
        if again is None and trouble.slip is not None:
            again = typed_right(trouble.slip, arguments)
        trouble.hint = again or trouble.hint
        raise trouble from None
    except ClickException as problem:
        raise UsageError(problem.format_message()) from None
    except typer.Abort:
        raise KeyboardInterrupt from None
    return int(result or 0)


def _mended(problem: OccMediaError, arguments: list[str]) -> str | None:
    """The whole line that was meant, for an error of the line or about a name in it, which says what is wrong as a
    person sees it."""
    if problem.code not in (EXIT_USAGE, NotFound.code) or (problem.file is not None and problem.line is not None):
        return None
    from occ_media_cli.cli.mending.mend import mend, what_is_wrong

    try:
        again = mend(arguments)
        problem.what = (again is not None and what_is_wrong(arguments)) or problem.what
    except Exception:  # noqa: BLE001  # what only helps must not hide the error that it is about
        return None
    return again


def _help(problem: NoArgsIsHelpError) -> int:
    """A bare group prints its commands; that is no run of anything, so it is usage."""
    import sys

    sys.stdout.write(problem.format_message() + "\n")
    return EXIT_USAGE


def _usage(problem: ClickUsageError, word: str | None) -> UsageError:
    text = problem.format_message().rstrip(".")
    text = text[:1].lower() + text[1:]
    path = problem.ctx.command_path if problem.ctx is not None else "occ-media"
    typed = problem.option_name if isinstance(problem, NoSuchOption) else None
    if typed and problem.ctx is not None:
        return _no_option(typed, path, problem.ctx.command)
    if text.startswith("no such command"):
        command = problem.ctx.command if problem.ctx is not None else None
        return _no_command(text.split("'")[1] if "'" in text else word or "", path, command)
    return UsageError(text, hint=f"{path} --help")


def _no_option(typed: str, path: str, command: Any) -> UsageError:
    from occ_media_cli.cli.one_of import OneOf
    from occ_media_cli.report.words import nearest

    by_name = {name: item for item in command.params for name in getattr(item, "opts", []) if name.startswith("-")}
    plain = "--" + typed.removeprefix("--").removeprefix("no").removeprefix("-")
    item = by_name.get(plain) if typed.startswith("--no") else None
    if item is not None:  # `--no-send` denies `--send`, and is not a slip of it
        off = isinstance(item.type, OneOf) and "off" in item.type.choices
        meant: tuple[str, ...] | None = (plain, "off") if off else None
    else:
        near = nearest(typed, by_name) if len(typed) > len("--to") else None  # any of two letters is near
        meant = None if near is None else (near,)
    asked = f", did you mean {' '.join(meant)}?" if meant else ""
    return WrongWord(f"no option {typed} in {path}{asked}", typed=typed, meant=meant, hint=f"{path} --help")


def _no_command(typed: str, path: str, command: Any) -> UsageError:
    from occ_media_cli.report.words import nearest, question

    known = dict(getattr(command, "commands", {}))
    near = nearest(typed, known)
    below = [f"{name} {typed}" for name, group in known.items() if typed in getattr(group, "commands", {})]
    found = [near] if near is not None else below
    meant = tuple(found[0].split()) if len(found) == 1 else None
    return WrongWord(
        f"no command '{typed}' in {path}{question(*found)}", typed=typed, meant=meant, hint=f"{path} --help"
    )
