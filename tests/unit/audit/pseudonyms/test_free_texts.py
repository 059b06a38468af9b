"""Pseudonyms in free texts: no shape of a name is left, and what names nobody stays."""

from __future__ import annotations

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from occ_media_cli.audit.pseudonyms import known_people, veil
from occ_media_cli.audit.reports import TABLES
from occ_media_cli.retention import retention_rows
from occ_media_cli.store import chain
from occ_media_cli.store.customer_ids import plain_text
from occ_media_cli.store.open import changing
from tests.unit.audit.build import Ledger, Run, T
from tests.unit.audit.pseudonyms.hidden_ledgers import HOSTILE, bytes_of, flag, hostile, named


@pytest.mark.parametrize(
    "format_name", ["table", "json", "ndjson", "csv", "html", "markdown", "sarif", "junit", "github", "xlsx"]
)
def test_no_free_text_names_a_person_in_any_format(
    run: Run, ledger: Ledger, key: Path, tmp_path: Path, format_name: str
) -> None:
    hostile(ledger)
    file = tmp_path / "report"
    code, _, err = run("audit", "--format", format_name, "--output", str(file))
    assert code == 1, err
    assert len(named(bytes_of(file))) >= (6 if format_name not in ("table", "github") else 3)
    run("audit", "--pseudonymise", "--key-file", str(key), "--format", format_name, "--output", str(file))
    assert named(bytes_of(file)) == []


def test_no_file_of_a_bundle_holds_a_name_in_any_shape(run: Run, ledger: Ledger, key: Path, tmp_path: Path) -> None:
    hostile(ledger)
    file = tmp_path / "b.zip"
    run("audit", "--bundle", str(file))
    assert len(named(bytes_of(file))) == len(HOSTILE)  # all of them are there to be found
    run("audit", "--pseudonymise", "--key-file", str(key), "--bundle", str(file))
    with ZipFile(file) as archive:
        for name in archive.namelist():
            assert named(archive.read(name)) == [], name
        texts = b"\n".join(archive.read(name) for name in archive.namelist()).decode()
    hidden = veil.from_file(str(key))
    for kind, who in (("customer", "16505551234"), ("customer", "Ann.Smith@Example.com"), ("agent", "Kim Larsson"),
                      ("agent", "boss-of-all"), ("conversation", "c-conversation")):  # fmt: skip
        assert hidden.name(kind, who) in texts, who
    assert f"complained; told {hidden.name('agent', 'boss-of-all')}" in texts
    assert "cannot be found" in texts
    assert run("audit", "verify", str(file))[0] == 0


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("format_name", ["table", "json", "html"])
def test_no_free_text_of_a_report_names_a_person(
    run: Run, ledger: Ledger, key: Path, name: str, format_name: str
) -> None:
    hostile(ledger)
    out = run("report", name, "--format", format_name, "--pseudonymise", "--key-file", str(key))[1]
    assert named(out.encode()) == []


def test_a_text_keeps_what_names_nobody(run: Run, ledger: Ledger, key: Path) -> None:
    hostile(ledger)
    ledger.entry(
        "vip", "2026-03-01", "b.pdf", id="12", customer="12", outcome="blocked", reason="wait 12 minutes, or 120"
    )
    out = run("audit", "--rule", "refused-attempts", "--pseudonymise", "--key-file", str(key))[1]
    assert "wait 12 minutes, or 120" in out
    out = run("audit", "--rule", "sensitive-content", "--pseudonymise", "--key-file", str(key))[1]
    assert re.search(r" in file-\w+, entry-\w+$", out, re.MULTILINE)  # the row's own file and id, in another case


SPELLED = (
    "called 0049 151 2345678 about wamid.AbC0, scan of rosa.TXT", "49\u200b151\u200b2345678", "+49151\u00ad2345678", "\u0664\u0669\u0661\u0665\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
    "\uff14\uff19\uff11\uff15\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18", "+49/151/2345678, 12", "+49 (0)151 2345678", "49_151_2345678 49,151,2345678", "Tel49 151 2345678x",
    "4 9 1 5 1 2 3 4 5 6 7 8", "%2B49%20151%202345678", "49151\u20092345678", "wa\u00admid.AbC0 and WAMID.ABC0x", "Scan\u200b of Rosa.txt", "Scan of Ro\u00adsa",
    "Scan%20of%20Rosa.txt", "491512345678@s.whatsapp.net",
)  # fmt: skip


