"""Each idea that once had several copies has one home, and a copy that is planted elsewhere is found.

A copy is found by reading the sources: by name of a function that only the home may call, or by the shape of the text.
`HOMES` says for each idea where it lives, which search finds a second one, and a copy that this search must find. The
searches of four ideas of SQL are in `test_one_home`, those of files and processes in `test_one_way_in`, that of settings
in `cli.test_one_check`; the others are here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.cli.test_one_check import second_checks
from tests.unit.imports import PACKAGE
from tests.unit.test_one_home import copies
from tests.unit.test_one_way_in import FORKING, attributes, openers, quarantine_names

pytestmark = pytest.mark.no_cover

Search = Callable[[str], object]
"""A text of a source -> something true where it holds a copy."""


def calls(text: str) -> list[tuple[str, ast.Call]]:
    """Every call in a source, with the last word of what is called."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                found.append((function.attr, node))
            elif isinstance(function, ast.Name):
                found.append((function.id, node))
    return found


def written_files(text: str) -> set[str]:
    """How a source writes files by itself: `open` for writing, `write_text`, `write_bytes`."""
    found = set()
    for name, call in calls(text):
        if name in ("write_text", "write_bytes"):
            found.add(name)
        values = [*call.args, *(each.value for each in call.keywords)]
        modes = [each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if name in ("open", "fdopen") and any(re.fullmatch(r"[rbt+]*[wax][wbt+]*|r\+b?|rb\+", mode) for mode in modes):
            found.add(name)
    return found


def identities(text: str) -> set[str]:
    """How a source asks who runs it and where."""
    asked = {"uname", "gethostname", "getpwuid", "getuser", "getlogin", "getfqdn"}
    return {name for name, _ in calls(text) if name in asked}


def stamps(text: str) -> bool:
    """Whether a source puts together by itself who made something: these keys, in one place."""
    keys = {
        each.value
        for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Dict)
        for each in node.keys if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }  # fmt: skip
    return {"os_user", "host"} <= keys


def compared_people(text: str) -> list[str]:
    """Where a source compares two people by itself."""
    people = r"(os_user|actor|planner|approver|proposer|proposed_by|approved_by)"
    return re.findall(rf"\b{people}\b\s*(?:==|!=|in|not in)\s*[\w.\[\]\"']*\b{people}\b", text)


def opened_stores(text: str) -> set[str]:
    """How a source opens a SQLite file past `store.open`, so that nobody compares its schema."""
    names = {name for name, call in calls(text) if name == "connect" and not _in_memory(call)}
    return names if re.search(r"sqlite3|store(\.connect)? import .*\bconnect\b", text) else set()


def _in_memory(call: ast.Call) -> bool:
    first = call.args[0] if call.args else None
    return isinstance(first, ast.Constant) and first.value in ("", ":memory:")


class Home(NamedTuple):
    """An idea: where it lives, what finds a second one, one to be found, and other files that may hold it, with why."""

    idea: str
    home: str
    search: Search
    planted: str
    allowed: dict[str, str] = {}  # noqa: RUF012  # of a tuple
    everywhere: bool = True
    """Whether all sources are searched here; else the test file named beside the search does it."""


def tree(search: Callable[[ast.Module], object]) -> Search:
    return lambda text: search(ast.parse(text))


def text_of(idea: str) -> Search:
    return lambda text: idea in copies("audit/reports/new.py", text)


