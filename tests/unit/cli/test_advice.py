"""The words of the command line are in `cli` alone: what the rooms say is read by Python callers too."""

import ast
import functools
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer._click.exceptions import ClickException

import occ_media_cli
from occ_media_cli.cli.advice import COMMANDS, advise
from occ_media_cli.cli.app import command_line
from occ_media_cli.errors import NotFound, OccMediaError, Refused

ROOT = Path(occ_media_cli.__file__).parent
NAMED = re.compile(r"occ-media (?!/)|(?<![\w-])--[a-z]")
ALLOWED = {
    "__main__.py": "the program itself: it answers --version, and its own troubles end there",
    "decide/check.py": "the help of a verdict is a documented part of the answer, in every format and over HTTP",
    "library/file_answer.py": "as above",
    "library/renewal.py": "as above",
    "decide/diagnose.py": "the fix of a line is a documented part of the answer",
    "media/problems.py": "the help of a verdict is a documented part of the answer",
    "media/codes.py": "the text of a code is documentation for the people who read the answer",
    "decide/doctor.py": "the help of a check is a documented part of its answer, as that of a file's problem is",
    "retention/plan/approval.py": "the first words of the text that is signed",
    "store/temporary.py": "the first bytes of a note beside a half-written copy",
    "store/who.py": "the name and the version of the program, as the record has them",
    "store/migrate.py": "a newer version of the program, by its name",
    "audit/engines/spark.py": "the name under which a Spark cluster lists the job",
    "audit/pages/long.py": "the name and the version of the program that made the page",
    "report/formats/html.py": "the name and the version of the program that made the page",
    "report/formats/findings.py": "a format says which one has the rest, where the command gave it no words",
    "report/formats/web/tables.py": "a format says which one has the rest, where the command gave it no words",
    "store/migrations/m0001_store.py": "a migration stays as it was written: its text is part of the schema's digest",
}


def _rooms() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(ROOT.rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith("cli/"):
            yield name, ast.parse(file.read_text(encoding="utf-8"))


def test_no_room_names_a_command_or_an_option() -> None:
    """Guards against an error, a hint or a docstring in the words of the command line: `cli.advice` has those."""
    found: dict[str, list[str]] = {}
    for name, tree in _rooms():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
                if NAMED.search(text):
                    found.setdefault(name, []).append(text)
    assert {name: texts for name, texts in found.items() if name not in ALLOWED} == {}
    assert set(ALLOWED) - set(found) == set(), "these no longer need to be allowed"


def test_no_error_names_a_command_even_where_other_texts_may() -> None:
    """Guards against the list above: an error is no documentation."""
    errors = {"UsageError", "Incomplete", "StoreInvalid", "NotFound", "StoreBusy", "Refused", "MalformedInput", "Unfit"}
    found = [
        (name, text.value)
        for name, tree in _rooms()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in errors
        for text in ast.walk(node)
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and NAMED.search(text.value)
        if (name, text.value) != ("store/migrate.py", ": a newer occ-media made it")
    ]
    assert found == []


def test_each_topic_of_a_room_has_its_commands_and_each_command_its_room() -> None:
    """Guards against a topic that would end in a bug when somebody needs help, and against help that nobody gets."""
    asked = set()
    for _, tree in _rooms():
        for node in ast.walk(tree):
            if isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant):
                asked.add(node.elts[0].value)
    topics = set()
    for _, tree in _rooms():
        for node in ast.walk(tree):
            given = isinstance(node, ast.keyword) and node.arg == "topic"
            named = isinstance(node, ast.Assign) and "topic" in ast.unparse(node.targets[0])
            if (given or named) and isinstance(node, ast.keyword | ast.Assign):
                topics |= {
                    found.elts[0].value
                    for found in ast.walk(node.value)
                    if isinstance(found, ast.Tuple) and found.elts and isinstance(found.elts[0], ast.Constant)
                }
    assert topics - {"apply"} - set(COMMANDS) == set()
    assert set(COMMANDS) - asked == set()


def test_words_of_a_topic_can_be_pasted_into_a_shell() -> None:
    refused = Refused("plan p is not approved", topic=("purge", "p", "my files; rm"))
    assert advise(refused) == "occ-media retention purge p --root 'my files; rm'"
    braces = NotFound("no inbox", topic=("inbox", "{0} {hint}"))
    assert advise(braces) == "occ-media show '{0} {hint}'"
    assert advise(NotFound("no file", hint="check the path")) == "check the path"


