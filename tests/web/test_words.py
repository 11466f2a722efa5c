"""The words of the interface: plain English, without what was translated word by word."""

import re

import pytest
from babel.messages.pofile import read_po

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
