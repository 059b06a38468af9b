"""Pseudonyms: nothing that names a person is left, and the same person has the same name with the same key."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from occ_media_cli.audit.pseudonyms import known_people, veil
from occ_media_cli.errors import UsageError
from tests.unit.audit.build import Ledger, Run
from tests.unit.audit.pseudonyms.hidden_ledgers import SECRETS, filled, flag


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


@pytest.mark.parametrize(
    ("one", "other"),
    [("16505551234", "+1 (650) 555-1234"), ("Kim", "KIM"), ("Ann Smith", "ann smith"), ("@ann_s", "ann_s"),
     ("\uff11\uff16505551234", "16505551234"), ("Stra\u00dfe 1", "STRASSE 1"),
     ("+49 151 2345678", "0049 151 2345678"), ("49151\u200b2345678", "+49 (0)151 2345678"), ("491512345678@c.us", "\u0664\u0669151/2345678"),
     ("mailto:rosa@example.com", "ROSA@example.com"), ("Zoe\u0308", "zo\u00eb"), ("Ann\u00a0Smith", "ann smith")],
)  # fmt: skip
def test_two_ways_to_write_one_name(one: str, other: str) -> None:
    assert known_people.keys(one) & known_people.keys(other)


def test_short_numbers_and_dates_are_not_taken_together() -> None:
    assert not known_people.keys("1-2") & known_people.keys("12")
    assert not known_people.telling("123")
    assert known_people.telling("1234")
    assert not known_people.telling(" ")


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
        with pytest.raises(UsageError, match="the key file '"):
            veil.from_file(str(path))
    ledger.inbox("vip", "2026-01-01")
    assert run("audit", "--pseudonymise")[0] == 2
    assert run("audit", "--key-file", str(tmp_path / "short"))[0] == 2


def test_one_person_has_one_pseudonym_in_every_spelling(run: Run, ledger: Ledger, key: Path, tmp_path: Path) -> None:
    ledger.inbox("vip", "2026-01-01", receive=False)
    for number, customer in enumerate(("+1 650 555-1234", "tel:16505551234", "psid-77", "\uff11\uff16505551234")):
        ledger.entry("vip", f"2026-02-0{number + 1}", customer=customer)
    assert run("customer", "alias", "add", "16505551234", "psid-77", "--reason", "x")[0] == 0
    for text in ("called psid-77 today", "called 0016505551234 today"):
        flag(ledger, "e1", text)
    asked, file = ("--pseudonymise", "--key-file", str(key)), tmp_path / "b.zip"
    found = json.loads(run("audit", *asked, "--format", "json", "--bundle", str(file))[1])["findings"]
    (one,) = {each["evidence"]["customer"] for each in found if "customer" in each["evidence"]}
    assert one == veil.from_file(str(key)).name("customer", "16505551234")
    assert {each["evidence"]["flag_reason"] for each in found if each["rule"] == "flagged-file"} == {
        f"called {one} today"
    }
    with ZipFile(file) as archive:
        rows = [json.loads(line) for line in archive.read("entries.ndjson").splitlines()]
    assert {row["customer"] for row in rows} | {row["canonical_customer"] for row in rows} == {one}
    assert one in run("report", "senders", *asked, "--format", "csv")[1]
