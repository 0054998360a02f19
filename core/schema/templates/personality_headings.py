"""What people write over the columns of the personality file, in several languages, as patterns of `headings.key`."""

from __future__ import annotations

from collections.abc import Mapping

from core.schema.template import Template
from core.schema.templates.personality_words import CHANNELS, EARLIER_CAMPAIGNS, PRODUCTS

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

_HEADINGS: Mapping[str, str] = {
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
    **{name: rf"{_CAMPAIGN}{name[-1]}(?:accepted)?" for name in EARLIER_CAMPAIGNS},
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

PERSONALITY_TEMPLATE = Template(_HEADINGS, monthly=("NumWebVisitsMonth",))
