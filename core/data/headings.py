"""Which of our fields a column's heading means, as people write it in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from core.errors import SchemaError
from core.schema.current import BASIS, CAMPAIGNS, CHANNELS, FIELDS, FILE_COLUMNS, MADE_OF, PRODUCTS

# Names that Parterre gives to columns of its own, besides those of the schema.
OWN = ("Segment", "Segment_Name", "Firmness", "Next_Segment", "Warnings")
_UNIT = re.compile(r"[(\[{].*?[)\]}]")
_THOUSANDS = re.compile(r"\bk\b|\bk[^a-z]|[^a-z]k\b|000|thousand|tsd|mil|mio|\bm\b|lakh", re.IGNORECASE)
# Another measure than ours; only visits are counted by the month.
_MEASURE = re.compile(
    r"%|percent|prozent|share|\blog|ln\b|scaled|standard|normali[sz]ed|z-?score|rank|week|woche|semana|semaine"
    r"|month|monat|\bmes|\bmois|\bm[eê]s|quarter|hours?\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:in)?(?:usd|eur|euros?|gbp|chf|brl|inr|dollars?|dolar(?:es)?|peryear|ayear|pa)$")
_NUMBER = r"(?:num(?:ber)?(?:of)?|no(?:of)?|nb|count(?:of)?|qtd|qtde|numero(?:de)?|anzahl(?:der)?)?"
_BOUGHT = r"(?:purchases?|purchased|purch|orders?|buys?|compras?|kaufe|kaeufe|einkaufe|achats?|acquisti)"
_SPENT = (
    r"(?:mnt|amt|amount|amountspent|spent|spend|spending|spendings|expenses?|gastos?|gasto|valor|montante?|monto"
    r"|ausgaben|depenses?)"
)
_ON = r"(?:on|in|for|of|com|em|en|de|fur|fuer|pour)?"
_GOODS = (
    r"(?:products?|prods?|prod|produtos?|productos?|produits?|produkte?|goods|spending|spent|amount|mnt|amt)?"
)
_WORDS: Mapping[str, str] = {
    "Wines": r"wines?|vinhos?|vinos?|vins?|weine?|liq(?:uors?)?|alcohol|drinks?|beverages?|coke|bebidas?",
    "Fruits": r"fruits?|frutas?|obst|fruchte|fruechte",
    "Meat": r"meats?|carnes?|viandes?|fleisch",
    "Fish": r"fish|fishes|seafood|peixes?|pescados?|poissons?|fisch",
    "Sweets": r"sweets?|candy|candies|doces?|dulces?|sucreries|sussigkeiten|suessigkeiten|confectionery",
    "Gold": r"gold|ouro|oro|jewel(?:le)?ry",
    "Web": r"web|website|online|internet|site|ecommerce",
    "Catalog": r"catalog(?:ue)?s?|catalogos?|kataloge?",
    "Store": r"stores?|shops?|instore|lojas?|tiendas?|magasins?|geschaft|geschaeft|laden|filiale?|offline|physical",
    "Deals": r"deals?|discount(?:ed)?s?|promo(?:tion)?s?|offers?|descontos?|descuentos?|rabatte?|ofertas?|aktion(?:en)?",
}
_VISITS = r"(?:visits?|visitas?|besuche|visites?)"
_MONTH = (
    r"(?:per|a|by|in|last|lastin|inlast|no|por|ao|pro|im|par)?(?:last|ultimo)?(?:month(?:ly)?|mes|monat|mois)"
)
_CAMPAIGN = (
    r"(?:accepted|accept|acceptedin|aceitou|aceito|acepto|aceptada|angenommen|acceptee)?"
    r"(?:cmp|campaign|camp|campanha|campana|kampagne|campagne)(?:no|number|nr)?"
)
_CUSTOMER = (
    r"(?:customers?|cust|clients?|clientes?|members?|kunden?|user|account|buyer|shopper|person|contact)"
)

_PATTERNS: Mapping[str, str] = {
    "ID": rf"(?:unique)?{_CUSTOMER}(?:id|ids|no|nr|num|number|nummer|key|code|identifier|ref)|id(?:de|do|of|du)?{_CUSTOMER}"
    rf"|(?:code|num(?:ero)?|numerode|nr|no|cod(?:igo)?|codigode|master|unique|record|household)(?:id|{_CUSTOMER})"
    r"|identifier|userid|uid|cid",
    "Year_Birth": r"(?:birth|born)(?:year|yr|date|day)?|(?:year|yr|date|day)(?:of)?(?:birth|born)|yob|dob|dtbirth"
    r"|(?:ano|data|dt)(?:de)?nascimento|(?:ano|anio|fecha)(?:de)?nacimiento|geburts(?:jahr|datum|tag)"
    r"|(?:annee|date)(?:de)?naissance",
    "Education": r"education(?:al)?(?:level|code|degree)?|(?:levelof|highest)education|educacao|escolaridade"
    r"|(?:niveldee?|nivel)?(?:educacao|educacion|estudios)|niveldeescolaridade|bildung|ausbildung"
    r"|bildungs(?:abschluss|stand|grad|niveau)|(?:niveaud)?etudes",
    "Marital_Status": r"marital(?:status|state|situation|code|statuscode)?|(?:marriage|civil|relationship)status"
    r"|estadocivil|familienstand|(?:situation|etat|statut)(?:familiale?|civile?|maritale?|matrimoniale?)",
    "Income": r"(?:annual|yearly|household|hh|gross|net|anual)?(?:household)?(?:income|salary|earnings|wage)(?:annual|yearly)?"
    r"|(?:renda|salario|ingresos?|renta|sueldo)(?:anual|familiar|total)*|(?:jahres|haushalts)?einkommen"
    r"|revenus?(?:annuels?)?|reddito",
    "Kidhome": r"(?:num)?(?:small|young|little)?(?:kids?|child)(?:at|in)?home|(?:num(?:ber)?(?:of)?)?(?:small)?kids"
    r"|smallchildren|criancas(?:emcasa)?|ninos(?:encasa)?|kleinkinder|kinderimhaushalt|enfants",
    "Teenhome": r"(?:num)?(?:teens?|teenagers?)(?:at|in)?home|(?:num(?:ber)?(?:of)?)?(?:teens|teenagers)"
    r"|adolescentes(?:emcasa|encasa)?|jugendliche|jugendlicheimhaushalt",
    "Dt_Customer": r"(?:dt|date)(?:of)?(?:customer|enrol(?:l?ment)?|enroll(?:ed)?|joined|registration|signup)"
    r"|(?:customer)?(?:enrol(?:l?ment)?|enroll(?:ed)?|join(?:ed|ing)?|registration|registered|signup|subscription)"
    r"(?:date|dt|day|on)?|customer(?:since|from|date)|(?:data|dt)(?:de|do)?(?:cadastro|inscricao|entrada|cliente|registro)"
    r"|fecha(?:de)?(?:alta|registro|inscripcion|ingreso)|(?:anmelde|registrierungs)datum|kundeseit"
    r"|date(?:d)?(?:inscription|adhesion)",
    "Recency": r"recenc(?:y|ia)(?:days|dias)?|days?(?:since|from)?(?:the)?last(?:purchase|order|buy)|lastpurchasedays?"
    r"|dias(?:desde)?(?:a|la)?ultimacompra|tageseit(?:dem)?(?:letzten)?(?:kauf|einkauf)|recence",
    **{
        column: rf"{_SPENT}?{_ON}(?:{_WORDS[product]}){_GOODS}|(?:{_WORDS[product]}){_ON}{_SPENT}"
        for product, column in PRODUCTS.items()
    },
    **{
        column: rf"{_NUMBER}(?:{_WORDS[channel]}){_BOUGHT}|{_NUMBER}{_BOUGHT}(?:on|in|by|via|from|at|na|no|en|de|per)?"
        rf"(?:the)?(?:{_WORDS[channel]})"
        for channel, column in (*CHANNELS.items(), ("Deals", "NumDealsPurchases"))
    },
    "NumWebVisitsMonth": rf"{_NUMBER}(?:{_WORDS['Web']})?{_VISITS}(?:on|to|in|ao|no|en|de)?(?:the)?(?:{_WORDS['Web']})?"
    rf"(?:{_MONTH})?|{_NUMBER}(?:monthly)(?:{_WORDS['Web']})?{_VISITS}",
    **{name: rf"{_CAMPAIGN}{name[-1]}(?:accepted)?" for name in CAMPAIGNS[:-1]},
    "Response": rf"(?:accepted)?(?:response|resposta|respuesta|antwort|reponse)(?:last)?(?:campaign)?|{_CAMPAIGN}6|{_CAMPAIGN}last"
    r"|(?:accepted)?lastcampaign(?:accepted)?",
    "Complain": r"complain(?:ed|ts?|s)?|reclama(?:cao|coes|tion)|reclamou|queja|beschwerde|plainte",
    "Age": r"(?:customer)?age(?:years|inyears)?|idade|edad|alter",
    "Total_Spending": r"(?:mnt|amt)total|total(?:amount)?(?:mnt|spent|spending|spend|spendings|amount|expenses|gasto)"
    r"|(?:gasto|valor)total|umsatz(?:gesamt)?|gesamt(?:umsatz|ausgaben)|monetary",
    "Customer_Tenure": r"customer(?:tenure|days|fordays)|tenure(?:days)?|dayscustomer|daysascustomer|diascliente",
    "Children": r"(?:num(?:ber)?(?:of)?|total)?children|totalkids|kidsandteens|childrenhome|dependents",
    "Total_Purchases": r"(?:num)?totalpurchases|totalnumpurchases|purchasestotal|frequency",
    "Campaign_Acceptance": r"totalacceptedcmp|acceptedcmptotal|totalaccepted(?:campaigns)?|campaignsaccepted",
}


def key(name: str) -> str:
    """Heading `name` without case, accents, spaces and punctuation, for comparing."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)
    )
    return "".join(re.findall(r"[^\W_]+", plain.casefold())) or name.strip()


