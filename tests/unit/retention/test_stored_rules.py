from __future__ import annotations

import pytest

from occ_media_cli import times
from occ_media_cli.cli import advice
from occ_media_cli.errors import UsageError
from occ_media_cli.retention import stored_rules
from occ_media_cli.retention.model import RetentionRule
from occ_media_cli.settings.sections import policy_rule

DAY = times.DAY
DEFAULT = policy_rule({"remove_after": "30d", "keep_for": "7d"})
IMAGES = policy_rule({"inbox": "vip", "category": "image", "remove_after": "90d"})


def test_a_scope_is_what_the_command_names() -> None:
    assert stored_rules.check_scope("default", None, None) == {}
    assert stored_rules.check_scope("vip", "image", "send") == {
        "inbox": "vip",
        "category": "image",
        "direction": "send",
    }
    assert stored_rules.words({}) == "default"
    assert stored_rules.words(stored_rules.check_scope("vip", "image", "send")) == "vip, image, send"


@pytest.mark.parametrize(
    ("category", "direction", "words"),
    [("images", None, "category 'images' is none of audio, document, image, video, did you mean 'image'?"),
     ("zip", None, "category 'zip' is none of audio, document, image, video"), ("", None, "category ''"),
     (None, "both", "direction 'both' is neither send nor receive"), (None, "", "direction ''")],
)  # fmt: skip
def test_a_word_that_is_no_category_or_direction_is_refused(
    category: str | None, direction: str | None, words: str
) -> None:
    with pytest.raises(UsageError) as stopped:
        stored_rules.check_scope("default", category, direction)
    assert stopped.value.what.startswith(words)
    assert "did you mean" in stopped.value.what or "did you mean" not in words


def test_setting_changes_only_what_is_named_and_keeps_the_order() -> None:
    rules = [DEFAULT, IMAGES]
    after = stored_rules.with_rule(rules, {}, "60d", None)
    assert after == [{**DEFAULT, "remove_after": "60d", "remove_after_ms": 60 * DAY}, IMAGES]
    assert rules == [DEFAULT, IMAGES]
    assert stored_rules.with_rule(rules, {"inbox": "vip"}, None, "1d") == [
        DEFAULT, IMAGES, {"inbox": "vip", "keep_for": "1d", "keep_for_ms": DAY},
    ]  # fmt: skip
    assert stored_rules.with_rule(rules, {}, "30d", "7d") == rules


@pytest.mark.parametrize(
    ("remove", "keep", "left"),
    [(False, False, None), (True, True, None), (True, False, {"keep_for": "7d", "keep_for_ms": 7 * DAY}),
     (False, True, {"remove_after": "30d", "remove_after_ms": 30 * DAY})],
)  # fmt: skip
def test_taking_away_a_rule_or_one_half(remove: bool, keep: bool, left: dict[str, object] | None) -> None:
    after = stored_rules.without_rule([DEFAULT, IMAGES], {}, remove_after=remove, keep_for=keep)
    assert after == ([left] if left else []) + [IMAGES]


def test_the_last_half_takes_the_rule_with_it() -> None:
    at = {"inbox": "vip", "category": "image"}
    assert stored_rules.without_rule([DEFAULT, IMAGES], at, remove_after=True, keep_for=False) == [DEFAULT]
    with pytest.raises(UsageError, match="no retention rule for vip; nothing was changed") as stopped:
        stored_rules.without_rule([DEFAULT, IMAGES], {"inbox": "vip"}, remove_after=False, keep_for=False)
    assert stopped.value.hint == "the rules are: default; vip, image"


def test_rules_are_resolved_to_numbers_and_unknown_inboxes_match_nothing() -> None:
    rows = [DEFAULT, IMAGES, policy_rule({"inbox": "gone", "keep_for": "1d"})]
    assert stored_rules.resolve(rows, {"vip": 4}) == (
        RetentionRule(None, None, None, 30 * DAY, 7 * DAY, "30d", "7d", "default"),
        RetentionRule(4, "image", None, 90 * DAY, None, "90d", "", "vip, image"),
    )


def test_an_error_names_the_rules_there_are() -> None:
    for rules, words in (([], "the rules are: none"), ([DEFAULT, IMAGES], "the rules are: default; vip, image")):
        with pytest.raises(UsageError) as stopped:
            stored_rules.without_rule(rules, {"inbox": "lab"}, remove_after=True, keep_for=False)
        assert stopped.value.hint == words
    with pytest.raises(UsageError) as stopped:
        stored_rules.check_scope("default", "zip", None)
    assert advice.advise(stopped.value) == "write audio or document or image or video"
    with pytest.raises(UsageError, match="did you mean 'video'") as stopped:
        stored_rules.check_scope("default", "videos", None)
    assert advice.advise(stopped.value) == "write video"


def test_a_rule_has_its_words_or_none() -> None:
    (found,) = stored_rules.resolve([policy_rule({"keep_for": "7d"})], {})
    assert (found.remove_words, found.keep_words) == ("", "7d")
    (found,) = stored_rules.resolve([policy_rule({"remove_after": "7d"})], {})
    assert (found.remove_words, found.keep_words) == ("7d", "")
