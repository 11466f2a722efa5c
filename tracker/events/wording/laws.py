"""Word the law that an act is based on, and the outcome of an appeal; pure."""

from django.utils.translation import gettext, gettext_noop

from tracker.classify.words.lists import listed_rows
from tracker.events.wording.names import active_language
from tracker.events.wording.quantities import VOWELS
from tracker.events.wording.terms import term

# Names of laws, as in data/laws.toml, that differ in other languages.
LAWS = (
    gettext_noop("Digital Services Act"),
    gettext_noop("Digital Markets Act"),
    gettext_noop("GDPR"),
    gettext_noop("AI Act"),
    gettext_noop("Terrorist Content Regulation"),
    gettext_noop("Political Advertising Regulation"),
    gettext_noop("Copyright Directive"),
    gettext_noop("Audiovisual Media Services Directive"),
    gettext_noop("Media Freedom Act"),
    gettext_noop("Online Safety Act"),
    gettext_noop("SREN law"),
    gettext_noop("Avia law"),
    gettext_noop("influencer law"),
    gettext_noop("press law of 1881"),
    gettext_noop("Section 230"),
    gettext_noop("landing law"),
    gettext_noop("information law 149-FZ"),
    gettext_noop("personal data law 152-FZ"),
    gettext_noop("law on fakes about the army"),
    gettext_noop("foreign agents law"),
    gettext_noop("disinformation law"),
    gettext_noop("cybercrime law"),
    gettext_noop("criminal code"),
    gettext_noop("antitrust law"),
    gettext_noop("First Amendment"),
    gettext_noop("Al Jazeera law"),
)
UNDER = gettext_noop("{headline} under {law}")
ENDINGS = {  # an announced appeal does not change the headline
    "filed": gettext_noop("{headline}; appeal filed"),
    "rejected": gettext_noop("{headline}; appeal rejected"),
    "granted": gettext_noop("{headline}; appeal granted"),
}
# English names that take no article.
BARE = {
    *("section_230", "hb20", "sb7072", "decree_147", "law_5651", "antitrust", "marco_civil"),
    *("coppa", "bipa", "peca", "pofma", "eca_digital", "pp_tunas", "pirate_shield"),
}
FEMININE = ("loi ", "directive ", "section ", "convention ")  # of French names
ARTICLE_OF_LAW = gettext_noop("%(law)s, article %(article)s")


def law_name(code: str) -> str:
    """Return a law's name in the active language, as in "Digital Services Act"; an unknown code
    unchanged.
    """
    known = listed_rows("law").get(code)
    return term(known.name) if known else code


def law_with_article(code: str, article: str) -> str:
    """Return a law as pages show it, as in "GDPR, article 46"; "" for none."""
    if not code:
        return ""
    name = law_name(code)
    if not article or article in name:
        return name
    return gettext(ARTICLE_OF_LAW) % {"law": name, "article": article}


def under_law(headline: str, code: str) -> str:
    """Return the headline with its law in the active language, as in "… under the GDPR"."""
    return gettext(UNDER).format(headline=headline, law=law_in_sentence(code))


def law_in_sentence(code: str) -> str:
    """Return a law's name in the active language as used in a sentence: "the GDPR"; in French with
    "de", as in "de la loi SREN", for "au titre".
    """
    name = law_name(code)
    if active_language() == "en":
        return name if code in BARE else f"the {name}"
    if active_language() != "fr":
        return name
    if name[:1] in VOWELS:
        return f"de l’{name}"
    return f"de la {name}" if name.lower().startswith(FEMININE) else f"du {name}"


def with_appeal(headline: str, appeal: str) -> str:
    """Return the headline with the last step of an appeal that was filed or decided."""
    form = ENDINGS.get(appeal)
    return gettext(form).format(headline=headline) if form else headline
