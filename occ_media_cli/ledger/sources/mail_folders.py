"""The names that programs for mail give to folders and labels: which hold what was sent, and which what was not.

In the languages that they are most used in; a name that is in none of them says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SENT = frozenset((
    "sent", "sent items", "sent messages", "sent mail", "sent-mail", "gesendet", "gesendete objekte",
    "gesendete elemente", "gesendete nachrichten", "envoyés", "messages envoyés", "éléments envoyés", "enviados",
    "elementos enviados", "mensajes enviados", "correo enviado", "posta inviata", "inviati", "inviata",
    "elementi inviati", "messaggi inviati", "verzonden", "verzonden items", "verzonden berichten", "itens enviados",
    "mensagens enviadas", "e-mails enviados", "skickat", "skickade", "skickade objekt", "sendt", "sendte elementer",
    "sendt post", "sendte", "lähetetyt", "lähetetyt kohteet", "wysłane", "elementy wysłane", "gönderilmiş",
    "gönderilmiş öğeler", "gönderilen", "gönderilenler", "gönderilmiş postalar", "отправленные",
    "отправленные элементы", "надіслані", "надіслані елементи", "відправлені", "изпратени",
    "odeslané", "odeslaná pošta", "odeslané položky", "odoslané", "odoslaná pošta", "elküldött", "elküldött elemek",
    "elküldött üzenetek", "trimise", "elemente trimise", "mesaje trimise", "poslano", "poslane stavke", "послато",
    "απεσταλμένα", "σταλμένα", "العناصر المرسلة", "المرسلة", "المرسل", "البريد المرسل", "الرسائل المرسلة",
    "נשלח", "דואר שנשלח", "פריטים שנשלחו", "ارسال شده", "ارسال‌شده", "भेजे गए", "已发送", "已发送邮件", "已发邮件",
    "已傳送", "寄件備份", "已寄送", "送信済み", "送信済みアイテム", "送信済みメール", "送信済みトレイ", "보낸편지함",
    "보낸 편지함", "보낸 메일함", "보낸 편지", "đã gửi", "thư đã gửi", "terkirim", "pesan terkirim", "item terkirim",
    "จดหมายที่ส่ง", "ส่งแล้ว", "รายการที่ถูกส่ง",
))  # fmt: skip
"""Of what was sent, folded."""

DRAFTS = frozenset((
    "draft", "drafts", "entwurf", "entwürfe", "brouillon", "brouillons", "borrador", "borradores", "bozza", "bozze",
    "concepten", "rascunho", "rascunhos", "unsent messages", "utkast", "kladder", "kladde", "luonnokset", "szkice",
    "kopie robocze", "wersje robocze", "taslak", "taslaklar", "черновик", "черновики", "чернетки", "чернови",
    "koncepty", "rozepsané", "rozpracované", "piszkozatok", "vázlatok", "schițe", "ciorne", "skice", "nacrti",
    "πρόχειρα", "المسودات", "مسودات", "טיוטות", "پیش‌نویس‌ها", "پیش نویس", "ड्राफ़्ट", "草稿", "草稿箱", "草稿夹",
    "草稿匣", "下書き", "임시보관함", "임시 보관함", "초안", "thư nháp", "bản nháp", "draf", "konsep", "แบบร่าง",
    "ร่างจดหมาย", "จดหมายร่าง",
))  # fmt: skip
"""Of what was written and not sent, folded."""

UNSENT = DRAFTS | frozenset((
    "outbox", "templates", "postausgang", "vorlagen", "boîte d'envoi", "modèles", "bandeja de salida", "plantillas",
    "posta in uscita", "modelli", "postvak uit", "sjablonen", "caixa de saída", "modelos", "utkorg", "mallar",
    "udbakke", "skabeloner", "utboks", "maler", "lähtevät", "mallipohjat", "skrzynka nadawcza", "szablony",
    "giden kutusu", "şablonlar", "исходящие", "шаблоны", "вихідні", "шаблони", "pošta k odeslání", "šablony",
    "صندوق الصادر", "القوالب", "דואר יוצא", "תבניות", "发件箱", "模板", "寄件匣", "範本", "送信トレイ", "テンプレート",
    "보낼 편지함", "템플릿",
))  # fmt: skip
"""Of what was not sent, or not yet, folded. Programs for mail call folders so; a person who keeps files of mails in an
`outbox` may mean those that were sent."""

_SHIFTED = re.compile(r"&([A-Za-z0-9+,]{0,200})-", re.ASCII)


def says(words: Iterable[str], folders: frozenset[str]) -> bool:
    """Whether one of some names is that of such a folder."""
    return any(fold(each) in folders for each in words)


def fold(name: str) -> str:
    """The name of a folder or label as it is compared; letters of IMAP's own UTF-7 are decoded."""
    try:
        name = _SHIFTED.sub(_unshifted, name)
    except UnicodeDecodeError:
        return name.casefold()
    return unicodedata.normalize("NFC", name).strip().casefold()


def _unshifted(hit: re.Match[str]) -> str:
    return f"+{hit[1].replace(',', '/')}-".encode().decode("utf-7") if hit[1] else "&"
