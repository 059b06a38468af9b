from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from occ_media_cli.errors import Incomplete, UsageError
from occ_media_cli.report import formats
from occ_media_cli.report.blocks import Lines
from occ_media_cli.report.formats import NAMES, emit
from occ_media_cli.report.formats.screen import of_stream
from occ_media_cli.report.model import Report
from occ_media_cli.store.sink import write

if TYPE_CHECKING:
    from collections.abc import Iterator


def simple() -> Report:
    return Report("occ-media/x/1", "X", answer="2 files", blocks=[Lines(["first"])], hints=["next: do it"])


class Terminal(io.TextIOWrapper):
    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding)

    def isatty(self) -> bool:
        return True

    def written(self) -> str:
        self.flush()
        data: bytes = self.buffer.getvalue()  # type: ignore[attr-defined]  # a BytesIO, see __init__
        return data.decode(self.encoding)


def test_stdout_has_the_report_and_stderr_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    emit(simple(), format="table", output=None, quiet=False, color=None)
    assert capsys.readouterr() == ("first\n2 files\n", "")


def test_a_file_is_private_whole_and_announced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.json"
    target.write_text("old")
    target.chmod(0o644)
    emit(simple(), format="json", output=str(target), quiet=False, color=None)
    assert target.read_text() == '{"schema": "occ-media/x/1"}\n'
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert capsys.readouterr() == ("", f"wrote {target}\n2 files\n")
    assert list(tmp_path.iterdir()) == [target]


def test_quiet_says_nothing_about_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    emit(simple(), format="csv", output=str(tmp_path / "x"), quiet=True, color=None)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("format_name", "quiet", "hint"), [("table", False, True), ("table", True, False), ("json", False, False)]
)
def test_hints_need_a_terminal_and_a_table(
    monkeypatch: pytest.MonkeyPatch, format_name: str, quiet: bool, hint: bool
) -> None:
    out, err = Terminal(), Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    emit(simple(), format=format_name, output=None, quiet=quiet, color=None)
    assert ("next: do it" in err.written()) is hint


def broken(error: BaseException) -> Iterator[bytes]:
    yield b"half"
    raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("ledger"), ValueError("x"), SystemExit(1)])
def test_whatever_stops_a_report_the_old_file_stays(tmp_path: Path, error: BaseException) -> None:
    target = tmp_path / "out"
    target.write_text("old")
    with pytest.raises(type(error)):
        write(str(target), broken(error))
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "latest").symlink_to("real")
    write(str(tmp_path / "latest"), iter([b"new"]))
    assert (tmp_path / "latest").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.parametrize("place", ["missing/out.json", ".", "", "a\0b", "x" * 300, "fifo", "device"])
def test_places_that_are_no_file_are_refused_in_words(tmp_path: Path, place: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "device").symlink_to("/dev/null")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(UsageError, match="nothing was written"):
        write(f"{tmp_path}/{place}" if place else "", iter([b"x"]))
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_full_disk_is_said_in_words() -> None:
    program = (
        "from occ_media_cli.errors import Incomplete\n"
        "from occ_media_cli.report.formats.output import to_stdout\n"
        "try:\n    to_stdout([b'x' * 100_000])\n"
        "except Incomplete as error:\n    raise SystemExit(f'said: {error.what}; {error.hint}')\n"
    )
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        result = subprocess.run(
            [sys.executable, "-c", program], stdout=full, stderr=subprocess.PIPE, text=True, timeout=30
        )
    assert "said: the output: no space left on device" in result.stderr
    assert Incomplete.code == 3


def test_a_reader_that_stops_early_is_no_error() -> None:
    program = (
        "from occ_media_cli.report.formats import emit\n"
        "from occ_media_cli.report.blocks import Lines\n"
        "from occ_media_cli.report.model import Report\n"
        "emit(Report('s', 't', blocks=[Lines(str(n) * 50 for n in range(100_000))]),"
        " format='table', output=None, quiet=False, color=None)\n"
    )
    result = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -c "$PROGRAM" | head -1; echo ${{PIPESTATUS[0]}}'],
        env={**os.environ, "PROGRAM": program},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.stdout == "0" * 50 + "\n0\n"
    assert result.stderr == ""


def test_an_unknown_format_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"format 'jsn' is none of .*, did you mean 'json'\?"):
        emit(simple(), format="jsn", output=None, quiet=False, color=None)


@pytest.mark.parametrize(
    ("environment", "asked", "color"),
    [
        ({"TERM": "xterm"}, None, True),
        ({"TERM": "dumb"}, None, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, None, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, None, True),
        ({"TERM": "xterm"}, False, False),
        ({"TERM": "dumb"}, True, True),
    ],
)
def test_colour(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], asked: bool | None, color: bool) -> None:
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert of_stream(Terminal(), asked).color is color


def test_a_pipe_has_no_colour_and_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert of_stream(stream, None).color is False
    assert of_stream(stream, None).width == 80
    assert of_stream(Terminal(), None).width == 40


def test_each_file_is_a_format_and_each_format_a_file() -> None:
    helpers = {"cell_text", "text_columns", "figure_tables", "findings", "output", "plain", "screen", "sheets", "terminal", "weeks",
               "__init__"}  # fmt: skip
    files = {file.stem for file in Path(formats.__file__).parent.glob("*.py")} - helpers
    assert {module.rsplit(".", 1)[1] for module in formats.MODULES.values()} == files
    assert set(NAMES) == files


def test_a_workbook_is_not_written_to_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Terminal()
    monkeypatch.setattr(sys, "stdout", out)
    with pytest.raises(UsageError, match="xlsx is not text"):
        emit(simple(), format="xlsx", output=None, quiet=False, color=None)
    assert out.written() == ""


def test_a_real_terminal_tells_its_width() -> None:
    program = (
        "import os, pty, sys\n"
        "child, master = pty.fork()\n"
        "if child == 0:\n"
        "    os.environ.pop('COLUMNS', None)\n"
        "    import fcntl, struct, termios\n"
        "    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 43, 0, 0))\n"
        "    from occ_media_cli.report.formats.screen import stdout\n"
        "    print(stdout(None).width, stdout(None).terminal, flush=True)\n"
        "    os._exit(0)\n"
        "said = b''\n"
        "while b'\\n' not in said:\n"
        "    said += os.read(master, 100)\n"
        "os.waitpid(child, 0)\n"
        "print(said.decode().strip())\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert result.stdout.strip() == "43 True"


def test_no_answer_becomes_a_workflow_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    report = Report("s", "t", answer="::add-mask::x", blocks=[Lines(["  ::error::y", "##[debug]z"])])
    emit(report, format="table", output=None, quiet=False, color=None)
    emit(report, format="json", output=str(tmp_path / "x"), quiet=False, color=None)
    out, err = capsys.readouterr()
    for line in (out + err).splitlines():
        assert not line.lstrip().startswith("::")
        assert "##[" not in line
