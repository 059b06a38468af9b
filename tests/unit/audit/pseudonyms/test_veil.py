"""Pseudonyms: nothing that names a person is left, and the same person has the same name with the same key."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import pytest

from occ_media_cli.audit.pseudonyms import known_people, veil
from occ_media_cli.audit.reports import TABLES
from occ_media_cli.errors import UsageError
from occ_media_cli.retention import retention_rows
from occ_media_cli.settings.editing import editing
from occ_media_cli.store import chain
from occ_media_cli.store.customer_ids import plain_text
from occ_media_cli.store.open import changing
from tests.unit.audit.build import Ledger, Run, T
from tests.unit.copies import made_once

SECRETS = ("16505551234", "agent-kim", "wamid.secret", "passport of Ann", "c-conversation", "boss")


def filled(ledger: Ledger) -> None:
    ledger.count = made_once("veil", ledger.location.path.parent, lambda: _fill(ledger))


def _fill(ledger: Ledger) -> int:
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-02", send=False, receive=False, actor="boss")
    for number, direction in enumerate(("send", "receive", "send")):
        ledger.entry(
            "vip", f"2026-02-0{number + 1}", "passport of Ann.exe", direction=direction, id=f"wamid.secret{number}",
            customer="16505551234", conversation="c-conversation", agent="agent-kim", path="x/passport of Ann.exe",
            size=20_000_000,
        )  # fmt: skip
    return ledger.count


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


HOSTILE = {
    "a number": r"1\W{0,4}650\W{0,4}555\W{0,4}1234",
    "full-width digits": "\uff16\uff15\uff10\uff15\uff15\uff15",
    "another customer": r"ann\W?smith",
    "an agent": "(?<!agent-)kim larsson",
    "an actor": "boss-of-all",
    "a conversation": "c-conversation",
    "an id": "wamid.secret",
    "a file name": "passport of",
    "the user of the system": "os-dana",
    "the machine": "host-of-dana",
}
"""What must not stand anywhere, in any case of letters."""


def hostile(ledger: Ledger) -> None:
    """People's names in every place that can hold a text."""
    ledger.inbox("vip", "2026-01-01")
    with editing(ledger.location, chain.Stamp(T("2026-01-02"), T("2026-01-02"), "boss-of-all", "os-dana", "host-of-dana", "x"),
                 first_inbox=False) as editor:  # fmt: skip
        change = {"send": False, "receive": False, "message": "Mail boss-of-all, not KIM LARSSON, about 16505551234."}
        editor.change("vip", change, reason="(+1) 650 555-1234 and ANN.SMITH@example.com complained; told Boss-Of-All")
    ledger.entry("vip", "2026-02-01", "x.pdf", id="other", customer="Ann.Smith@Example.com", agent="Kim Larsson")
    own = {"customer": "16505551234", "conversation": "c-conversation", "agent": "Kim Larsson"}
    for number, (name, more) in enumerate((
        ("IMG16505551234x.exe", {"path": "in/16505551234/IMG16505551234x.exe", "channel": "web-widget:16505551234"}),
        ("passport of Ann.16505551234", {"detected": "16505551234", "declared": "image/16505551234"}),
        ("passport of Ann.exe", {"outcome": "blocked", "reason": "1-650-555-1234 sent it again",
                                 "message": "Dear ann.smith@EXAMPLE.com (KIM LARSSON), we cannot read \uff11\uff16\uff15\uff10\uff15\uff15\uff15\uff11\uff12\uff13\uff14"}),
        ("a.png", {"size": 20_000_000, "direction": "send", "path": "c-conversation/Kim Larsson/a.png"}),
    )):  # fmt: skip
        ledger.entry("vip", f"2026-02-0{number + 2}", name, id=f"wamid.secret{number}", **{**own, **more})
    row = {"rule": "received-while-off", "owner": "boss-of-all", "expires": "2027-01-01T00:00:00.000Z",
           "expires_ms": 1_798_761_600_000}  # fmt: skip
    ledger.section("suppressions", [{**row, "entry": "wamid.secret1", "reason": "asked kim larsson, +16505551234"}])
    ledger.section("retention", [{"remove_after": "1d", "remove_after_ms": 86_400_000}])
    with changing(
        ledger.location, chain.Stamp(T("2026-03-01"), T("2026-03-01"), "Kim Larsson", "os-dana", "host-of-dana", "x")
    ) as store:
        (entry,) = store.ledger.execute("SELECT seq FROM record WHERE id = 'wamid.secret1'").fetchone()
        stamp = chain.Stamp(T("2026-03-01"), T("2026-04-01"), "Kim Larsson", "os-dana", "host-of-dana", "x")
        reason = "rude to ann.smith@example.com, conversation C-CONVERSATION, by boss-of-all"
        retention_rows.record(store.ledger, chain.Event("flag", {"entry": entry}, T("2026-03-01"), reason), stamp)
        fact = {"code": "sensitive-content", "detail": "1 650 555 1234 in Passport Of Ann, WAMID.SECRET1", "count": 1}
        body = {
            "entry": entry,
            "sha256": None,
            "engine": "x",
            "facts": [fact],
            "state": "infected",
            "detail": "Kim Larsson.A",
        }
        retention_rows.record(store.ledger, chain.Event("scan", body, T("2026-03-01")), stamp)


