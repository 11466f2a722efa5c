"""The words of the interface: plain English, without what was translated word by word."""

import re

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import ngettext, override

from tests.processes import ROOT

CATALOGUE = ROOT / "tracker/locale/fr/LC_MESSAGES/django.po"
CALQUES = [
    r"\bis no (?:field|kind|day|moment|time zone|number|value|answer|event)\b",
    r"\b(?:are|is) none\b",
    r"\bnothing (?:for|if|of)\b",
    r"\bfor ever\b",
    r"\bstands?\b(?! for)",
    r"\btold of\b",
    r"\bhear (?:of|no more)\b",
    r"\b(?:e-mail|E-mail)\b",
    r"\bErase me\b",
    r"\bKeep (?:this|these changes)\b",
    r"\bas it stood\b",
    r"\bmeanwhile\b",
    r"\bmade anew\b",
    r"\bmust go on\b",
    r"\bsomebody\b.*\bat it\b",
    r"\bfrom now on\b",
]


def texts():
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            forms = message.id if isinstance(message.id, list | tuple) else [message.id]
            yield from filter(None, forms)


@pytest.mark.parametrize("calque", CALQUES)
def test_no_text_reads_as_if_it_were_translated(calque):
    found = [text for text in texts() if re.search(calque, text, re.I)]
    assert found == []


ARABIC = ROOT / "tracker/locale/ar/LC_MESSAGES/django.po"
COUNTED = re.compile(r"%(?:\(\w+\))?[sd](?:</span>)? (?!بلا|آخر|تنتظر)[\u0620-\u064a]")


def arabic_plurals():
    """Yield the six forms of each plural entry."""
    for entry in ARABIC.read_text(encoding="utf-8").split("\n\n"):
        parts = re.split(r"^msgstr\[\d\] ", entry, flags=re.MULTILINE)[1:]
        if parts:
            yield ["".join(re.findall(r'"((?:[^"\\]|\\.)*)"', part)) for part in parts]


def test_arabic_has_a_dual_and_its_other_plurals():
    entries = list(arabic_plurals())
    assert len(entries) > 100
    for forms in entries:
        # An entry whose counted word is a verb alone, or another number's noun, has no plural.
        if COUNTED.search(forms[5]) and forms[3] != forms[5]:
            assert len(set(forms)) > 2, forms
            assert forms[2] != forms[5], forms
        for form in forms:
            # The same values, or showing the number fails.
            assert sorted(re.findall(r"%\(\w+\)[sd]|%[sd]", form)) == sorted(
                re.findall(r"%\(\w+\)[sd]|%[sd]", forms[5])
            )


def test_arabic_counts_events_and_sources_as_arabic_does():
    with override("ar"):
        sources = [ngettext("%s source", "%s sources", n) % n for n in (2, 3, 11, 100)]
    assert sources == ["2 مصدران", "3 مصادر", "11 مصدرًا", "100 مصدر"]
