"""What words over a column say of it, in several languages: data, and the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_COUNTED = re.compile(r"(?<=[^\W\d_]{2})(?=[0-9])")  # AMT1, but not Q1
_CUSTOMER = (
    r"(?:customers?|cust|consumers?|clients?|clientes?|kunden?|kundin|members?|mitglieds?|users?|usuarios?|utilisateur"
    r"|buyers?|comprador|acheteur|shoppers?|subscribers?|abonnen?t?|guests?|patients?|passengers?|persons?|persona"
    r"|contacts?|donors?|klant|klient\w*|socios?|assinante|visitors?|respondents?|policyholder|applicants?|employees?|mitarbeiter|master|musteri"
    r"|accounts?|konto|households?|loyalty|lead)"
)
_NUMBER = (
    r"(?:id|ids|no|nr|num|numero|number|nummer|code|codigo|cod|key|ref|reference|uuid|guid|uid|identifier|kennung|n|card"
    r"|dni|cpf|cuit)"
)
_ORDER = (
    r"(?:orders?|invoices?|transactions?|trans|txn|tickets?|receipts?|bestell\w*|auftrags?|rechnungs?|commandes?|factures?"
    r"|pedidos?|ordens?|vendas?|ventas?|sales?|transac[ao]\w*|basket|bookings?|purchases?)"
)
_OF = r"(?:de |da |do |du |des |of |del |la |der )*"
# Searched for in what `plain` makes of a heading.
PATTERNS: dict[str, str] = {
    "customer": rf"^(?:unique )?{_CUSTOMER} ?(?:unique )?{_NUMBER}$|^{_NUMBER} ?{_OF}{_CUSTOMER}$"
    r"|^(?:customer|client|cliente|kunde|member|user|shopper|buyer|subscriber|donor)s?$",
    "id": r"^(?:unique )?(?:id|uuid|guid|uid|identifier|index key|dni cuit)$|^(?:id|code|kennung) \w+$|\bid$|\buid$|[a-z]id$"
    r"|^id #$",
    "email": r"e ?mail|courriel|correo",
    "customer name": rf"{_CUSTOMER} ?(?:name|nom|nombre)|^company(?: name)?$|^firma$",
    "person": r"\b(?:first|last|full|sur|given|family|middle|billing|shipping)? ?name\b|(?:first|last)name\b|surname|vorname|nachname|^nom\b|prenom|nombre"
    r"|apellid|sobrenome|^nome$|contact (?:first|last)",
    "reach": r"phone|\btel\b|telefon|telefono|mobile (?:no|num|phone)|^mobile$|\bfax\b|address|adress|street|strasse|direcci|enderec"
    r"|\brue\b|\bip\b|\burl\b|website|twitter|e ?mail|courriel|correo",
    "secret": r"password|passwort|passwd|\biban\b|card ?number|credit card n|\bssn\b|\bcvv\b|api ?key|token|secret",
    "order": rf"(?<!last )(?<!first ){_ORDER} ?(?:line ?)?(?:id|no|nr|num|number|nummer|numero|code|key)$"
    rf"|^(?:id|num|numero|nr|no|n mero|n) ?{_OF}(?:order|invoice|transaction|ticket|commande|facture|pedido|orden|venda|venta|transac[ao]\w*)$",
    "line": r"quantit|\bqty\b|\bmenge\b|cantidad|unit ?price|price ?each|line ?items?\b|stock ?code|\bsku\b|item ?desc|product ?(?:id|code|name)"
    r"|^product$|^item(?: name)?$|nombre del producto|produktname|artikel|product ?line",
    "order date": rf"{_ORDER} ?(?:date|time|datum|fecha)|(?:date|data|fecha|datum) ?{_OF}{_ORDER}",
    "thing": r"^(?:product|item|article|articulo|artikel|produit|produto|producto|movie|film|song|track|book|car|model|store|shop|filiale"
    r"|magasin|loja|tienda|station|country|city|region|location|market|species|team|player|game|stock|ticker|company|hotel|restaurant|house"
    r"|property|flight|dish|recipe|sensor|device|machine)s? ?(?:id|name|code|no|nr|number|title|size)?$|calori|protein|sodium|sodio"
    r"|cholester|colester|\brooms?\b|bedrooms?|sq ?ft|lot area|\bocean|population|house value|\bsku\b|^of ?store$|age of store|ticker|sepal|petal|horsepower|temperature|humidity|wind|rainfall|^open$|^high$|^low$|^close$|^adj close$|^volume$",
    "human": r"\bage\b|idade|edad|\balter\b|gender|\bsex\b|sexe|geschlecht|genero|^genre$|income|salar|einkommen|revenu|renda|ingreso"
    r"|marital|famil|married|education|bildung|escolar|birth|\bdob\b|geburt|naiss|nascim|nacim|spend|spent|gasto|depense|ausgab|umsatz"
    r"|purchas|kauf|achat|compra|churn|exited|attrition|tenure|subscri|loyal|recency|frequency|monetary|visit|order|job|occupation|profess"
    r"|balance|credit|loan|contract|newsletter|campaign|kampagne|member|child|kids|dependent|charges|premium|policy|e ?mail|phone|ltv|clv",
    "birth": r"birth|\bdob\b|\byob\b|geburt|naiss|nascim|nacim|\bborn\b|nato il",
    "age": r"\bage\b|\bages\b|\bidade\b|\bedad\b|\balter\b|leeftijd|\beta\b|\byas\b|\bwiek\b|in jahren",
    "year": r"\byears?\b|\bjahr\b|annee|\bano\b|\banio\b|\banno\b|\byr\b",
    "calendar": r"^month$|month of|\bmonths? id\b|\bqtr\b|quarter|week ?day|day of|\bweekday\b|^hour$|^week$|^day$|^monat$|^mois$|^mes$",
    "days": r"recen[ct]|recencia|\bdays\b|\bday since|\bdias?\b|\bjours?\b|\btage?n?\b|\bdni\b",
    "share": r"%|percent|prozent|pct|\bprc\b|\bratio|\brate\b|share|frequen|utili[sz]ation|fraction|taux|quote\b|hike|change|chng|growth",
    "count": r"\bnum\b|number|\bnb\b|\bno of\b|count|\bct\b|\bqty\b|quantit|anzahl|nombre de|cantidad|\btrx\b|\btrans\b|\btimes\b|visits?\b"
    r"|\bclicks?\b|\bopens?\b|logins?|orders?\b|bestellungen|commandes|pedidos|kid|child|teen|crianca|enfants|kinder|famil|depend"
    r"|miles|points?|products?\b|calls?\b|minutes|months|coupon|siblings|logged|devices|frequency|past \d|cards\b|relationships?\b|policies|complaints",
    "amount": r"\bamt\b|spent\b|expen[sd]|gasto|ausgaben|depense|umsatz|turnover|monetary|\bmnt\b|\bca\b|chiffre|amount|montant|monto|betrag|\$|€|£|dollar|\busd\b|\beur\b|\bgbp\b|income|salar|einkommen|gehalt|\brevenus?\b|\brenda\b"
    r"|ingreso|\bwage|charges?\b|\bbal\b|balance|saldo|solde|cashback|subtotal|mortgage|\btax(?:es)?\b|shipping",
    "money": r"spend|sales|revenue|valor|value\b|wert\b|price|preis|\bprix\b"
    r"|precio|preco|\bcost|kosten|\bfees?\b|\bbill|\blimit\b|payment|\bpaid\b|credit|\bdebt|loan|deposit|\bcash\b|budget"
    r"|premium|\bltv\b|\bclv\b|\bcltv\b|profit|margin|discount|refund|\barpu\b|wealth|savings|assets|worth|money|\btotal\b|to buy|mortgage",
    "no money": r"score|rating|rate\b|\bratio|\bidx\b|pct|percent|level|tier|\brank|hours?\b|minutes|\bage\b|index|hike|change|chng|points?\b|\btype\b"
    r"|class|indicator|frequency|\byears?\b|months?\b|\bdays?\b|\bnum\b|number|count|\bct\b|\btrx\b|\btrans\b|\bqty\b|quantity|times\b",
    "buys": r"purchases?|achats?|compras?|kaufe|einkaufe|acquist",
    "goods": r"wine|\bvin\b|vinho|vino|fruit|fruta|fish|peixe|meat|carne|milk|grocer|fresh|frozen|\bdeli|detergent|sweet|doces|\bgold\b|outros"
    r"|vegetab|beverage|bakery|cosmetic|cloth|electronic|\bbooks?\b|\btoys?\b|poultry|dairy|seafood|snacks|household goods|drinks",
    "own life": r"income|salar|einkommen|gehalt|revenus?\b|renda|ingreso|wage|\bage\b|alter|idade|edad|famil|child|kid|teen|crianca|depend"
    r"|credit ?score|score|limit|mortgage|experience|height|weight|household|satisfaction|rating|valuation|house|distance|warehouse|address",
    "code": r"code|\btype|class|level|categor|group|segment|status|statut|region|channel|gender|\bsex\b|genre|marital|education|occupation"
    r"|profession|settlement|tier|cluster|\bcity\b|branch|zone|area|\bplan\b|\bcat\b|browser|operating|traffic|state|country|land\b|grade|stage",
    "kinds": r"\bcode\b|region|channel|\bclass\b|\btype\b|gender|marital|marriage|occupation",
    "yes": r"attrit|churn|\bleft\b|\blost\b|closed|cancel|exit|accept|respond|convert|bought|purchased|defaulted|gone|abgewandert"
    r"|gekund|resili|unsubscribed|inactive|^1$",
    "postal": r"\bzip|postal|post ?code|\bplz\b|postleit|\bcep\b|\bcap\b",
    "place": r"latitud|longitud|\blat\b|\blng\b|\blon\b|\blong\b|\bgps\b|coordinate|\bx coord|\by coord|gmtoff|dstoff|timezone",
    "economy": r"\bemp var|cons price|cons conf|euribor|nr employed|\bgdp\b|\bcpi\b|inflation|unemploy|interest rate|exchange rate",
    "made": r"cluster|kmeans|predict|proba|propensity|classifier|naive bayes|\brfm\b|churn score|lead score|\b[rfm] (?:score|rank|quartile|quintile)|\bsegment(?:ation)?$|^segmento$|y pred"
    r"|firmness|segment name|next segment",
    "score of": r"predict|proba|propensity|classifier|naive bayes|churn score|lead score|y pred|firmness",
    "row": r"^row ?(?:name|number|num|no|id)?$|^index$|^rec ?num$|^unnamed|^x$|^s ?no$|^sr ?no$|^sl ?no$|^#$|^column 1$|^nr$|^no$|^lfd",
    "answer": r"respon[ds]|accept(?!s? ?market|s$)|\bcmp ?\d|campaigns? ?\d|convert|conversion|churn|exited|attrit|\bleft\b|cancell?ed|cancellation|unsubscrib"
    r"|deposit|subscribed|^y$|^target$|^label$|^class$|^outcome$|default (?:payment|next)|defaulted|^bought|\bbought\b|clicked|redeem|offer ?\d"
    r"|resposta|respuesta|antwort|reagier|gekundigt|kundigung|abgewandert|aceitou|acepto|angenommen|reponse|resili|desabonn|^purchased$"
    r"|personal loan|^revenue$|retained|reordered|interested|campanha|kampagne|campagne",
    # Nobody was asked: no campaign, and no customer to write to more.
    "event": r"churn|exited|attrit|\bleft\b|cancell?ed|cancellation|unsubscrib|default|gekundigt|kundigung|abgewandert|resili|desabonn"
    r"|retained|reordered|^target$|^label$|^class$|^outcome$",
    "total": r"(?:\btotal|gesamt|\bsum\b|lifetime|overall|\bcumul|\bever\b|\ball\b).*|.*(?:\btotal|gesamt|insgesamt)$",
    "spent": r"spend|spent|sales|revenue\b|umsatz|gasto|depense|ausgaben|purchases?\b|monetary|turnover|chiffre|charges\b|\bmnt\b|\bamt\b|amount"
    r"|montant|valor|customer value|\bltv\b|\bclv\b|\bcltv\b|expen[sd]|^ca\b",
    "no value": r"income|salar|balance|limit|price|score|monthly|average|\bavg\b|minimum|payment|advance|cost|estimated|refund|discount|chng|change"
    r"|revolving|credit|loan",
    "expected": r"lifetime|\bltv\b|\bclv\b|\bcltv\b",
    "no order value": r"balance|income|limit|salar",
    "lifetime": r"monetary|umsatz gesamt|gesamtumsatz|^ca total|chiffre d affaires|customer value|total (?:spen|amount|sales|revenue|charges|purch"
    r"|expen|trans amt)|(?:spending|sales|spent|amount) total|mnt ?total|gasto total|valor total",
    "cost": r"\bcost|kosten|\bcout|costo|custo",
    "revenue": r"revenue|ertrag|receita|recette|ingreso",
    "recent": r"last|letzt|derni|ultim|latest|recent|\bson\b",
    "duration": r"^duration$",
}


def plain(heading: str) -> str:
    """A heading in small letters without accents, its words apart: `CustomerID` is `customer id`."""
    parts = unicodedata.normalize("NFKD", _COUNTED.sub(" ", _CAMEL.sub(" ", heading.replace("ß", "ss"))))
    bare = "".join(one for one in parts if not unicodedata.combining(one)).casefold()
    return " ".join(re.findall(r"[^\W_]+|[%$€£]|^#$", bare))


@cache
def says(heading: str, *what: str) -> bool:
    """Whether a heading says one of these."""
    text = plain(heading)
    return any(re.search(PATTERNS[one], text) for one in what)


def label_of(heading: str) -> str:
    """A heading as pages say it: `MonthlyCharges` and `MONTHLY_CHARGES` as "Monthly charges"."""
    text = " ".join(_CAMEL.sub(" ", heading.replace("_", " ")).split())
    is_loud = text.isupper() and len(text) > 4
    words = [one if one.isupper() and not is_loud else one.lower() for one in text.split()]
    found = " ".join(words)
    return found[:1].upper() + found[1:]


def slug_of(heading: str, place: int) -> str:
    """What a field is called in addresses."""
    parts = unicodedata.normalize("NFKD", heading.replace("ß", "ss")).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9]+", "_", parts).strip("_")[:60]
    slug = slug if re.match(r"[A-Za-z]", slug) else f"Column_{place}" + (f"_{slug}" if slug else "")
    slug = f"{slug}s" if slug.endswith("_log") else slug  # of an axis in logarithmic bins
    return slug[:1].upper() + slug[1:]