HOMES = [
    Home("what a setting may be", "settings/inbox_fields.py", second_checks,
         "from occ_media_cli.settings.field_checks import plain_text\n", everywhere=False),
    Home("a safe open", "places/safe_open.py", tree(openers), "import os\nfd = os.open(path, os.O_RDONLY)\n", everywhere=False),
    Home("a walk", "places/walk.py", tree(openers), "for path in root.rglob('*'): ...\n", everywhere=False),
    Home("the name of the quarantine", "places/roots.py", tree(quarantine_names), "NAME = '.occ-media-quarantine'\n",
         everywhere=False),
    Home("untrusted work in a limited process", "sandbox/pool.py",
         tree(lambda found: attributes(found, ("os", "resource"), FORKING)), "import os\npid = os.fork()\n", everywhere=False),
    Home("an entry as it stands", "ledger/entries_sql.py", text_of("an entry as it stands"),
         "TEXT = 'SELECT coalesce(a.outcome, r.outcome)'", everywhere=False),
    Home("what a hold covers", "store/migrations/m0010_free_texts.py", text_of("what a hold covers"),
         "TEXT = 'WHERE h.inbox_id IS NULL OR h.inbox_id = e.inbox_id'", everywhere=False),
    Home("who a customer is", "ledger/customers.py", text_of("who a customer is"),
         "TEXT = 'WHERE customer = :customer'", everywhere=False),
    Home("the category of a file", "ledger/entries_sql.py", text_of("the category of a file"),
         "TEXT = 'JOIN file_type f ON f.key = e.extension'", everywhere=False),
    Home("writing a file for a user", "store/sink.py", written_files, "Path(output).write_text(page)\n", {
        "decide/fit_work.py": "a file without a name, whose bytes the sink writes once they are judged",
        "convert/pyav.py": "a file without a name, as above",
        "audit/bundle/bundle.py": "a member of an archive, whose file the sink writes",
        "ledger/append/ahead.py": "a pipe to a second process",
        "store/atomic.py": "the program's own document, replaced in one step",
        "store/signature.py": "what ssh-keygen reads, in a folder of its own that goes again",
    }),
    Home("the parts of a mail, their names, and which are files", "media/unpack/mime_reader.py",
         lambda text: re.search(r"^\s*(?:from|import) (?:email|mailbox|quopri)\b", text, re.MULTILINE),
         "from email.parser import BytesParser\n"),
    Home("who made this and where", "store/who.py", identities, "import os\nhost = os.uname().nodename\n"),
    Home("a second person", "settings/second_person.py", compared_people, "if approver == plan.planner:\n    raise Refused\n"),
    Home("opening a store", "store/open.py", opened_stores,
         "from occ_media_cli.store.connect import connect\nconnection = connect(path, writable=False)\n", {
        "store/connect.py": "the driver itself",
        "store/backup.py": "a copy that is being made or put back, compared before anything of it is read",
        "ledger/append/count_aside.py": "a second connection to the store that this process has open",
        "store/making.py": "a store in the making, and one that this command has just made",
        "store/other_stores.py": "asks a file that a backup would replace what it is, its schema compared before",
        "store/new_place.py": "asks a file beside a new store what it is",
        "store/known_names.py": "reads names to offer, of a store that nobody works with, and is silent about all else",
        "ledger/verify/totals_aside.py": "a second connection to the store that this process has open",
    }),
]  # fmt: skip

SEARCHED = [home for home in HOMES if home.everywhere]


def ids(home: Home) -> str:
    return home.idea.replace(" ", "-")


@pytest.mark.parametrize("home", HOMES, ids=ids)
def test_a_planted_copy_is_found(home: Home) -> None:
    assert home.search(home.planted)
    assert not home.search("from occ_media_cli import times\n\n\ndef f() -> int:\n    return times.wall()\n")
    assert (PACKAGE / home.home).is_file()


@pytest.mark.parametrize("home", SEARCHED, ids=ids)
def test_no_file_but_the_home_holds_the_idea(home: Home) -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if home.search(path.read_text(encoding="utf-8"))
    }
    assert found - {home.home} == set(home.allowed)


def test_the_architecture_names_every_home_and_its_guard() -> None:
    """The table that newcomers read is the one that is proved here."""
    page = (Path(PACKAGE).parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    missing = [home.idea for home in HOMES if f"| {home.idea} | `{home.home}` |" not in page]
    assert missing == []


def test_who_made_it_is_put_together_in_few_places() -> None:
    assert stamps("x = {'os_user': a, 'host': b}")
    found = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if stamps(path.read_text())}
    assert found == {
        "store/who.py",
        "retention/carried_events.py",  # the stamp of an event of another store, which keeps its maker
        "retention/certificate.py",  # what a record of the chain says, which is not who prints it
        "cli/ledger/verify.py",  # likewise, of a record behind which the clock ran backwards
    }


def test_every_file_and_function_that_the_architecture_names_is_there() -> None:
    """A newcomer follows the ways file by file; each step must lead somewhere."""
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:\w+/)+\w+\.py|\w+\.py)`(?: `([\w.]+)`)?", page)
    files = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    missing = []
    for name, function in named:
        if name.startswith(("tests/", "tools/", "proofs/")):
            missing += [] if (PACKAGE.parent / name).is_file() else [name]
            continue
        found = [text for path, text in files.items() if path == name or path.endswith(f"/{name}")]
        if not found and name.rpartition("/")[2] not in ("NAME.py", "mNNNN_NAME.py"):
            missing.append(name)
        word = function.rpartition(".")[2]
        if found and word and not any(re.search(rf"\b(def|class) {word}\b", text) for text in found):
            missing.append(f"{name} {function}")
    assert len(named) > 60
    assert missing == []
