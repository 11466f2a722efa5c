"""Amounts, numbers, authorities and readers in words, in both languages."""

import pytest
from django.utils import translation

from tests import make
from tracker.events.models import Event
from tracker.events.publish import figures
from tracker.events.search.load import load_rows
from tracker.events.wording import quantities

READINGS = [
    {
        "reader": "words",
        "event": 2.6,
        "kind": "account_suspension",
        "kind_probability": 0.8,
    },
    {
        "reader": "sentence",
        "event": 800.0,
        "kind": "account_suspension",
        "kind_probability": 0.9,
    },
]
MONEY = [
    (320_000_000, "EUR", "en", "€320,000,000"),
    (320_000_000, "EUR", "fr", "320\u202f000\u202f000\u00a0€"),
    (800_000, "RUB", "en", "RUB\u00a0800,000"),
    (5_000, "JPY", "en", "¥5,000"),
    (7, "XXQ", "en", "XXQ\u00a07"),
]


@pytest.mark.parametrize(("amount", "currency", "language", "words"), MONEY)
def test_an_amount_is_written_as_the_language_writes_it(amount, currency, language, words):
    with translation.override(language):
        assert quantities.format_money(amount, currency) == words


def test_what_is_affected_is_counted():
    assert quantities.format_affected(25_000, "accounts") == "25,000 accounts"
    assert quantities.format_affected(1, "posts") == "1 post"
    assert quantities.format_affected(3, "planets") == "3 planets"
    with translation.override("fr"):
        assert quantities.format_affected(25_000, "accounts") == "25\u202f000 comptes"


def test_who_ordered_it_has_a_name_a_type_or_both():
    assert figures.format_authority("Ofcom", "regulator") == "Ofcom (regulator)"
    assert figures.format_authority("Ofcom", "") == "Ofcom"
    assert figures.format_authority("", "court") == "court"
    assert figures.format_authority("", "") == ""


def test_each_reader_says_what_it_thinks():
    assert figures.describe_readings(READINGS) == (
        "Word model: act 93%, account suspension. Sentence model: act 99%, account suspension."
    )
    with translation.override("fr"):
        assert figures.describe_readings(READINGS[:1]) == (
            "Modèle de mots\u00a0: acte 93\u00a0%, suspension de compte."
        )


@pytest.mark.parametrize("readings", [[], [{}], [{"reader": "odd", "event": 1, "kind": "ad_ban"}]])
def test_where_no_reader_spoke_nothing_is_said(readings):
    assert figures.describe_readings(readings) == ""


@pytest.mark.django_db
def test_an_events_figures_are_those_that_it_has():
    plain = make.event()
    full = make.event("fined", kind="legal_action")
    Event.objects.filter(pk=full.pk).update(
        effective_on="2026-12-01",
        amount=12_000_000,
        currency="EUR",
        affected=300,
        affected_what="posts",
        authority="Ofcom",
        authority_type="regulator",
        confidence=0.97,
        kind_confidence=0.82,
    )
    first, second = load_rows(list(Event.objects.filter(pk__in=[plain.pk, full.pk]).order_by("pk")))
    assert figures.known_figures(first) == []
    assert figures.describe_confidence(first) == ""
    assert figures.figures_in_sentences(second) == [
        "In force from: 1 December 2026",
        "Amount: €12,000,000",
        "Affected: 300 posts",
        "Authority: Ofcom (regulator)",
    ]
    assert figures.describe_confidence(second) == "an act: 97%, this kind: 82%"
