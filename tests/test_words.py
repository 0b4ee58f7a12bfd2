"""Names of tables and columns as a person would say them."""

import pytest

from turnwise.values.words import (
    capital,
    column_label,
    headed,
    is_spoken,
    listed,
    plural,
    said,
    singular,
    snake,
    table_noun,
)


@pytest.mark.parametrize(
    ("table", "noun"),
    [
        ("Album", "album"),
        ("InvoiceLine", "invoice line"),
        ("tblOrderItems", "order item"),
        ("work_orders", "work order"),
        ("addresses", "address"),
        ("staff", "staff member"),
        ("MediaType", "media type"),
        ("status", "status"),
        ("payments_receiveds", "payment received"),
        ("tbl_Users", "user"),
        ("user_tbl", "user"),
        ("T_ORDER", "order"),
        ("item_master", "item"),
        ("emps", "employee"),
        ("wallet_transactions_daily", "transaction"),
        ("sales_monthly", "sale"),
        ("cust_order", "order"),
        ("customer_addresses", "customer address"),
        ("payments_made", "payment made"),
        ("diagnoses", "diagnosis"),
        ("doses", "dose"),
        ("cats", "cat"),
        ("flower_beds", "flower bed"),
        ("warehouses", "warehouse"),
        ("Straße & Co", "straße co"),
        ("Boats_Images", "boat image"),
        ("sales_orders", "sales order"),
    ],
)
def test_a_table_is_named_by_the_singular_of_its_rows(table: str, noun: str) -> None:
    assert table_noun(table) == noun


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ("UnitPrice", "unit price"),
        ("support_rep_id", "support rep"),
        ("ReportsTo", "manager"),
        ("Milliseconds", "length in milliseconds"),
        ("duration_minutes", "duration in minutes"),
        ("id", "id"),
        ("crtd_ts", "created time"),
        ("CustFName", "customer first name"),
        ("order_no", "order number"),
        ("num_items", "number of items"),
        ("min_qty", "minimum quantity"),
        ("zipcode", "zip code"),
        ("address_billing", "billing address"),
        ("address_city", "city"),
        ("address_street", "street address"),
        ("billing_address", "billing address"),
        ("height_cm", "height in cm"),
        ("freq_hrs", "frequency in hours"),
        ("isbn13", "isbn"),
    ],
)
def test_a_column_is_labelled_as_it_is_said(column: str, label: str) -> None:
    assert column_label(column) == label


@pytest.mark.parametrize(
    "noun",
    [
        *(
            "book",
            "reading list",
            "company",
            "address",
            "box",
            "person",
            "staff member",
            "genre",
            "class",
            "status",
            "house",
        ),
        *(
            "movie",
            "invoice line",
            "analysis",
            "day",
            "branch",
            "bus",
            "expense",
            "shelf",
            "child",
            "case",
            "fee",
            "price",
        ),
    ],
)
def test_singular_undoes_plural(noun: str) -> None:
    assert singular(plural(noun)) == noun


def test_a_noun_before_a_participle_takes_the_plural() -> None:
    assert plural("payment received") == "payments received"
    assert singular("payments received") == "payment received"
    assert plural("flower bed") == "flower beds"


def test_a_noun_goes_without_its_participle_and_a_sentence_begins_with_capitals() -> None:
    assert [headed(noun) for noun in ("payment received", "payment", "spare part")] == [
        "payment",
        "payment",
        "spare part",
    ]
    assert [capital(label) for label in ("isbn", "vin number", "postal code")] == ["ISBN", "VIN number", "Postal code"]


def test_a_label_that_nobody_could_say_is_known() -> None:
    assert [label for label in ("unit price", "vat", "step 2", "日付", "xyz fl", "t bil") if not is_spoken(label)] == [
        "xyz fl",
        "t bil",
    ]


def test_field_names_are_valid_whatever_the_column_is_called() -> None:
    assert snake("Ünïcode ID") == "unicode_id"
    assert snake("1st") == "n1st"
    assert snake("日本語") == ""


def test_values_and_lists_read_as_people_write_them() -> None:
    assert said(3.5) == "3.50"
    assert said("2021-05-03 00:00:00") == "2021-05-03"
    assert listed(["a", "b", "c"]) == "a, b and c"
