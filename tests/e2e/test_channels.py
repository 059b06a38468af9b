"""`types`, `channels` and `fit` as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

from occ_media_cli.media.channels import CHANNELS
from tests.e2e.conftest import Run
from tests.unit.media.build import VALID

OWN = """
[inboxes.vip]
channels = ["ours", "line"]

[channels.ours]
base = "web-widget"
refuse = ["3gp"]
limits.image = "2 MB"
"""


def test_types_prints_the_table_of_the_product(occ: Run) -> None:
    document = json.loads(occ("types", "--format", "json").out)
    assert document["schema"] == "occ-media/types/1"
    assert {row["type"] for row in document["types"] if not row["receive"]} == {"gif", "webp"}
    assert "jpg, jpeg  image     5 MB    yes   yes      image/jpeg\n" in occ("types").out


def test_types_of_a_channel_have_sources(occ: Run) -> None:
    for channel in CHANNELS:
        document = json.loads(occ("types", "--channel", channel, "--format", "json").out)
        assert all(set(rule["sources"]) <= set(document["sources"]) and rule["sources"] for rule in document["rules"])
    assert occ("types", "--channel", "whatsapp", code=11).err.startswith("error: no channel profile 'whatsapp'")


def test_channels_lists_own_profiles_and_linked_inboxes(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(OWN)
    found = {
        row["channel"]: row for row in json.loads(occ("channels", "--format", "json", store="s.toml").out)["channels"]
    }
    assert set(found) == {*CHANNELS, "ours"}
    assert (found["ours"]["base"], found["ours"]["inboxes"]) == ("web-widget", ["vip"])
    page = occ("types", "--channel", "ours", store="s.toml").out
    assert "2 MB" in page
    assert "3gp" not in page.split("Notes")[0]


def test_fit_is_a_matrix_and_an_exit_code_where_a_target_is_named(occ: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(OWN)
    (tmp_path / "photo.webp").write_bytes(VALID["webp"])
    lines = occ("fit", "photo.webp").out.splitlines()
    assert lines[0] == f"photo.webp: webp image, {len(VALID['webp'])} bytes, 6 x 5"
    assert len(lines) == 4 + 1 + len(CHANNELS) + 1
    assert lines[-1] == "10 of 17 take it as it is; nothing was written"
    occ("fit", "photo.webp", "--channel", "telegram")
    occ("fit", "photo.webp", "--channel", "line", code=1)
    document = json.loads(occ("fit", "photo.webp", "--inbox", "vip", "--format", "json", store="s.toml", code=1).out)
    (file,) = document["files"]
    assert [(target["target"], target["takes"]) for target in file["targets"]] == [
        ("product table", True),
        ("ours", True),
        ("line", False),
    ]
    occ("fit", "gone.webp", code=3)
    (tmp_path / "out" / ".git").mkdir(parents=True)
    assert "0 links and 1 system item were skipped" in occ("fit", "out").err
