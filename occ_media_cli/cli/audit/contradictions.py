"""Options of an audit that do not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def refuse_contradictions(
    *, baseline: str | None, write_baseline: str | None, bundle: str | None, sign: str | None, checkpoint: Path | None,
    data: str | None, write_data: str | None, no_verify: bool, record: bool,
) -> None:  # fmt: skip
    """UsageError for the first option that another one leaves without a meaning; each as `--help` names it."""
    if baseline is not None and write_baseline is not None:
        raise UsageError("--baseline and --write-baseline do not go together", hint="leave one of them out")
    if sign is not None and bundle is None:
        raise UsageError("--sign signs a bundle, and none is written", hint="add --bundle FILE.zip")
    if data is not None and (bundle is not None or write_data is not None):
        raise UsageError("a bundle and an export are made from the store", hint="leave --engine and --data out")
    if no_verify and bundle is not None:
        raise UsageError("a bundle is evidence of a ledger that was verified", hint="leave --no-verify out")
    if checkpoint is not None and (no_verify or data is not None):
        what = "--no-verify" if no_verify else "--data"
        raise UsageError(f"a checkpoint is compared by verifying, and {what} does not", hint=f"leave {what} out")
    if record and (data is not None or write_data is not None):
        what = "--data" if data is not None else "--write-data"
        raise UsageError(f"an audit of the store is recorded, and {what} makes none", hint=f"leave {what} out")
