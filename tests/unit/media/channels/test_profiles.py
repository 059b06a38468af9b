"""Channel profiles: every file is sound, every number has a source, and a mistake is told where it is."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from occ_media_cli.media import channels
from occ_media_cli.media.channels.profile_schema import ProfileMistake
from occ_media_cli.media.channels.profiles import Profiles, built_in, profile_name
from occ_media_cli.media.foreign import DESCRIBED
from occ_media_cli.media.types import TABLE

FOLDER = Path(channels.__file__).parent
NO_TYPES = {"*", "vcf", "csv", "ics", "pkpass", "dot", "fodt", "info", "pdax", "eps", "fods"}


def test_files_and_list_are_the_same() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(channels.CHANNELS)


@pytest.mark.parametrize("name", channels.CHANNELS)
def test_every_rule_has_a_source_and_a_confidence(name: str) -> None:
    profile = built_in(name)
    for rule in profile.rules:
        assert rule.sources
        assert set(rule.sources) <= set(profile.sources)
        assert rule.confidence in ("high", "medium", "low")
        assert rule.limit is not None
        assert rule.limit.near <= rule.limit.at_most
    assert {kind for rule in profile.rules for kind in rule.types} <= set(DESCRIBED) | NO_TYPES
    raw = tomllib.loads((FOLDER / f"{name}.toml").read_text())
    assert set(raw["sources"]) >= {source for rule in raw["rule"] for source in rule["sources"]}


def test_the_widget_is_the_products_own_table() -> None:
    widget = built_in("web-widget")
    for row in TABLE:
        rules = [rule for rule in widget.rules if row.type in rule.types]
        assert [(rule.direction, rule.limit and rule.limit.stated) for rule in rules] == [
            ("both" if row.receive else "send", f"{row.limit_mb} MB")
        ]


def test_an_own_profile_narrows_another() -> None:
    own = {"our-portal": {"base": "web-widget", "refuse": ["3gp"], "limits": {"image": "2 MB", "pdf": 1000}}}
    profiles = Profiles(own)
    profile = profiles.get("our-portal")
    limits = {kind: rule.limit.at_most for rule in profile.rules for kind in rule.types if rule.limit}
    assert limits["png"] == 2 * 1_048_576
    assert limits["pdf"] == 1000
    assert limits["docx"] == 104_857_600
    assert profile.refused == {"3gp"}
    assert profiles.names[-1] == "our-portal"


def test_an_own_profile_may_narrow_one_of_its_own_name_and_one_of_another_own() -> None:
    own = {"telegram": {"base": "telegram", "refuse": ["webp"]}, "ours": {"base": "telegram", "refuse": ["gif"]}}
    assert Profiles(own).get("telegram").refused == {"webp"}
    assert Profiles(own).get("ours").base == "telegram"


@pytest.mark.parametrize(
    ("own", "path", "words"),
    [
        ({"base": "web-wiget"}, ("base",), "no profile 'web-wiget'"),
        ({"base": "x"}, ("base",), "no profile 'x'"),
        ({"base": "web-widget", "limits": {"image": "9 MB"}}, ("limits",), "wider"),
        ({"base": "web-widget", "limits": {"image": "2 Mb"}}, ("limits", "image"), "'2 Mb' is not a size"),
        ({"base": "web-widget", "limits": {"image": 0}}, ("limits", "image"), "not a size"),
        ({"base": "web-widget", "limits": {"imge": "2 MB"}}, ("limits", "imge"), "no type or category"),
        ({"base": "web-widget", "refuse": ["pngg"]}, ("refuse",), "no type"),
        ({"base": "web-widget", "refuze": ["png"]}, ("refuze",), "did you mean 'refuse'"),
        ({"title": "x"}, (), "no rule"),
        ({"rule": [{"direction": "out", "types": ["png"]}]}, ("rule", 0, "direction"), "send, receive or both"),
        ({"rule": [{"direction": "send", "types": []}]}, ("rule", 0, "types"), "names no types"),
        ({"rule": [{"direction": "send", "types": ["png"], "max_bytes": -1}]}, ("rule", 0, "max_bytes"), "positive"),
        ({"rule": [{"direction": "send", "types": ["png"], "sources": ["a"]}]}, ("rule", 0, "sources"), "not under"),
        ({"rule": [{"direction": "send", "types": ["png"], "animated": 1}]}, ("rule", 0, "animated"), "true or false"),
        ({"rule": [{"direction": "send", "types": ["png"], "pixels": [512]}]}, ("rule", 0, "pixels"), "width"),
        ("text", (), "must be a table"),
    ],
)
def test_a_mistake_is_told_with_the_keys_that_lead_to_it(own: Any, path: tuple[str | int, ...], words: str) -> None:
    with pytest.raises(ProfileMistake, match=words) as caught:
        Profiles({"ours": own}).check_own_profiles()
    assert caught.value.path == ("channels", "ours", *path)
    assert caught.value.hint


def test_profiles_based_on_each_other_are_refused() -> None:
    with pytest.raises(ProfileMistake, match="based on itself"):
        Profiles({"a": {"base": "b"}, "b": {"base": "a"}}).check_own_profiles()


def test_an_account_belongs_to_its_profile() -> None:
    assert profile_name("web-widget:shop") == profile_name("web-widget") == "web-widget"