@pytest.mark.parametrize("text", SPELLED)
def test_the_reason_of_a_flag_names_neither_its_entry_nor_anybody(
    run: Run, ledger: Ledger, key: Path, tmp_path: Path, text: str
) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.entry("vip", "2026-02-01", "Scan of Rosa.txt", id="wamid.AbC0", customer="+49 151 2345678")
    with changing(ledger.location, chain.Stamp(T("2026-02-02"), T("2026-02-02"), "dana", "u", "h", "x")) as store:
        (entry,) = store.ledger.execute("SELECT seq FROM record WHERE id = 'wamid.AbC0'").fetchone()
        stamp = chain.Stamp(T("2026-02-02"), T("2026-02-02"), "dana", "u", "h", "x")
        body = {"entry": entry}
        retention_rows.record(store.ledger, chain.Event("flag", body, T("2026-02-02"), f"see {text}."), stamp)
        held = {"hold": 1, "name": "case", "inbox": None, "entry": entry, "since": None, "until": None,
                "by_customer": False, "by_conversation": False}  # fmt: skip
        retention_rows.record(store.ledger, chain.Event("hold", held, T("2026-02-03"), f"for {text}"), stamp)
    file = tmp_path / "b.zip"
    out = run("audit", "--pseudonymise", "--key-file", str(key), "--bundle", str(file), "--format", "json")[1]
    assert "flagged-file" in out
    with ZipFile(file) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    changes = [json.loads(line) for line in files["changes.ndjson"].splitlines()]
    files["changes.ndjson"] = "\n".join(str(row["reason"]) for row in changes)
    shape = re.compile(
        r"mid\.abc0|scan\W{0,4}(20)?of\W{0,4}(20)?ro|2\W{0,2}3\W{0,2}4\W{0,2}5\W{0,2}6\W{0,2}7\W{0,2}8", re.IGNORECASE
    )
    for name, said in {"out": out, **files}.items():
        plain = plain_text(said + re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), said))
        assert (hit := shape.search(plain)) is None, (name, plain[hit.start() - 300 : hit.end() + 60])
    assert len([row for row in changes if "see " in str(row["reason"]) or "for " in str(row["reason"])]) == 2


def test_a_text_that_names_nobody_stays_as_it_is() -> None:
    text = "100% of \uff34ea\u200b, 2\u00a0cups"
    assert veil.Veil(b"0123456789abcdef").text(text) == text


NAMED_ELSEWHERE = (
    "rosa-passport.png", "ROSA-Passport", "scans/2026/rosa-passport.png", "rosa%2Dpassport.png", "wamid.HBgLMTY1MDU1NTEyMzQ",
    "wamid.HBgLNDkxNTExMTExMTEVAA==", "HBgLNDkxNTExMTExMTEVAA==", "case-4711-rosa", "(case-4711-ROSA)",
    "WhatsApp Image 2026-02-03 at 10.37.12 (1).jpeg",
)  # fmt: skip


@pytest.mark.parametrize("few", [True, False])
def test_a_text_names_no_other_entry(
    run: Run, ledger: Ledger, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: bool
) -> None:
    if not few:
        monkeypatch.setattr(known_people, "MOST_WORDS", 10)
    ledger.inbox("vip", "2026-01-01")
    ledger.entry("vip", "2026-02-01", "a.pdf", id="m1")
    ledger.entry(
        "vip", "2026-02-02", "rosa-passport.png", id="wamid.HBgLMTY1MDU1NTEyMzQ", path="scans/2026/rosa-passport.png"
    )
    ledger.entry("vip", "2026-02-03", "WhatsApp Image 2026-02-03 at 10.37.12 (1).jpeg", id="case-4711-rosa")
    ledger.entry("vip", "2026-02-04", "b.pdf", path="in/Rosa-visa.pdf")
    for text in (*NAMED_ELSEWHERE, "rosa-visa"):
        flag(ledger, "m1", f"same as {text}, it seems")
    file = tmp_path / "b.zip"
    for coarse in ((), ("--coarse",)):
        asked = ("--pseudonymise", "--key-file", str(key), *coarse)
        outs = [run("audit", *asked, "--bundle", str(file))[1], bytes_of(file).decode()]
        outs += [run("audit", *asked, "--format", name)[1] for name in ("json", "ndjson", "csv", "sarif", "html")]
        for out in outs:
            assert re.search(r"rosa|hbgl|\b(?:case-)?4711\b|10.37.12 .1", out, re.IGNORECASE) is None
        assert "it seems" in outs[2]