@lru_cache(maxsize=4096)
def meaning(heading: str) -> str:
    """The field that `heading` means where it is no name of ours; empty if none, or in another unit."""
    units = [unit[1:-1] for unit in _UNIT.findall(heading)]
    found = "" if any(map(_THOUSANDS.search, units)) else _meant(heading)
    return "" if found != "NumWebVisitsMonth" and any(map(_MEASURE.search, units)) else found


def _meant(heading: str) -> str:
    bare = key(_UNIT.sub(" ", heading))
    for text in (key(heading), bare, _CURRENCY.sub("", bare)):
        if found := _labels().get(text):
            return found
        for field, pattern in _PATTERNS.items():
            if re.fullmatch(pattern, text):
                return field
    return ""


@cache
def _names() -> Mapping[str, str]:
    return {key(name): name for name in FILE_COLUMNS}


@cache
def _labels() -> Mapping[str, str]:
    """Labels, as in our own workbooks, and names without their unit."""
    usable = (*FILE_COLUMNS, *MADE_OF)
    return {key(FIELDS[name].label): name for name in usable} | {key(name): name for name in usable}


def recognised(header: Iterable[str]) -> int:
    """How many different fields of ours a line of headings names."""
    return len({found for cell in header if (found := _names().get(key(cell)) or _meaning(cell))})


