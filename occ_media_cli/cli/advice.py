"""What to type after an error of the settings, which know no command: they say what is wrong, this says what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from occ_media_cli.errors import OccMediaError


def of(problem: OccMediaError) -> str | None:
    """The help for an error, in the words of the command line; None where it brings its own."""
    from occ_media_cli.settings.checks import Problem
    from occ_media_cli.settings.guards import BackdateNeeded
    from occ_media_cli.settings.removals import TooMany

    if isinstance(problem, BackdateNeeded):
        return "--backdate REASON changes the past on record"
    if isinstance(problem, TooMany):
        return f"look at the difference; if it is right, --max-remove {problem.needed}%"
    if isinstance(problem, Problem) and problem.path == ("channels",):
        return "occ-media channels lists them" if problem.code == 11 else problem.hint
    return None
