"""Every folder of like things has an explicit list; the list and the files are the same."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import occ_media_cli
from occ_media_cli.cli.groups import GROUPS
from occ_media_cli.report import formats
from occ_media_cli.store import migrate, migrations

PACKAGE = Path(occ_media_cli.__file__).parent


def test_every_command_group_has_a_module() -> None:
    for name, module in GROUPS.items():
        assert callable(import_module(f"occ_media_cli.cli.{module}").register), name


def test_every_migration_is_a_step_in_order() -> None:
    files = sorted(path.stem for path in (PACKAGE / "store" / "migrations").glob("m*.py"))
    assert [step.__module__.rsplit(".", 1)[-1] for step in migrations.STEPS] == files
    assert [int(name[1:5]) for name in files] == list(range(1, len(files) + 1))
    assert len(files) == migrate.LATEST == migrations.LATEST


def test_every_format_has_a_module() -> None:
    for name, module in formats.MODULES.items():
        assert callable(import_module(module).render), name
