"""Words near a number that say what it is."""

from __future__ import annotations

import re
from bisect import bisect_left

REACH = 300
"""Characters before and behind a number in which a word speaks of it."""

_BEFORE = 28
"""Characters before a number in which a word names something else: what stands right in front of it."""

_LETTERS = (
    "cards?|card ?no|cc ?(?:no|num|number)?|credit|debit|visa|master ?card|maestro|amex|american express|diners"
    "|discover|jcb|union ?pay|meeza|mada|rupay|pan|cvv2?|cvc2?|cvn|cid|security code|exp(?:iry|ires?|iration)?|valid thru"
    "|(?:kredit|bank|debit|giro|ec-?)?karten?(?:nummer|nr)?|pr[uü]f(?:ziffer|nummer)|g[uü]ltig bis"
    "|cartes?|bancaire|cryptogramme|expire|tarjetas?|cr[eé]dito|caduca|vence|vencimiento"
    "|cart(?:[aã]o|[oõ]es)|validade|cart[ae]|credito|scadenza|kredietkaart|bankkaart|creditcard|kaart(?:nummer)?"
    "|kart(?:[aąyeę]|lar|[iı]|ort|en)?|kredi|platn(?:[ií]cza|ebn[ií])|kortnummer|kort(?:et)?|luotto ?kortti|kortti"
    "|kart ?numaras[iı]|carduri|thẻ|kad|kartu"
)
_UNSPACED = (
    "карт[аыеуо]|кредит|бит?аковск|картк|κάρτα|πιστωτικ|כרטיס|אשראי|بطاقة|البطاقة|ائتمان|فيزا|ماستر|کارت"
    "|卡号|卡號|信用卡|银行卡|銀行卡|储蓄卡|カード|クレジット|카드|신용|कार्ड|क्रेडिट|บัตร"
)
CARD_WORDS = re.compile(rf"(?<![^\W_])(?:{_LETTERS})(?![^\W_])|{_UNSPACED}", re.IGNORECASE)
IBAN_WORDS = re.compile(
    r"(?<![^\W_])(?:iban|bic|swift|bank|banks|accounts?|acct?|konto(?:nummer|nr)?|bankverbindung|compte|rib|banque|cuenta"
    r"|banco|conta|conto|banca|rekening|konta|rachun(?:ek|ku)|bankowy|hesap|banka|[uú]čet|tili|konti|pay(?:ment)?|sepa)"
    r"(?![^\W_])|счет|счёт|банк|рахунок|حساب|بنك|الحساب|账户|銀行|口座|은행|계좌|חשבון|λογαριασμ",
    re.IGNORECASE,
)
OTHER_NUMBERS = re.compile(
    r"(?:imei|imsi|iccid|isbn|issn|ean|gtin|upc|uuid|guid|serial|s/n|sku|track(?:ing)?|order|invoice|ticket|case|phone"
    r"|tel(?:efon|efono|[eé]phone)?|mobile|handy|fax|whatsapp|timestamp|epoch|md5|sha\d*|hash|doi|arxiv|vin|seriennummer"
    r"|bestell\w*|rechnung\w*|commande|facture|pedido|factura|sipari[sş]|هاتف|جوال|телефон|电话)"
    r"(?:\s?(?:no|nr|n°|num(?:ber|mer)?|id|code|#))?[\s.:#=\"']{0,4}$",
    re.IGNORECASE,
)
_EXPIRY = re.compile(r"(?<![\d/.-])(?:0[1-9]|1[0-2]) ?[/-] ?(?:20[2-4]\d|[2-4]\d)(?![\d/-]|\.\d)")
_EXPIRY_REACH = 60


class Nearby:
    """Where words of one kind stand in a text; looked for once, when first asked."""

    def __init__(self, text: str, words: re.Pattern[str]) -> None:
        self._text, self._words = text, words
        self._places: list[int] | None = None

    def is_near(self, start: int, end: int) -> bool:
        """Whether a word stands within `REACH` of what is at start to end."""
        if self._places is None:
            self._places = [match.start() for match in self._words.finditer(self._text)]
        at = bisect_left(self._places, start - REACH)
        return at < len(self._places) and self._places[at] <= end + REACH


def has_expiry(text: str, start: int, end: int) -> bool:
    """Whether a month and year of the near future stand beside a number, as on a card."""
    before = text[max(0, start - _EXPIRY_REACH) : start]
    behind = text[end : end + _EXPIRY_REACH]
    return _EXPIRY.search(behind) is not None or _EXPIRY.search(before) is not None


def names_other_number(text: str, start: int) -> bool:
    """Whether the words right before a number say that it is one of another kind: `IMEI: …`, `order no. …`."""
    return OTHER_NUMBERS.search(text[max(0, start - _BEFORE) : start]) is not None
