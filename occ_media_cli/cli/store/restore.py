"""What `store restore` says: what would be lost, what was carried over, and where the old store is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from occ_media_cli.report.words import plural

if TYPE_CHECKING:
    from occ_media_cli.cli.session import Session
    from occ_media_cli.retention.carried import Carried
    from occ_media_cli.retention.lost import Loss
    from occ_media_cli.store.backup import Copy


def run(session: Session, file: str, reason: str | None) -> None:
    """Restore a store from a file, and say what that came to."""
    from occ_media_cli.cli.progress import Progress
    from occ_media_cli.decide.known_profiles import known_profiles
    from occ_media_cli.retention.restore_store import restore_store

    path = session.location.path
    progress = Progress("the backup", quiet=session.quiet, unit="entries", verb="verifying")

    def tell(copy: Copy, loss: Loss) -> None:
        progress.end()
        _list(session, copy, loss)

    def confirm(copy: Copy) -> bool:
        progress.end()
        return session.confirm(f"replace the store {path} by {copy.path}?")

    try:
        done = restore_store(
            session.location, file, session.stamp(), reason, tell=tell, confirm=confirm, progress=progress.show,
            profiles=known_profiles,
        )  # fmt: skip
    finally:
        progress.end()
    if done is None:
        session.say("nothing was changed")
        return
    session.say(f"restored {path} from {file}: {plural(done.copy.seq, 'chain entry', 'chain entries')}")
    if done.carried is not None:
        _say(session, done.carried)
    if done.kept is not None:
        session.say(f"The store as it was before is {done.kept}")
    if not done.compared:
        session.note("note: what it held could not be compared: its holds and erasures are not carried over")


def _list(session: Session, copy: Copy, loss: Loss) -> None:
    """What would be lost, a line for each kind."""
    if not loss.same_store:
        session.note(f"{copy.path} is a backup of another store; of this one it has nothing:")
    for kind in loss.kinds:
        more = ", …" if kind.count > len(kind.examples) else ""
        session.note(f"  {kind.count:>9,}  {kind.name}: {', '.join(kind.examples)}{more}")
    if any(kind.name in ("holds", "erasures", "removals") for kind in loss.kinds):
        session.note("Holds that nobody released, erasures and removals are carried over.")
    if any(kind.name == "library changes" for kind in loss.kinds):
        session.note("Approvals are lost; what was retired or replaced in the library stays so.")


def _say(session: Session, done: Carried) -> None:
    """What was carried over."""
    if done.holds:
        session.say(f"  {plural(done.holds, 'hold')} placed again")
    if done.aliases:
        session.say(f"  {plural(done.aliases, 'person')} with several ids on record again")
    if done.separated:
        session.say(f"  {plural(done.separated, 'removal')} of an alias on record again")
    if done.erasures:
        session.say(f"  {plural(done.erasures, 'erasure')} done again; the backup itself still has the values")
    if done.marked:
        session.say(f"  {plural(done.marked, 'entry')} on record again as purged")
    if done.brought_back:
        session.say(f"  {plural(done.brought_back, 'entry')} on record again as brought back from quarantine")
    if done.ended:
        session.say(f"  {plural(done.ended, 'file')} of the approved library retired again")
    for words in done.held_again:
        session.note(f"note: hold {words}; in the backup it holds, so release it again where that still stands")
    for words in done.wider:
        session.note(f"note: hold {words}; release it, and place it anew where that is too much")