def named(data: bytes) -> list[str]:
    """Who can be recognised in some bytes; JSON is read as people read it."""
    text = data.decode("utf-8", "replace")
    text += text.encode().decode("unicode_escape", "replace") if "\\u" in text else ""
    return [what for what, pattern in HOSTILE.items() if re.search(pattern, text, re.IGNORECASE)]


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


def bytes_of(file: Path) -> bytes:
    """A file's bytes; the bytes of all members where it is an archive, their names included."""
    if not is_zipfile(file):
        return file.read_bytes()
    with ZipFile(file) as archive:
        return b"\n".join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist())


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


def test_an_extension_stays_only_where_it_is_one() -> None:
    hidden = veil.Veil(b"0123456789abcdef")
    assert hidden.value("name", "passport of Ann.pdf").endswith(".pdf")
    assert hidden.value("name", "Ann.Smith of 12 Long Road").count(".") == 0
    assert hidden.value("agent", "kim") == hidden.value("setting_by", "kim")
    assert hidden.value("customer", "kim") != hidden.value("agent", "kim")


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


def exact(ledger: Ledger) -> None:
    ledger.inbox("vip", "2026-01-01")
    ledger.set("vip", "2026-01-02", receive=False, actor="boss")
    for number in range(12):
        ledger.entry("vip", "2026-02-03T10:37:12.345Z", "a.pdf", sha256="same", size=20_123_456, id=f"w{number}")


EXACT = (sha256(b"same").hexdigest(), "20123456", "20,123,456", "10:37", "12.345", str(T("2026-02-03T10:37:12.345Z")))


def test_coarse_pseudonyms_leave_nothing_that_finds_a_file_again(
    run: Run, ledger: Ledger, key: Path, tmp_path: Path
) -> None:
    exact(ledger)
    asked = ("--pseudonymise", "--key-file", str(key))
    file = tmp_path / "b.zip"
    run("audit", "--bundle", str(file))
    assert all(value in bytes_of(file).decode() for value in EXACT[:2])
    run("audit", *asked, "--coarse", "--bundle", str(file))
    texts = bytes_of(file).decode()
    assert [value for value in EXACT if value in texts] == []
    assert veil.from_file(str(key)).name("content", EXACT[0]) in texts  # one content stays one
    assert "2026-02-03T10:00:00.000Z" in texts
    assert run("audit", "verify", str(file))[0] == 0
    for format_name in ("table", "json", "csv", "html", "markdown", "sarif"):
        for command in (("audit",), *(("report", name) for name in TABLES)):
            if command == ("audit",) or format_name != "sarif":
                out = run(*command, *asked, "--coarse", "--format", format_name)[1]
                assert [value for value in EXACT if value in out] == [], (command, format_name)


def test_the_page_says_what_finds_somebody_again(run: Run, ledger: Ledger, key: Path) -> None:
    exact(ledger)
    page = run("audit", "--pseudonymise", "--key-file", str(key), "--format", "html")[1]
    assert "sha256 and md5, sizes, and times to the millisecond" in re.sub(r"<[^>]*>", "", page).replace("\xa0", " ")
    page = run("audit", "--pseudonymise", "--coarse", "--key-file", str(key), "--format", "html")[1]
    assert "may still single out somebody" in page
    code, _, err = run("audit", "--coarse")
    assert (code, "--pseudonymise" in err) == (2, True)


def flag(ledger: Ledger, identity: str, reason: str) -> None:
    who = chain.Stamp(T("2026-03-01"), T("2026-03-01"), "dana", "u", "h", "x")
    with changing(ledger.location, who) as store:
        (entry,) = store.ledger.execute("SELECT seq FROM record WHERE id = ?", (identity,)).fetchone()
        retention_rows.record(store.ledger, chain.Event("flag", {"entry": entry}, T("2026-03-01"), reason), who)


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
            assert re.search("rosa|hbgl|4711|10.37.12 .1", out, re.IGNORECASE) is None
        assert "it seems" in outs[2]


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
            for format_name in ("table", "json", "ndjson", "csv", "html", "markdown"):
                assert "rosa" not in run(*command, *asked, "--format", format_name)[1], (command, format_name)
        assert "rosa" not in run("audit", *asked, "--format", "sarif")[1]


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
