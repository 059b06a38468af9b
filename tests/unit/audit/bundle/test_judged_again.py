"""What nobody forged is judged alike a second time, whatever there is in a ledger and whatever was asked of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from occ_media_cli.audit import rules
from occ_media_cli.audit.bundle import bundle
from occ_media_cli.audit.bundle.judged_again import WHOLE_LEDGER
from occ_media_cli.audit.integrity import Integrity
from occ_media_cli.cli.audit import audit as audit_command
from tests.unit.audit.build import Ledger, Run
from tests.unit.audit.test_commands import filled
from tests.unit.audit.world import Maker

OWN = """-- id: large-video
-- severity: warning
-- title: A file is large.
-- why: Large files fail on slow lines.
-- fix: occ-media fit FILE
-- message: {name} is large
SELECT e.inbox, e.seq, e.source, e.id AS entry, e.time_ms, e.name FROM entry e
"""


@pytest.mark.parametrize("seed", [37, 40, 43, 61])
def test_a_random_ledger_is_judged_alike_again(
    run: Run, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    Maker(ledger.location.path, seed, 40).make()
    monkeypatch.setenv("OCC_MEDIA_NOW", "2026-11-24")
    monkeypatch.setattr(audit_command, "_verified", lambda *_: Integrity(True))  # these ledgers are no chain
    file = tmp_path / "b.zip"
    for asked in ((), ("--since", "2026-02-01", "--until", "2026-08-01"), ("--rule", "past-retention")):
        assert run("audit", "--bundle", str(file), "--fail-on", "never", *asked)[0] == 0
        found = bundle.verify_bundle(file)
        assert found.problems == []
        judged = 1 if "--rule" in asked else len(set(rules.RULES) - WHOLE_LEDGER)
        assert (found.judged_again or "").startswith(f"{judged} of ")
        file.unlink()


def test_own_rules_baselines_pseudonyms_and_erasures_are_no_forgeries(run: Run, ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger)
    rule, key, known, file = (tmp_path / name for name in ("large-video.sql", "key", "known.json", "b.zip"))
    rule.write_text(OWN)
    key.write_bytes(bytes(range(32)))
    ledger.section("rules", {"large-video": {"file": rule.name}, "received-while-off": {"severity": "warning"}})
    run("audit", "--write-baseline", str(known))
    ledger.entry("vip", "2026-03-01", "late.pdf", customer="16505551234")
    run("ledger", "erase", "--customer", "16505551234", "--reason", "gdpr", "--yes")
    words = {
        (): "36 of 40 rules; own rules are not: large-video",
        ("--baseline", str(known)): "36 of 40 rules",
        ("--pseudonymise", "--key-file", str(key)): "0 of 40 rules; under pseudonyms no rule can be",
    }
    for asked, said in words.items():
        run("audit", "--bundle", str(file), *asked)
        found = bundle.verify_bundle(file)
        assert (found.problems, (found.judged_again or "")[: len(said)]) == ([], said)
