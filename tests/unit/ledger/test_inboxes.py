"""The inboxes that rows name, while somebody else changes them beside a long ingest."""

from __future__ import annotations

import pytest

from occ_media_cli.ledger.entry import Unfit
from occ_media_cli.ledger.inboxes import KnownInboxes
from occ_media_cli.settings.editing import editing
from occ_media_cli.settings.model import InboxSettings
from occ_media_cli.store.locate import at
from tests.unit.ledger.conftest import STAMP, Ledger


def test_names_are_those_of_the_last_look(ledger: Ledger) -> None:
    inboxes = KnownInboxes(ledger.connection)
    inboxes.use({})
    number = inboxes.number("vip")
    with editing(at(ledger.path, explicit=True), STAMP) as editor:
        editor.rename_inbox("vip", "gold")
    inboxes.refresh()
    assert inboxes.number("gold") == number
    with pytest.raises(Unfit, match="no inbox 'vip'"):
        inboxes.number("vip")


def test_an_account_follows_the_link_of_its_channel(ledger: Ledger) -> None:
    location = at(ledger.path, explicit=True)
    inboxes = KnownInboxes(ledger.connection)
    inboxes.use({})
    assert inboxes.account("whatsapp-cloud", "7711") is None
    with editing(location, STAMP) as editor:
        editor.add_inbox("shop", InboxSettings(channels=("whatsapp-cloud:7711",)))
    inboxes.refresh()
    assert inboxes.account("whatsapp-cloud", "7711") == "shop"
