"""Every folder of like things has an explicit list; the list and the files are the same."""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from pathlib import Path

import occ_media_cli
from occ_media_cli.audit import reports
from occ_media_cli.cli.groups import GROUPS
from occ_media_cli.ledger import sources
from occ_media_cli.report import formats
from occ_media_cli.store import migrate, migrations

PACKAGE = Path(occ_media_cli.__file__).parent


def offering(folder: str, function: str) -> set[str]:
    """The modules and packages of a folder that define a public function."""
    files = [*(PACKAGE / folder).glob("*.py"), *(PACKAGE / folder).glob("*/__init__.py")]
    return {
        path.parent.name if path.name == "__init__.py" else path.stem
        for path in files
        if path.parent != PACKAGE / folder or path.name != "__init__.py"
        if f"\ndef {function}(" in path.read_text()
    }


def test_every_command_group_has_a_module_and_every_module_its_word() -> None:
    """A word of the command line is the file of its name; words below another one are in its group."""
    assert all(module.rpartition(".")[2] == word for word, module in GROUPS.items())
    named = {
        f"{folder}.{name}"
        for folder in ("audit", "files", "settings", "store")
        for name in offering(f"cli/{folder}", "register")
    }
    grouped = {module for module in GROUPS.values() if module.startswith(("ledger", "library", "retention"))}
    below = {"audit.verify"}
    assert below <= named
    assert (named - below) | grouped == set(GROUPS.values())
    for module in GROUPS.values():
        assert callable(import_module(f"occ_media_cli.cli.{module}").register)


def test_every_source_and_every_report_is_in_its_list() -> None:
    assert offering("ledger/sources", "read") == set(sources.SOURCES)
    assert offering("audit/reports", "build") == set(reports.TABLES)
    for kind in sources.SOURCES:
        assert list(signature(sources.reader(kind)).parameters) == ["name", "options", "context"]


def test_every_migration_is_a_step_in_order() -> None:
    files = sorted(path.stem for path in (PACKAGE / "store" / "migrations").glob("m*.py"))
    assert [step.__module__.rsplit(".", 1)[-1] for step in migrations.STEPS] == files
    assert [int(name[1:5]) for name in files] == list(range(1, len(files) + 1))
    assert len(files) == migrate.LATEST == len(migrations.STEPS)


def test_every_format_has_a_module() -> None:
    for name, module in formats.MODULES.items():
        assert callable(import_module(module).render), name
