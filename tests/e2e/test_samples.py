"""The samples hold what an audit must find, and nothing that it must not."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.program import occ_media

SAMPLES = Path(__file__).resolve().parent.parent.parent / "sample_configs"


@pytest.mark.parametrize("store", ["s.db", "s.toml"])
def test_the_sample_quarter_is_judged_as_its_maker_meant_it(tmp_path: Path, store: str) -> None:
    named = ("--store", store)
    occ_media(*named, "--now", "2026-01-01", "apply", str(SAMPLES / "settings.toml"), cwd=tmp_path)
    occ_media(*named, "--now", "2026-02-11T08:00:00Z", "set", "vip", "--receive", "off", cwd=tmp_path)
    occ_media(*named, "ledger", "ingest", "ndjson", str(SAMPLES / "ledger.ndjson"), cwd=tmp_path)
    window = ("--since", "2026-01-01", "--until", "2026-04-01")
    out = occ_media(*named, "--now", "2026-04-02", "audit", *window, "--format", "json", code=1, cwd=tmp_path).out
    findings = json.loads(out)["findings"]
    counts = Counter(found["rule"] for found in findings)
    wanted = {
        "received-while-off": 5, "sent-while-off": 2, "over-limit": 2, "unsupported-type": 2, "no-retention-policy": 1,
        "receive-off-without-message": 1, "refused-attempts": 7, "sender-without-permission": 2,
    }  # fmt: skip
    assert {rule: counts[rule] for rule in wanted} == wanted
    # kim works in retail-de and returns, and may not send in returns: only what went out there is a finding.
    assert {found["inbox"] for found in findings if found["rule"] == "sender-without-permission"} == {"returns"}
    occ_media(*named, "ledger", "verify", cwd=tmp_path)
