"""Words for yes and no, by language: what people and localised spreadsheets write into a column of answers."""

from __future__ import annotations

import unicodedata

# Yes, then no; without accents, in small letters.
PAIRS: dict[str, tuple[str, str]] = {
    "signs": ("x xx v \u2713 \u2714 \u2611 + ok on \u25cf \u2022 \u221a", "\u2717 \u2718 \u2610 off \u25cb"),
    "en": (
        "yes y true t yep response accepted accept agreed positive responded bought converted",
        "no n false f nope declined decline rejected refused negative ignored none",
    ),
    "de": (
        "ja j wahr w angenommen akzeptiert zugesagt",
        "nein n falsch f abgelehnt abgesagt",
    ),
    "fr": ("oui o vrai v accepte acceptee", "non n faux f refuse refusee rejete decline"),
    "es": (
        "si s verdadero v cierto aceptado aceptada acepto",
        "no n falso f rechazado rechazada rechazo",
    ),
    "pt": (
        "sim s verdadeiro v aceito aceite aceitou",
        "nao n falso f recusado recusada recusou rejeitado",
    ),
    "it": ("si s vero v accettato accettata", "no n falso f rifiutato rifiutata"),
    "nl": ("ja j waar w geaccepteerd aanvaard", "nee n onwaar geweigerd afgewezen"),
    "sv": ("ja j sant s accepterad", "nej n falskt f avbojd nekad"),
    "da": ("ja j sand s accepteret", "nej n falsk f afvist"),
    "nb": ("ja j sann s akseptert", "nei n usann u avvist"),
    "fi": ("kylla k tosi t hyvaksytty on", "ei e epatosi ep hylatty"),
    "et": ("jah j tosi t", "ei e vaar v"),
    "pl": ("tak t prawda p zaakceptowano przyjeto", "nie n falsz f odrzucono"),
    "cs": ("ano a pravda prijato", "ne n nepravda odmitnuto"),
    "sk": ("ano a pravda prijate", "nie n nepravda odmietnute"),
    "hu": ("igen i igaz elfogadta", "nem n hamis elutasitotta"),
    "ro": ("da d adevarat a acceptat", "nu n fals f refuzat respins"),
    "tr": ("evet e dogru d kabul", "hayir h yanlis ret"),
    "hr": ("da d istina tocno prihvaceno", "ne n laz netocno odbijeno"),
    "ru": ("да д истина принято", "нет н ложь отклонено"),
    "uk": ("так т істина істинно", "ні н хиба хибно"),
    "bg": ("да д истина", "не н лъжа"),
    "el": ("ναι ν αληθης", "οχι ο ψευδης"),
    "lt": ("taip t", "ne n"),
    "lv": ("ja j", "ne n"),
    "id": ("ya y benar", "tidak t salah bukan"),
    "vi": ("co đung", "khong sai"),
    "ar": ("نعم صحيح", "لا خطا"),
    "he": ("כן", "לא"),
    "hi": ("हा", "नही"),
    "zh": ("是 对 有 真", "否 不 无 假 不是"),
    "ja": ("はい 有 真 可 承諾", "いいえ 無 偽 不可 拒否"),
    "ko": ("예 네 참", "아니오 아니요 거짓"),
}
_NOT = {"no", "not", "non", "nicht", "nao", "niet", "ikke", "inte", "nie", "ne", "nem", "ei"}  # before a yes


def folded(text: str) -> str:
    """Text without case, accents and a closing point; words of a phrase joined."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("\u0131", "i").replace("ł", "l"))
    bare = "".join(one for one in parts if not unicodedata.combining(one))
    joined = unicodedata.normalize("NFC", "_".join(bare.replace("-", " ").split()).rstrip("."))
    return joined or text


def _folded_words(words: str) -> frozenset[str]:
    return frozenset(folded(word) for word in words.split())


MEANINGS = {language: (_folded_words(yes), _folded_words(no)) for language, (yes, no) in PAIRS.items()}


def meanings(words: set[str], around: set[str]) -> dict[str, float]:
    """What each folded word means, 1 or 0, where the languages that know all of them agree.

    Parameters
    ----------
    words : set of str
        All words of one column.
    around : set of str
        All words of all columns of answers: a file speaks one language, if there is one that knows them all.

    Returns
    -------
    dict of word to 1.0 or 0.0
        Without the words that no language knows, or of which they disagree.
    """
    known = {word: _by_language(word) for word in words}
    common = _languages(around) or _languages(words)
    found = {}
    for word, said in known.items():
        values = {value for language, value in said.items() if language in common} or set(said.values())
        if len(values) == 1:
            found[word] = values.pop()
    return found


def _languages(words: set[str]) -> set[str]:
    """Those that know every word that any language knows; none where there is no word."""
    spoken = [said for word in words if (said := _by_language(word)) and set(said) != {"signs"}]
    return set(MEANINGS).intersection(*spoken) if spoken else set()


def _by_language(word: str) -> dict[str, float]:
    said = {}
    first, _, rest = word.partition("_")
    for language, (yes, no) in MEANINGS.items():
        if word in yes or word in no:
            said[language] = float(word in yes)
        elif first in _NOT and rest in yes:
            said[language] = 0.0
    return said
