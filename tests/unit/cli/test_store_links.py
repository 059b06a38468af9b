"""A store that is reached through a link is the one that the link leads to, for every command."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.errors import StoreBusy
from occ_media_cli.store import lock, temporary
from tests.unit.cli import tree
from tests.unit.cli.conftest import Run

KINDS = ["desk.db", "desk.toml"]


@pytest.fixture(params=KINDS)
def linked(occ: Run, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A store with a hold in a folder, and a link to it here under its name and under another."""
    (tmp_path / "c").mkdir()
    name = str(request.param)
    occ("inbox", "add", "vip", store=f"c/{name}")
    occ("hold", "add", "--name", "court", "--inbox", "vip", "--reason", "r", store=f"c/{name}")
    (tmp_path / name).symlink_to(f"c/{name}")
    (tmp_path / f"other{Path(name).suffix}").symlink_to(name)
    return name


def test_every_command_sees_the_one_store(occ: Run, tmp_path: Path, linked: str) -> None:
    before = {item.name for item in tmp_path.iterdir()}
    names = (linked, f"other{Path(linked).suffix}")
    for name in names:
        assert "court" in occ("hold", "list", store=name).out
        for command in tree.commands():
            if command.words != ("store", "backup"):
                occ(*tree.fill(command, {}, "none"), store=name, code=None)
            assert {item.name for item in tmp_path.iterdir()} == before, command.words
        occ("hold", "add", "--name", name, "--inbox", "vip", "--reason", "r", store=name)
        assert {item.name for item in tmp_path.iterdir()} == before
    listed = occ("hold", "list", store=f"c/{linked}").out
    assert all(name in listed for name in names)
    assert "ledger intact" in occ("ledger", "verify", store=linked).out
    assert occ("doctor", store=linked).out
    occ("store", "backup", "b.backup", store=linked)
    occ("hold", "release", "court", "--reason", "r", store=f"c/{linked}")
    occ("store", "restore", "b.backup", "--accept-loss", "try", store=linked)
    assert "court" in occ("hold", "list", store=f"c/{linked}").out
    assert (tmp_path / linked).is_symlink()
    new = {item.name for item in tmp_path.iterdir()} - before - {"b.backup"}
    assert all(temporary.ASIDE in name for name in new)
    for output in ("c/desk.db", "c/desk.toml", "c/desk.ledger.db", linked):
        if (tmp_path / output).exists():
            occ("show", "vip", "-o", output, store=linked, code=2)
            occ("types", "-o", output, code=2)


def test_a_first_change_through_a_link_makes_one_store(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    for name in KINDS:
        (tmp_path / name).symlink_to(f"c/{name}")
        occ("inbox", "add", "vip", store=name)
        assert "vip" in occ("inbox", "list", store=f"c/{name}").out
    assert {item.name for item in tmp_path.iterdir()} == {"c", *KINDS}
    (tmp_path / "lost.toml").symlink_to("none/desk.toml")
    occ("inbox", "add", "vip", store="lost.toml", code=3)
    assert {item.name for item in tmp_path.iterdir()} == {"c", *KINDS, "lost.toml"}


def test_a_link_to_a_document_of_another_ending_is_one_store_too(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "desk.conf").write_text("[inboxes.vip]\n")
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).symlink_to("desk.conf")
    occ("hold", "add", "--name", "court", "--inbox", "vip", "--reason", "r", store="a.toml")
    assert "court" in occ("hold", "list", store="b.toml").out
    for name in ("desk.conf", "a.toml"):
        assert "is the document of another store" in occ("types", "-o", name, code=2).err


def test_a_document_with_two_ledgers_is_refused(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    occ("inbox", "add", "vip", store="desk.toml")
    (tmp_path / "desk.toml").rename(tmp_path / "c" / "desk.toml")
    (tmp_path / "desk.toml").symlink_to("c/desk.toml")
    occ("hold", "add", "--name", "court", "--inbox", "vip", "--reason", "r", store="desk.toml")
    assert "court" in occ("hold", "list", store="desk.toml").out, "its ledger beside the link is used"
    occ("hold", "add", "--name", "other", "--inbox", "vip", "--reason", "r", store="c/desk.toml")
    for words in (
        ("hold", "list"),
        ("show",),
        ("set", "vip", "--send", "off"),
        ("ledger", "verify"),
        ("store", "info"),
    ):
        said = occ(*words, store="desk.toml", code=10).err
        assert "the document has two ledgers: c/desk.ledger.db, and desk.ledger.db beside the link to it" in said
    assert "the document has two ledgers" in occ("doctor", store="desk.toml", code=1).out


def test_the_ledger_of_a_document_is_no_store_through_a_link(occ: Run, tmp_path: Path) -> None:
    occ("inbox", "add", "vip", store="desk.toml")
    (tmp_path / "link.db").symlink_to("desk.ledger.db")
    assert "belongs to" in occ("inbox", "add", "x", store="link.db", code=2).err


def test_links_share_the_lock_of_purges(tmp_path: Path) -> None:
    (tmp_path / "s.db").touch()
    (tmp_path / "link.db").symlink_to("s.db")
    with (
        lock.only_purge_of(tmp_path / "s.db"), pytest.raises(StoreBusy), lock.only_purge_of(tmp_path / "link.db"),
    ):  # fmt: skip
        pass
