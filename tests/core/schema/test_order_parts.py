"""Which column plays which part in a table of orders, in the words of six languages."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from core.data.facts import facts_of
from core.schema.order_parts import parts_of

DRAW = np.random.default_rng(6)
ROWS = 400
ORDER = np.sort(DRAW.integers(10_000, 10_150, ROWS))
VALUES = {
    "customer": [f"C{one % 37:03d}" for one in ORDER],
    "order": ORDER,
    "date": [f"2024-{1 + one % 12:02d}-{1 + one % 27:02d}" for one in ORDER],
    "quantity": DRAW.integers(1, 9, ROWS),
    "price": DRAW.uniform(1, 90, ROWS).round(2),
    "amount": DRAW.uniform(1, 300, ROWS).round(2),
    "product": [f"Thing {one}" for one in DRAW.integers(0, 300, ROWS)],
    "category": DRAW.choice(["Red", "Green", "Blue"], ROWS),
    "state": DRAW.choice(["a", "b"], ROWS),
    "country": [("FR", "IT")[one % 37 % 2] for one in ORDER],
    "ship date": [f"2024-{1 + one % 12:02d}-28" for one in ORDER],
}


def found(**headings: str):
    columns = {heading: pa.chunked_array([pa.array([*map(str, VALUES[part])], pa.string())]) for part, heading in headings.items()}  # fmt: skip
    return parts_of(facts_of(columns, tuple(columns)))


@pytest.mark.parametrize(
    "headings",
    [
        "Customer ID|Order No|Order Date|Qty|Unit Price|Line total|Product name|Category|Order status|Country",
        "Kunden-Nr.|Bestellnummer|Bestelldatum|Menge|Einzelpreis|Gesamtbetrag|Artikelbezeichnung|Warengruppe|Bestellstatus|Land",
        "Numéro client|N° commande|Date de commande|Quantité|Prix unitaire|Montant total|Désignation|Catégorie|Statut|Pays",
        "ID cliente|Número de pedido|Fecha del pedido|Cantidad|Precio unitario|Importe total|Descripción|Categoría|Estado|País",
        "Código do cliente|Número do pedido|Data da compra|Quantidade|Preço unitário|Valor total|Descrição|Categoria|Situação|País",
        "Codice cliente|Numero ordine|Data ordine|Quantità|Prezzo unitario|Importo totale|Descrizione|Categoria|Stato|Paese",
        "customer_id|invoice_no|invoice_date|quantity|price|amount|item|product_line|status|country",
    ],
)
def test_parts_are_known_by_their_headings_in_six_languages(headings):
    parts = (
        "customer",
        "order",
        "date",
        "quantity",
        "price",
        "amount",
        "product",
        "category",
        "state",
        "country",
    )
    named = dict(zip(parts, headings.split("|"), strict=True))
    lines = found(**named).lines
    told = {part: getattr(lines, part) for part in parts[:8]}
    assert told == {part: named[part] for part in parts[:8]}
    assert (lines.states, lines.describing) == ((named["state"],), (named["country"],))


def test_the_day_of_an_order_is_before_the_day_on_which_it_was_sent():
    headings = {
        "ship date": "Delivery date",
        "date": "Created at",
        "customer": "client_id",
        "amount": "Total",
    }
    assert found(**headings).lines.date == "Created at"


def test_what_cannot_be_added_up_is_refused_with_what_is_needed():
    assert "no day on which they were made" in found(customer="customer_id", amount="total").refused
    assert "no column that names who bought" in found(order="order id", date="date", amount="total").refused


@pytest.mark.parametrize(
    ("heading", "kinds", "told"),
    [
        ("type", ("Sale", "Refund"), True),
        ("Transaction type", ("purchase", "return", "void"), True),
        ("Belegart", ("Rechnung", "Gutschrift"), True),
        ("Type", ("Red", "Green"), False),
        ("Ticket type", ("Single", "Return"), False),
        ("Type", ("Return trip", "One way"), False),
    ],
)
def test_a_column_that_tells_sales_from_refunds_says_what_became_of_a_line(heading, kinds, told, monkeypatch):
    monkeypatch.setitem(VALUES, "kind", [kinds[place % 9 == 0] for place in range(ROWS)])
    lines = found(customer="customer", order="order", date="date", amount="amount", kind=heading).lines
    assert (heading in lines.states) is told
