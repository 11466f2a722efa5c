"""Name countries within a sentence, with the article that the language requires; pure."""

from tracker.events.wording.names import (
    RECORDED,
    active_language,
    country_name,
    country_of_name,
)
from tracker.events.wording.quantities import VOWELS


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


# CLDR names countries without an article. These codes take "the" in English.
_THE = _codes("AE BS CF DO EU FK GB GM KM KY MH MV NL PH PS SB TC US VG VI")
# In French most have an article: feminine if the first word ends in -e, except these.
_MASCULINE = _codes("BZ GB IO KH MX MZ SR ZW")
_FEMININE = frozenset(["SL"])
_NO_ARTICLE = _codes(
    "AD AG AI AW BH BL CU CW CY DJ GG GI GU HK HT IL JE KI KN LC MC MF MG MO MS MT MU NR NU OM PM"
    " PR RE SG SH SM ST SX TK TO TT TV TW VC WF WS YT"
)
_PLURAL = _codes(
    "AE AS AX BM BQ BS CC CK FJ FK FO HM KM KY MH MP MV NL PH PN PS SB SC TC TF UM US VG VI"
)


# Names that take a plural verb in German.
_GERMAN_PLURALS = frozenset(
    {
        "Bahamas", "Fidschi", "Komoren", "Malediven", "Marshallinseln", "Niederlande",
        "Philippinen", "Salomonen", "Seychellen", "USA", "Vereinigte Arabische Emirate",
        "Vereinigte Staaten",
    }
)  # fmt: skip


def is_plural_country(name: str) -> bool:
    """Return whether a country's name takes a plural verb in a sentence: "les Pays-Bas",
    "Niederlande".
    """
    if active_language() == "de":
        return name in _GERMAN_PLURALS
    return active_language() == "fr" and name.startswith("les ")


def country_in_sentence(code: str, name: str) -> str:
    """Return a country's name in the active language, by its ISO 3166 code, as used in a sentence:
    "the Netherlands", "les Pays-Bas".
    """
    if active_language() == "en":
        return f"the {name}" if code in _THE else name
    if active_language() != "fr" or code in _NO_ARTICLE:
        return name
    if code in _PLURAL:
        return f"les {name}"
    if name[:1] in VOWELS:
        return f"l’{name}"
    first, *_ = name.replace("-", " ").split(" ")
    is_feminine = code in _FEMININE or (first.endswith("e") and code not in _MASCULINE)
    return f"{'la' if is_feminine else 'le'} {name}"


def authority_in_sentence(name: str) -> str:
    """Return an authority's recorded name; a country's in the active language, as used in a
    sentence.
    """
    code = country_of_name(name)
    if not code or active_language() == RECORDED:
        return name
    return country_in_sentence(code, country_name(code))
