"""Media types and extensions of a veiled ledger: a name may stand in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.audit.pseudonyms import veil
from occ_media_cli.audit.reports import TABLES
from tests.unit.audit.build import Ledger, Run
from tests.unit.audit.pseudonyms.hidden_ledgers import bytes_of


def test_an_extension_stays_only_where_it_is_one() -> None:
    hidden = veil.Veil(b"0123456789abcdef")
    assert hidden.value("name", "passport of Ann.pdf").endswith(".pdf")
    assert hidden.value("name", "Ann.Smith of 12 Long Road").count(".") == 0
    assert hidden.value("agent", "kim") == hidden.value("setting_by", "kim")
    assert hidden.value("customer", "kim") != hidden.value("agent", "kim")


HIDDEN_TYPES = {
    'image/png; name="rosa-martinez.png"': "image/png", "IMAGE/PNG;name=rosa": "IMAGE/PNG", "png": "png", "JPEG": "JPEG",
    "application/vnd.acme.thing": "application/vnd.acme.thing", "image/x-rosa.png": "image/x-rosa.png",
}  # fmt: skip


@pytest.mark.parametrize(
    "text", [*HIDDEN_TYPES, "rosa-martinez.png", "rosa/martinez", "weirdrosaext", "image/rosa.png"]
)
def test_a_media_type_is_without_parameters_and_unknown_ones_are_hidden(text: str) -> None:
    shown = veil.Veil(b"0123456789abcdef").value("declared", text)
    assert shown == HIDDEN_TYPES[text] if text in HIDDEN_TYPES else veil.is_pseudonym(shown)


def test_no_format_shows_a_name_in_a_type(run: Run, ledger: Ledger, key: Path, tmp_path: Path) -> None:
    ledger.inbox("vip", "2026-01-01")
    for when, way, outcome in (("2026-02-01", "send", "delivered"), ("2026-02-02", "receive", "blocked")):
        more = {"declared": 'image/png; name="rosa-martinez.png"', "direction": way, "outcome": outcome}
        ledger.entry("vip", when, "x.exe", detected="exe", **more)
        ledger.entry("vip", when, "y.weirdrosaext", **more)
        ledger.entry("vip", when, "x.rosa", detected="rosa-martinez", **more)
    file = tmp_path / "b.zip"
    for coarse in ((), ("--coarse",)):
        asked = ("--pseudonymise", "--key-file", str(key), *coarse)
        run("audit", *asked, "--bundle", str(file))
        assert "rosa" not in bytes_of(file).decode()
        assert "image/png" in bytes_of(file).decode()
        for command in (("audit",), *(("report", name) for name in TABLES)):
            for format_name in ("table", "json", "ndjson", "csv", "html", "markdown")[:: 3 if coarse else 1]:
                assert "rosa" not in run(*command, *asked, "--format", format_name)[1], (command, format_name)
        assert "rosa" not in run("audit", *asked, "--format", "sarif")[1]
