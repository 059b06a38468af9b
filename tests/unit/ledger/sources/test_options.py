"""An option that a source does not take is refused: it would do nothing, and nobody would notice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.api import OccMedia
from occ_media_cli.errors import UsageError
from occ_media_cli.ledger.sources import SOURCES, TAKEN_BY, Options

VALUES: dict[str, Any] = {"mapping": Path("m.toml"), "agents": ("a",), "customers": ("a",), "account": 1}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("name", TAKEN_BY)
def test_an_option_is_taken_or_refused_by_its_name(kind: str, name: str) -> None:
    word, sources = TAKEN_BY[name]
    options = Options(**{name: VALUES.get(name, "x")})
    if kind in sources:
        whole = replace(options, mapping=Path("m.toml")) if kind == "ndjson" else options
        whole.must_fit(kind, before="--")
        return
    with pytest.raises(UsageError, match=f"^{kind} does not take --{word}; nothing was recorded$"):
        options.must_fit(kind, before="--")
    with pytest.raises(UsageError, match=f"^{kind} does not take {name}; nothing was recorded$"):
        options.must_fit(kind)


def test_every_option_is_of_a_source_that_there_is() -> None:
    assert {kind for _, sources in TAKEN_BY.values() for kind in sources} <= set(SOURCES)


def test_no_store_is_made_for_an_option_that_is_refused(tmp_path: Path) -> None:
    desk = OccMedia(str(tmp_path / "desk.db"), actor="dana")
    with pytest.raises(UsageError, match="csv does not take ticket"):
        desk.ledger.ingest("csv", "rows.csv", ticket="3")
    assert not list(tmp_path.iterdir())
