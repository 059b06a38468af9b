"""Short ways for the tests to look at bytes as `check` does."""

from __future__ import annotations

import os

from occ_media_cli.media.judge import problems_of
from occ_media_cli.media.problems import Problem
from occ_media_cli.media.recognise import recognise
from occ_media_cli.media.recognition import Recognition
from occ_media_cli.vocabulary import Severity


def look(content: bytes, name: str) -> Recognition:
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        return recognise(file.fileno(), len(content), name)


def judge(content: bytes, name: str, direction: str | None = None) -> list[Problem]:
    return problems_of(look(content, name), name, direction)


def errors(content: bytes, name: str, direction: str | None = None) -> list[str]:
    return [each.code for each in judge(content, name, direction) if each.severity is Severity.ERROR]


def codes(content: bytes, name: str, direction: str | None = None) -> list[str]:
    return [each.code for each in judge(content, name, direction)]
