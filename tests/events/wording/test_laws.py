import pytest
from django.utils.translation import override

from tracker.events.wording.laws import law_in, under_law

CASES = {
    "EU fines X under the Digital Services Act": "Digital Services Act",
    "L’UE sanctionne X au titre du DSA": "Digital Services Act",
    "Meta: 1,2 Mrd. Euro Strafe nach DSGVO": "GDPR",
    "Ofcom fines a forum under the Online Safety Act": "Online Safety Act",
    "X and the DSA, the DMA and what comes next": "",
    "The dsa of the undsad": "",
}


@pytest.mark.parametrize(("title", "law"), CASES.items())
def test_a_title_names_the_law(title, law):
    assert law_in([title]) == law


def test_it_ends_the_headline_in_the_readers_language():
    assert under_law("EU fines X", "GDPR") == "EU fines X under the GDPR"
    with override("fr"):
        said = under_law("UE : amende", "Digital Services Act")
    assert said == "UE : amende au titre du règlement sur les services numériques"
