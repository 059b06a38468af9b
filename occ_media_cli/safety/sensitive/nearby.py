"""Words near a number that say what it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

REACH = 300
"""Characters before and behind a number in which a word speaks of it."""

_BEFORE = 28
"""Characters before a number in which a word names something else: what stands right in front of it."""


class NearbyWords:
    """Words of one subject in many languages.

    spaced: those of scripts that part words, whole words only; the first character of each is a letter, for which a
    search can skip ahead. unspaced: beginnings of words, and words of scripts that do not part them.
    """

    def __init__(self, spaced: str, unspaced: str) -> None:
        self._spaced, self._unspaced = spaced, unspaced

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        words = "|".join(each.replace("_", " ?") for each in self._spaced.split())
        return re.compile(rf"(?:{words})(?![^\W_])"), re.compile("|".join(self._unspaced.split()))

    def is_one(self, word: str) -> bool:
        """Whether a word is one of these, as a whole."""
        spaced, unspaced = self._patterns
        lower = word.lower()
        return spaced.fullmatch(lower) is not None or unspaced.match(lower) is not None

    def places_in(self, text: str) -> list[int]:
        """Where they begin in a text, in order."""
        lower = text.lower()
        if len(lower) != len(text):  # a few letters grow when they become small
            lower = "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
        spaced, unspaced = self._patterns
        found = [match.start() for match in spaced.finditer(lower)]
        found = [at for at in found if not at or not lower[at - 1].isalnum()]
        if not lower.isascii():
            found += [match.start() for match in unspaced.finditer(lower)]
            found.sort()
        return found


CARD_WORDS = NearbyWords(
    "cards? card_no cc cc_(?:no|num|number) creditcards? credit debit visa mastercard master_card maestro amex"
    " american_express diners discover jcb union_pay meeza mada rupay pan cvv2? cvc2? cvn cid security_code"
    " expiry expires? expiration exp valid_thru karten? kartennummer kartennr kreditkarten?(?:nummer)?"
    " bankkarten? debitkarten? girokarten? ec-?karten? prüfziffer prüfnummer gültig_bis cartes? bancaire"
    " cryptogramme expire tarjetas? cr[eé]dito caduca vence vencimiento cart(?:ão|ao|ões|oes) validade carta"
    " scadenza kredietkaart bankkaart kaart(?:nummer)? kart kart[ıiaąyę] kartlar kartort kredi kart_numarası"
    " płatnicza platební kortnummer kort kortet luottokortti kortti carduri thẻ kad kartu",
    "карт[аыеуо] кредит банковск картк κάρτα πιστωτικ כרטיס אשראי بطاقة ائتمان فيزا ماستر کارت 卡号 卡號 信用卡 银行卡"
    " 銀行卡 储蓄卡 カード クレジット 카드 신용 कार्ड क्रेडिट บัตร",
)
IBAN_WORDS = NearbyWords(
    "iban bic swift banks? accounts? acct? konto(?:nummer|nr)? bankverbindung compte rib banque cuenta banco"
    " conta conto banca rekening konta rachun(?:ek|ku) bankowy hesap banka [uú]čet tili konti pay payment sepa",
    "счет счёт банк рахунок حساب بنك 账户 銀行 口座 은행 계좌 חשבון λογαριασμ",
)

_OTHER_NUMBERS = frozenset((
    "imei", "imsi", "iccid", "isbn", "issn", "ean", "gtin", "upc", "uuid", "guid", "serial", "sn", "sku", "track",
    "tracking", "order", "invoice", "ticket", "case", "phone", "tel", "telefon", "telefono", "teléfono", "téléphone",
    "telephone", "mobile", "handy", "fax", "whatsapp", "timestamp", "epoch", "md5", "sha1", "sha256", "hash", "doi",
    "arxiv", "vin", "seriennummer", "bestellung", "bestellnummer", "auftrag", "rechnung", "rechnungsnummer", "commande",
    "facture", "pedido", "factura", "contract", "contrat", "contrato", "contratto", "vertrag", "contracts", "umowy",
    "smlouvy", "sopimus", "договор", "договора", "عقد", "العقد", "合同", "sözleşme", "policy", "police",
    "póliza", "polizza",
    "customer", "client", "cliente", "kunde", "kunden", "member", "reference", "ref", "referencia", "référence",
    "referenz", "aktenzeichen", "shipment", "sendung", "parcel", "colis", "envío", "spedizione", "fattura", "ordine",
    "fatura", "encomenda", "factuur", "faktura", "faktury", "lasku", "tilaus", "zamówienia", "objednávky",
    "счёт", "счет",
    "заказ", "заказа", "накладная", "фактура", "فاتورة", "الفاتورة", "طلب", "الطلب", "发票", "订单", "발주", "송장",
    "sipariş", "هاتف", "جوال", "телефон", "电话",
))  # fmt: skip
"""What a number is called that is no card's."""

_FILLERS = frozenset(("no", "nr", "num", "number", "nummer", "numero", "número", "numéro", "id", "code", "n", "is"))
_WORD = re.compile(r"[^\W_]+")
_EXPIRY = re.compile(r"(?:0[1-9]|1[0-2])(?<![\d/.-]\d\d) ?[/-] ?(?:20[2-4]\d|[2-4]\d)(?![\d/-]|\.\d)")
_EXPIRY_REACH = 60


class Nearby:
    """Where words of one subject stand in a text; looked for once, when first asked."""

    def __init__(self, text: str, words: NearbyWords) -> None:
        self._text, self._words = text, words
        self._places: list[int] | None = None

    def is_near(self, start: int, end: int) -> bool:
        """Whether a word stands within `REACH` of what is at start to end."""
        if self._places is None:
            self._places = self._words.places_in(self._text)
        at = bisect_left(self._places, start - REACH)
        return at < len(self._places) and self._places[at] <= end + REACH


def has_expiry(text: str, start: int, end: int) -> bool:
    """Whether a month and year of the near future stand beside a number, as on a card."""
    return _EXPIRY.search(text, max(0, start - _EXPIRY_REACH), end + _EXPIRY_REACH) is not None


_COMPOUND = re.compile("(?:nummer|numret|nummeret|nr)$")
_OF_CARDS = re.compile("kart|kort|kaart|card|kredit|konto")


def names_other_number(text: str, start: int) -> bool:
    """Whether the words right before a number say that it is one of another kind: `IMEI: …`, `order no. …`, or a
    compound that ends in "number" and speaks of no card (`Vertragsnummer`)."""
    before = text[max(0, start - _BEFORE) : start].lower()
    words = [each for each in _WORD.findall(before) if each not in _FILLERS]
    if not words:
        return False
    last = words[-1]
    return last in _OTHER_NUMBERS or (_COMPOUND.search(last) is not None and _OF_CARDS.search(last) is None)
