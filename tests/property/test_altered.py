"""Altered stores are not believed; one of each kind here, and `proofs/altered_stores.py` alters many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.property import altered


@pytest.mark.no_cover
@pytest.mark.parametrize("document", [False, True], ids=["store", "document"])
def test_an_altered_store_is_not_believed(tmp_path: Path, document: bool) -> None:
    store = altered.fill(tmp_path, document)
    altered.settle(store)
    path = altered.database(store)
    kinds: dict[str, tuple[str, altered.Alter]] = {}
    for kind, what, alter in altered.chosen(path, 10_000):
        kinds.setdefault(kind, (what, alter))
    assert len(kinds) > 20
    tried = list(kinds.items())[:: 2 if document else 1]
    assert altered.command("--store", str(store), "--now", altered.NOW, "audit", "--rule", "over-limit")[0] == 0
    for kind, (what, alter) in tried:
        try:
            answer, words = altered.judged(store, alter, tmp_path / "copy")
        except altered.Impossible:
            continue
        assert answer in ("refused", "altered", "equivalent"), (kind, what, words)
