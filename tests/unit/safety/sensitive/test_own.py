"""Own patterns run in bounded time, and those that could not are refused before they see a file."""

from __future__ import annotations

import time

import pytest

from occ_media_cli.media.source import source_of
from occ_media_cli.own_patterns import OwnPattern, PatternRefused
from occ_media_cli.safety.sensitive import own
from occ_media_cli.safety.sensitive.look import sensitive_text
from occ_media_cli.safety.sensitive.own import OwnSearch, TooSlow, check_runs


def test_a_pattern_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "_linear", lambda _: None)
    search = OwnSearch([OwnPattern("slow", r"a*a*a*a*a*b")], seconds=0.2)
    begin = time.process_time()
    with pytest.raises(TooSlow):
        list(search.find_in("a" * 20_000))
    assert time.process_time() - begin < 2


def test_a_file_that_a_pattern_did_not_finish_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "_linear", lambda _: None)
    monkeypatch.setattr(OwnSearch.__init__, "__defaults__", (0.1,))
    looked = sensitive_text(source_of(b"a" * 50_000), "txt", patterns=[OwnPattern("slow", r"a*a*a*a*a*b")])
    assert looked.unread == (("", "own patterns took too long"),)


def test_a_match_is_told_by_name_place_and_length_alone() -> None:
    source = source_of(b"first line\nstaff number EMP-123456 here\n")
    (found,) = sensitive_text(source, "txt", patterns=[OwnPattern("staff", r"EMP-\d{6}", "error")]).found
    assert found[:4] == ("own-pattern", "error", "'staff': 10 characters that your pattern describes", "line 2")


def test_where_re2_is_installed_patterns_run_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import re
    import sys
    from types import SimpleNamespace

    taken: list[str] = []

    def compiled(pattern: str, options: SimpleNamespace) -> re.Pattern[str]:
        assert options.log_errors is False
        if "\\1" in pattern:
            raise re.error("no references")
        taken.append(pattern)
        return re.compile(pattern)

    module = SimpleNamespace(Options=SimpleNamespace, compile=compiled, error=re.error)
    monkeypatch.setitem(sys.modules, "re2", module)
    assert [each.value for _, each in OwnSearch([OwnPattern("a", "(x+)+y")]).find_in("xxy")] == ["xxy"]
    assert taken == ["(x+)+y"], "what is linear there is not refused"
    with pytest.raises(PatternRefused, match="could take forever"):
        check_runs(OwnPattern("a", r"(\w)\1"))
