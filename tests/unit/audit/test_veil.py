"""Pseudonyms: nothing that names a person is left, and the same person has the same name with the same key."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from occ_media_cli.audit import veil
from occ_media_cli.errors import UsageError
from tests.unit.audit.build import Ledger, Run

SECRETS = ("16505551234", "agent-kim", "wamid.secret", "passport of Ann", "c-conversation", "boss")


def filled(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-02", send=False, receive=False, actor="boss")
    for number, direction in enumerate(("send", "receive", "send")):
        ledger.entry(
            "vip", f"2026-02-0{number + 1}", "passport of Ann.exe", direction=direction, id=f"wamid.secret{number}",
            customer="16505551234", conversation="c-conversation", agent="agent-kim", path="x/passport of Ann.exe",
            size=20_000_000,
        )  # fmt: skip


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_bytes(b"0123456789abcdef")
    return path


@pytest.mark.parametrize(
    "format_name", ["table", "json", "ndjson", "csv", "html", "markdown", "sarif", "junit", "github"]
)
def test_no_format_names_a_person(run: Run, ledger: Ledger, key: Path, format_name: str) -> None:
    filled(ledger)
    code, out, err = run("audit", "--pseudonymise", "--key-file", str(key), "--format", format_name)
    assert code == 1, err
    for secret in SECRETS:
        assert secret not in out, secret
    assert run("audit", "--format", format_name)[1] != out


def test_a_bundle_names_nobody_either(run: Run, ledger: Ledger, key: Path, tmp_path: Path) -> None:
    filled(ledger)
    file = tmp_path / "b.zip"
    run("audit", "--pseudonymise", "--key-file", str(key), "--bundle", str(file))
    with ZipFile(file) as archive:
        for name in archive.namelist():
            for secret in SECRETS:
                assert secret.encode() not in archive.read(name), (name, secret)


@pytest.mark.parametrize("name", ["senders", "coaching", "settings"])
@pytest.mark.parametrize("format_name", ["table", "json", "csv", "html"])
def test_no_report_names_a_person(run: Run, ledger: Ledger, key: Path, name: str, format_name: str) -> None:
    filled(ledger)
    code, out, _ = run("report", name, "--pseudonymise", "--key-file", str(key), "--format", format_name)
    assert code == 0
    for secret in SECRETS:
        assert secret not in out, secret
    assert "agent-" in out


def test_the_same_key_gives_the_same_names(run: Run, ledger: Ledger, key: Path, tmp_path: Path) -> None:
    filled(ledger)
    command = ("audit", "--rule", "sent-while-off", "--format", "json", "--pseudonymise", "--key-file")
    first = json.loads(run(*command, str(key))[1])["findings"]
    again = json.loads(run(*command, str(key), "--since", "2026-02-03")[1])["findings"]
    assert first[1] == again[0]
    assert len({row["evidence"]["customer"] for row in first}) == 1
    assert len({row["fingerprint"] for row in first}) == 2
    other = tmp_path / "other"
    other.write_bytes(b"another key of mine")
    assert json.loads(run(*command, str(other))[1])["findings"][0]["entry"] != first[0]["entry"]


def test_a_suppression_covers_the_true_entry(run: Run, ledger: Ledger, key: Path) -> None:
    filled(ledger)
    ledger.section("suppressions", [{"rule": "sent-while-off", "entry": "wamid.secret0", "reason": "r", "owner": "boss",
                                     "expires": "2027-01-01T00:00:00.000Z", "expires_ms": 1_798_761_600_000}])  # fmt: skip
    out = run("audit", "--rule", "sent-while-off", "--format", "json", "--pseudonymise", "--key-file", str(key))[1]
    assert json.loads(out)["summary"]["suppressed"] == 1
    assert "boss" not in out


def test_keys_that_are_no_keys(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"short\n")
    for path in (tmp_path / "short", tmp_path / "none", tmp_path):
        with pytest.raises(UsageError, match="--key-file"):
            veil.from_file(str(path))
    ledger.inbox("vip", "2026-01-01")
    assert run("audit", "--pseudonymise")[0] == 2
    assert run("audit", "--key-file", str(tmp_path / "short"))[0] == 2


def test_an_extension_stays_only_where_it_is_one() -> None:
    hidden = veil.Veil(b"0123456789abcdef")
    assert hidden.value("name", "passport of Ann.pdf").endswith(".pdf")
    assert hidden.value("name", "Ann.Smith of 12 Long Road").count(".") == 0
    assert hidden.value("agent", "kim") == hidden.value("setting_by", "kim")
    assert hidden.value("customer", "kim") != hidden.value("agent", "kim")
