"""The defaults of a user: what may stand in them, what beats them, and how a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.errors import StoreInvalid
from occ_media_cli.store.locate import locate
from occ_media_cli.user_defaults import KEYS, read_defaults


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("OCC_MEDIA_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "config" / "occ-media" / "config.toml"
    file.parent.mkdir(parents=True)
    monkeypatch.setattr("occ_media_cli.user_defaults._READ", [])
    return file


def test_each_key_is_read_and_nothing_is_set_without_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_defaults().said == {}
    monkeypatch.setattr("occ_media_cli.user_defaults._READ", [])
    file.write_text("[defaults]\n" + "".join(f'{key} = "/x.db"\n' for key in KEYS))
    assert read_defaults().said == dict.fromkeys(KEYS, "/x.db")


def test_the_store_of_the_folder_and_a_named_one_beat_that_of_the_defaults(file: Path, tmp_path: Path) -> None:
    file.write_text(f'[defaults]\nstore = "{tmp_path}/own.db"\n')
    assert locate(None).path == tmp_path / "own.db"
    assert locate("other.db").path == Path("other.db")
    (tmp_path / "occ-media.db").touch()
    assert locate(None).path == Path("occ-media.db")


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ('[defaults]\naktor = "x"\n', "unknown key 'aktor', did you mean 'actor'?", 2),
        ("[defaults]\n\nformat = 3\n", "format must be a text", 3),
        ("[defalts]\n", "'defalts' is no table of it", 1),
        ("[defaults\n", "is no TOML", None),
    ],
)
def test_a_mistake_is_told_with_its_line(file: Path, text: str, what: str, line: int | None) -> None:
    file.write_text(text)
    with pytest.raises(StoreInvalid) as told:
        read_defaults()
    assert told.value.what.startswith(what)
    assert (told.value.file, told.value.line) == (str(file), line)
