"""A copy that fits, as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.values import value

if TYPE_CHECKING:
    from occ_media_cli.report.json_types import Json


@value
class WrittenCopy:
    """A copy that was written, and what became of the original in it.

    accepted_by: who takes it, by a strict check. changes: what was done. lost: what the original had and it has not.
    ssim: likeness, 0 to 1, None where nothing was compared. warning: what a person should know, empty where nothing.
    """

    path: str
    type: str
    size: int
    sha256: str
    accepted_by: tuple[str, ...]
    changes: tuple[str, ...]
    lost: tuple[str, ...]
    ssim: float | None
    encodes: int
    warning: str = ""

    def as_json(self) -> dict[str, Json]:
        """As programs read it."""
        return {
            "path": self.path, "type": self.type, "size": self.size, "sha256": self.sha256,
            "accepted_by": list(self.accepted_by), "changes": list(self.changes), "lost": list(self.lost),
            "ssim": self.ssim, "encodes": self.encodes, "warning": self.warning or None,
        }  # fmt: skip
