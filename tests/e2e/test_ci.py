"""What CI systems run: the script of action.yml, and the formats that they read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.e2e.conftest import Run
from tests.e2e.program import ENVIRONMENT
from tests.unit.media.build import FOREIGN, VALID

ROOT = Path(__file__).parents[2]
DEFAULTS = {"PATHS": ".", "FAIL_ON": "error", "STRICT": "false", "FORMAT": "github"}
INPUTS = ("PATHS", "CHANNEL", "INBOX", "STORE", "DIRECTION", "INCLUDE", "EXCLUDE", "FAIL_ON", "STRICT", "FORMAT")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "ok.pdf").write_bytes(VALID["pdf"])
    (tmp_path / "media" / "contract.docx").write_bytes(FOREIGN["docm"])
    return tmp_path


def script() -> str:
    """The last step of action.yml, as a runner would hand it to bash."""
    text = (ROOT / "action.yml").read_text()
    block = text[text.rindex("run: |\n") + 7 :]
    return "\n".join(line[8:] for line in block.splitlines())


def act(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    given = {f"OCC_{name}": {**DEFAULTS, **inputs}.get(name, "") for name in INPUTS}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**ENVIRONMENT, **given, "PATH": path, "HOME": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script()],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_the_action_annotates_the_file_and_fails(files: Path) -> None:
    done = act(files)
    assert done.returncode == 1, done.stderr
    assert "::error file=" in done.stdout
    assert "contract.docx" in done.stdout
    assert act(files, FAIL_ON="never").returncode == 0
    assert act(files, EXCLUDE="*.docx").returncode == 0
    assert act(files, PATHS="media/ok.pdf\n", CHANNEL="line").returncode == 1


def test_the_action_takes_no_command_from_its_inputs(files: Path) -> None:
    done = act(files, PATHS="$(touch pwned)\n;touch pwned\n--output\n", EXCLUDE="`touch pwned`")
    assert done.returncode == 3, done.stdout + done.stderr
    assert not (files / "pwned").exists()


def test_the_action_passes_on_only_options_that_check_has(files: Path) -> None:
    done = act(files, FORMAT="sarif", DIRECTION="send", INCLUDE="*.pdf", STRICT="true")
    assert done.returncode == 0, done.stderr
    assert json.loads((files / "occ-media.sarif").read_text())["version"] == "2.1.0"


def test_the_hook_takes_the_extensions_of_the_product(tmp_path: Path) -> None:
    from occ_media_cli.media.types import extension_rows

    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    pattern = re.search(r"files: (.*)$", text, re.MULTILINE)
    assert pattern is not None
    assert all(re.search(pattern[1], f"a/b.{row[0].upper()}") for row in extension_rows())
    assert not re.search(pattern[1], "a.py")


@pytest.mark.usefixtures("files")
def test_sarif_junit_and_markdown_name_file_rule_and_fix(occ: Run) -> None:
    run = json.loads(occ("check", "media", "--format", "sarif", code=1).out)["runs"][0]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("macro-enabled", "error")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "media/contract.docx"
    suite = ElementTree.fromstring(occ("check", "media", "--format", "junit", code=1).out)
    assert [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None] == [
        "media/contract.docx"
    ]
    assert "contract.docx" in occ("check", "media", "--format", "markdown", code=1).out


@pytest.mark.usefixtures("files")
def test_sarif_and_junit_follow_their_schemas(occ: Run) -> None:
    shared = Path(os.environ.get("OCC_MEDIA_SHARED") or ROOT.parent / "shared")
    schema = shared / "schemas" / "sarif-schema-2.1.0.json"
    if not schema.exists():
        pytest.skip("the schemas are not beside this checkout")
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(
        json.loads(occ("check", "media", "--format", "sarif", code=1).out), json.loads(schema.read_text())
    )


def test_the_samples_for_ci_name_what_there_is(files: Path) -> None:
    samples = ROOT / "sample_configs" / "ci"
    hook = (samples / "pre-commit-config.yaml").read_text()
    ids = re.findall(r"- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text())
    assert re.findall(r"- id: (\S+)", hook) == ids
    arguments = re.findall(r"args: \[(.*)\]", hook)[0].split(", ")
    given = [str(files / "media" / name) for name in ("ok.pdf", "contract.docx")]
    program = [sys.executable, "-m", "occ_media_cli", "check", *arguments, *given]
    environment = {**ENVIRONMENT, "HOME": str(files)}  # a store of whoever runs the tests decides nothing here
    assert subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 1

    workflow = (samples / "github-workflow.yml").read_text()
    block = workflow[workflow.index("with:\n") + 6 :]
    inputs = dict(re.findall(r"^          ([a-z-]+): (.*(?:\n            .*)*)", block, re.MULTILINE))
    assert set(inputs) <= set(re.findall(r"^  ([a-z-]+):$", (ROOT / "action.yml").read_text(), re.MULTILINE))
    plain = {
        name.upper(): text.removeprefix("|\n").replace("            ", "").strip('"') for name, text in inputs.items()
    }
    (files / "media" / "broken").mkdir()
    (files / "media" / "contract.docx").rename(files / "media" / "broken" / "contract.docx")
    assert act(files, **plain).returncode == 0
    assert act(files, **{**plain, "EXCLUDE": ""}).returncode == 1
    assert act(files, **{**plain, "INCLUDE": "*.nothing"}).returncode == 3