def _meaning(cell: str) -> str:
    return meaning(cell) if len(cell) < 100 and any(map(str.isalpha, cell)) else ""


def missing(names: Iterable[str]) -> list[str]:
    """What segments need and `names` lack, in words."""
    known = set(names)
    parts = {**MADE_OF, "Age": ("Year_Birth",)}
    return [
        f"{one} (or {' + '.join(parts[one])})" if one in parts else one
        for one in BASIS
        if one not in known and not set(parts.get(one, ("",))) <= known
    ]


def named(header: Sequence[str], *, source: str) -> list[str]:
    """What each column is called here: fields by their names, all others as in the file, no two alike.

    A column that has the name of one of ours stays apart under `name (file)`, unless ours can't be made
    without it.

    Raises
    ------
    SchemaError
        If two columns have the name of one field of a customer file.
    """
    own = [_names().get(key(cell)) for cell in header]
    twice = {name for name in own if name and own.count(name) > 1}
    if twice:
        raise SchemaError.repeated(sorted(twice), source=source)
    _add_meanings(own, header, source)
    return _apart([name or cell for name, cell in zip(own, header, strict=True)], own)


def _add_meanings(own: list[str | None], header: Sequence[str], source: str) -> None:
    """Say of other headings what they mean, each field once, and derived fields only where parts lack."""
    for place, cell in enumerate(header):
        field = _meaning(cell) if own[place] is None else ""
        if field in FILE_COLUMNS and field not in own:
            own[place] = field
    for place, cell in enumerate(header):
        field = _meaning(cell) if own[place] is None else ""
        if field not in MADE_OF or set(MADE_OF[field]) <= set(own):
            continue
        if field in own and key(cell) == key(field):
            raise SchemaError.repeated([field], source=source)
        own[place] = field if field not in own else None


def _apart(names: list[str], own: Sequence[str | None]) -> list[str]:
    reserved = {key(name) for name in (*FIELDS, *OWN)}
    taken = {name for name in own if name}
    found: list[str] = []
    for place, (name, ours) in enumerate(zip(names, own, strict=True), start=1):
        if ours:
            found.append(name)
            continue
        stem = name or f"Column {place}"
        stem = f"{stem} (file)" if key(stem) in reserved else stem
        unique, number = stem, 2
        while unique in taken:
            unique, number = f"{stem} ({number})", number + 1
        taken.add(unique)
        found.append(unique)
    return found
