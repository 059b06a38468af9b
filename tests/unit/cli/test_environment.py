"""What is wrong with a variable of the environment is said of the variable, not of an option that nobody wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import occ_media_cli
from tests.unit.cli.conftest import Run

WRONG = {
    "OCC_MEDIA_NOW": (
        ("yesterda", 2, "OCC_MEDIA_NOW 'yesterda' is not a time"),
        ("2026-03-01T10:00:00+99:00", 2, "OCC_MEDIA_NOW '2026-03-01T10:00:00+99:00' is not a time"),
        ("99999-01-01", 2, "OCC_MEDIA_NOW "),
    ),
    "OCC_MEDIA_TZ": (
        ("Moon/Tycho", 2, "OCC_MEDIA_TZ 'Moon/Tycho' is no time zone"),
        ("Europe/Berlni", 2, "OCC_MEDIA_TZ 'Europe/Berlni' is no time zone, did you mean 'Europe/Berlin'?"),
    ),
    "OCC_MEDIA_ACTOR": (
        (
            "a\tb",
            2,
            "OCC_MEDIA_ACTOR must be a name of 1 to 128 printable characters\nhelp: write OCC_MEDIA_ACTOR=dana",
        ),
        ("d\u0430na", 13, "OCC_MEDIA_ACTOR 'd\\u0430na' mixes"),
    ),
    "OCC_MEDIA_STORE": (
        ("foo", 2, "OCC_MEDIA_STORE 'foo' ends in neither"),
        ("foo.db", 11, "foo.db: no such store, which OCC_MEDIA_STORE names"),
        ("foo.toml", 11, "foo.toml: no such store, which OCC_MEDIA_STORE names"),
        ("desk.db", 11, "no such store, which OCC_MEDIA_STORE names, did you mean 'desks.db'?"),
    ),
    "OCC_MEDIA_CLAMD": (
        ("foo:bar", 2, "OCC_MEDIA_CLAMD 'foo:bar' is no address of clamd"),
        ("192.0.2.1:3310", 13, "clamd at tcp://192.0.2.1:3310, as OCC_MEDIA_CLAMD says, is on another machine"),
    ),
    "OCC_MEDIA_LOG": (("loud", 2, "OCC_MEDIA_LOG is neither info nor debug"),),
    "OCC_MEDIA_DEBUG": (),
}
"""By variable, values that are wrong, the exit code and what is said. A trace is shown with 1 alone."""


@pytest.mark.parametrize("variable", WRONG)
def test_an_error_names_the_variable(occ: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    occ("inbox", "add", "vip", store="desks.db")
    (tmp_path / "a.txt").write_text("hello\n")
    store = None if variable == "OCC_MEDIA_STORE" else "desks.db"
    for value, code, said in WRONG[variable]:
        monkeypatch.setenv(variable, value)
        words = ("scan", "a.txt") if variable == "OCC_MEDIA_CLAMD" else ("show",)
        err = occ(*words, store=store, now=None, code=code).err
        assert said in err, value
        assert not re.search(r"--(now|actor|store|clamd) (must|'|is)", err)


def test_an_option_beats_the_variable_and_is_named(occ: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCC_MEDIA_NOW", "yesterda")
    monkeypatch.setenv("OCC_MEDIA_STORE", "foo")
    occ("inbox", "add", "vip", store="desks.db")
    assert "--now 'x' is not a time" in occ("show", store="desks.db", now="x", code=2).err
    assert "--actor must be a name" in occ("--actor", "a\tb", "show", store="desks.db", code=2).err


def test_every_variable_is_tried() -> None:
    package = Path(occ_media_cli.__file__).parent
    read = {
        name for path in package.rglob("*.py") for name in re.findall(r"OCC_MEDIA_[A-Z_]+", path.read_text("utf-8"))
    }
    assert read == set(WRONG)