PROSE = {
    "shows",
    "says",
    "lists",
    "makes",
    "takes",
    "brings",
    "writes",
    "records",
    "looks",
    "sets",
    "from",
    "then",
    "and",
    "it",
}
"""What stands behind a command where a line talks on; no word of a command is among them."""


def _literal(node: ast.expr) -> str | None:
    """The text of a constant or an f-string, `x` in the place of what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
    return None


@functools.cache
def lines_of_help() -> tuple[str, ...]:
    """Every text that ends up behind `help:`: those of topics, the hints of `cli`, and what begins with a command."""
    return tuple(_lines_of_help())


def _lines_of_help() -> Iterator[str]:
    for text in COMMANDS.values():
        yield text.format("x", "x", raw=("x", "x"), hint="x", again="occ-media show")
    for file in sorted(ROOT.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        if "occ-media " not in source:
            continue
        nodes = list(ast.walk(ast.parse(source)))
        parts = {part for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            given = [node.value] if isinstance(node, ast.keyword) and node.arg == "hint" else []
            if isinstance(node, ast.keyword) and node.arg == "hints" and isinstance(node.value, ast.Tuple | ast.List):
                given = node.value.elts
            for each in given:
                text = _literal(each)
                if text is not None and "occ-media " in text:
                    yield text
            text = _literal(node) if isinstance(node, ast.expr) and node not in parts else None
            if (
                text is not None
                and re.match("occ-media [a-wyz]", text)
                and "--x " not in text
                and "\n" not in text
                and len(text) < 200
            ):
                yield text


def refused(line: str) -> str | None:
    """Why the command line would not take a command, however its values are; None where it would."""
    words = shlex.split(line)[1:]
    if words[:2] == ["library", "propose"]:
        return None  # the contract has it, and the program not yet
    if PROSE & set(words):
        return f"{line}: prose behind a command"
    command = command_line()
    path = ["occ-media"]
    while words and words[0].startswith("-"):  # of the whole program
        words = words[2:]
    while getattr(command, "commands", None) and words and words[0] in command.commands:
        path.append(words[0])
        command, words = command.commands[words[0]], words[1:]
    if getattr(command, "commands", None) and not command.invoke_without_command:
        return f"{line}: {' '.join(path)} is no command alone"
    if "--help" in words:
        return None
    try:
        command.make_context(path[-1], [re.sub(r"^(DIR|FILE)$", "/", word) for word in words], resilient_parsing=False)
    except (ClickException, OccMediaError) as problem:
        if any(kind in str(problem) for kind in ("unexpected", "No such option", "no option", "requires", "Missing")):
            return f"{line}: {problem}"
    return None


def test_a_line_of_help_that_begins_with_a_command_is_that_command_and_one_that_quotes_one_ends_with_it() -> None:
    wrong = []
    for text in {*lines_of_help()}:
        _, _, quoted = text.rpartition(": occ-media ")
        if text.startswith("occ-media "):
            wrong.append(refused(text))
        elif quoted != text:
            wrong.append(refused(f"occ-media {quoted}"))
    assert sorted(filter(None, wrong)) == []


@pytest.mark.parametrize(
    "line", ["occ-media hold list shows every hold", "occ-media hold", "occ-media set x --recieve off"]
)
def test_the_guard_of_such_lines_sees_prose_and_slips(line: str) -> None:
    assert refused(line) is not None


@pytest.mark.parametrize(
    ("topic", "help_"),
    [
        (("inbox", "-x"), "occ-media show -- -x"),
        (("first-agent", "-x"), "occ-media agent add --role agent -- -x"),
        (("inbox-users", "-x y"), "take it out of them too: occ-media inbox remove --force -- '-x y'"),
        (("link", "-x", "line"), "occ-media inbox link -- -x line"),
        (("tag", "-x"), "set it: occ-media inbox tag INBOX -- -x"),
        (("agent", "-x"), "see what it may do: occ-media show --agent -x"),
        (("library-by-another", "another", "-x"), "another: occ-media --actor NAME library approve -- -x"),
        (("inbox-users", "x"), "take it out of them too: occ-media inbox remove x --force"),
    ],
)
def test_a_name_that_begins_like_an_option_is_an_argument(topic: tuple[str, ...], help_: str) -> None:
    assert advise(Refused("no", hint="look", topic=topic)) == help_
