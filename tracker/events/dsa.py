"""Map kinds and facts to the codes of the EU's DSA Transparency Database (schema v2); pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.classify import Kind
from tracker.classify.words.lists import listed_rows

VISIBILITY = "DECISION_VISIBILITY_CONTENT_"
# Intermediaries that do not moderate as a hosting service: mostly outside the duty of Article 17.
OUTSIDE = {
    "akamai",
    "american_express",
    "cloudflare",
    "epik",
    "fastly",
    "godaddy",
    "mastercard",
    "namecheap",
    "visa",
    "voxility",
}
# Ours -> STATEMENT_CATEGORY_… and the KEYWORD_… codes worth storing.
CATEGORIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "elections_and_disinformation": (
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        ("MISINFORMATION_DISINFORMATION",),
    ),
    "health_misinformation": ("RISK_FOR_PUBLIC_SECURITY", ("RISK_PUBLIC_HEALTH",)),
    "hate": ("ILLEGAL_OR_HARMFUL_SPEECH", ("HATE_SPEECH",)),
    "violence_and_incitement": ("VIOLENCE", ("INCITEMENT_VIOLENCE_HATRED",)),
    "terrorism_and_extremism": ("RISK_FOR_PUBLIC_SECURITY", ("TERRORIST_CONTENT",)),
    "harassment": ("CYBER_VIOLENCE", ("CYBER_HARASSMENT",)),
    "adult_content": ("OTHER_VIOLATION_TC", ("ADULT_SEXUAL_MATERIAL",)),
    "child_safety": ("PROTECTION_OF_MINORS", ()),
    "copyright": ("INTELLECTUAL_PROPERTY_INFRINGEMENTS", ("COPYRIGHT_INFRINGEMENT",)),
    "privacy": ("DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", ()),
    "scams_and_fraud": ("SCAMS_AND_FRAUD", ()),
    "regulated_goods": ("UNSAFE_AND_PROHIBITED_PRODUCTS", ("PROHIBITED_PRODUCTS",)),
    "inauthentic_behaviour": ("SCAMS_AND_FRAUD", ("INAUTHENTIC_ACCOUNTS",)),
    # Demands that the news does not explain.
    "sanctions_or_law": ("NOT_SPECIFIED_NOTICE", ()),
}
# Keywords found in reports (data/statements.toml) -> their category.
KEYWORDS: dict[str, str] = {
    **dict.fromkeys(("defamation", "discrimination"), "ILLEGAL_OR_HARMFUL_SPEECH"),
    **dict.fromkeys(
        ("illegal_organizations", "risk_environmental_damage"), "RISK_FOR_PUBLIC_SECURITY"
    ),
    **dict.fromkeys(("coordinated_harm", "human_trafficking", "human_exploitation"), "VIOLENCE"),
    **dict.fromkeys(
        ("inauthentic_listings", "impersonation_account_hijacking", "phishing"), "SCAMS_AND_FRAUD"
    ),
    **dict.fromkeys(
        (
            "child_sexual_abuse_material",
            "age_specific_restrictions_minors",
            "unsafe_challenges",
        ),
        "PROTECTION_OF_MINORS",
    ),
    **dict.fromkeys(
        (
            "nudity",
            "age_specific_restrictions",
            "geographical_requirements",
            "goods_services_not_permitted",
        ),
        "OTHER_VIOLATION_TC",
    ),
    "non_consensual_image_sharing": "CYBER_VIOLENCE",
    "cyber_harassment_against_women": "CYBER_VIOLENCE_AGAINST_WOMEN",
    **dict.fromkeys(
        ("right_to_be_forgotten", "biometric_data_breach"),
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
    ),
    "trademark_infringement": "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
    **dict.fromkeys(
        ("hidden_advertisement", "insufficient_information_on_traders"), "CONSUMER_INFORMATION"
    ),
    "unsafe_products": "UNSAFE_AND_PROHIBITED_PRODUCTS",
    **dict.fromkeys(("suicide", "self_mutilation"), "SELF_HARM"),
    "animal_harm": "ANIMAL_WELFARE",
}
# No ground of ours corresponds to these: if a report names them, they are the category.
BEFORE_GROUND = {
    "SELF_HARM",
    "ANIMAL_WELFARE",
    "CONSUMER_INFORMATION",
    "CYBER_VIOLENCE_AGAINST_WOMEN",
}
COUNTED_AS = {  # what is counted -> content type
    **dict.fromkeys(("posts", "comments", "links"), "TEXT"),
    **dict.fromkeys(("videos",), "VIDEO"),
    **dict.fromkeys(("songs",), "AUDIO"),
    **dict.fromkeys(("apps",), "APP"),
    **dict.fromkeys(("listings",), "PRODUCT"),
    **dict.fromkeys(("ads", "sites"), "OTHER"),
}
EEA = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
NOT_EU = {"IS", "LI", "NO"}  # of the EEA
LAWS_OF_EU = {
    *("dsa", "dma", "gdpr", "ai_act", "terrorist_content", "political_ads"),
    *("copyright_directive", "media_services", "media_freedom"),
}


@dataclass(frozen=True)
class DsaFacts:
    """The facts that the codes depend on: kinds, platforms and main ground as stored, names of
    targets, duration, and the means that reports name (data/means.toml); `words` are the rows of
    data/statements.toml that they name, `countries`, `territory`, `law` and `affected_what` as
    stored; `is_ordered` if somebody else ordered it.
    """

    kinds: Collection[str]
    platforms: Collection[str]
    targets: Collection[str] = ()
    extent: str = ""
    grounds: str = ""
    means: Collection[str] = ()
    words: Collection[str] = ()
    countries: Collection[str] = ()
    territory: str = ""
    law: str = ""
    affected_what: str = ""
    is_ordered: bool = False


@dataclass(frozen=True)
class DsaCodes:
    """Codes of the decision, the category and its specification; `note` says why there is none, or
    adds an explanation. `categories` are further ones; `territory` are countries of the EEA, empty
    if unknown; `ground` is the decision's, "" if unknown.
    """

    decision: tuple[str, ...] = ()
    category: str = ""
    keywords: tuple[str, ...] = ()
    note: str = ""
    categories: tuple[str, ...] = ()
    content_types: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()
    ground: str = ""


CodeNotes = Iterator[tuple[str, str]]  # code, note; one of them may be ""


def codes_of(facts: DsaFacts) -> DsaCodes:
    """Return the codes of an event."""
    notes = [pair for kind in facts.kinds for pair in RULES[Kind(kind)](facts)]
    decision = tuple(dict.fromkeys(code for code, note in notes if code))
    note = " ".join(dict.fromkeys(note for code, note in notes if note))
    # The codes were made for statements of reasons, not for news: a ground without a category has
    # none.
    if not decision:
        return DsaCodes(note=note)
    categories = _categories(facts)
    return DsaCodes(
        decision=decision,
        category="".join(f"STATEMENT_CATEGORY_{c}" for c in categories[:1]),
        keywords=tuple(f"KEYWORD_{word}" for word in _keywords(facts)),
        note=note,
        categories=tuple(f"STATEMENT_CATEGORY_{c}" for c in categories[1:]),
        content_types=tuple(f"CONTENT_TYPE_{name}" for name in _content_types(facts)),
        territory=_territory(facts),
        ground=_ground(facts),
    )


def _categories(facts: DsaFacts) -> list[str]:
    """Return the category and further ones, without their common prefix."""
    of_ground, _keys = CATEGORIES.get(facts.grounds, ("", ()))
    by_words = [KEYWORDS[word] for word in KEYWORDS if word in facts.words]
    first = [category for category in by_words if category in BEFORE_GROUND]
    ordered = [*first, of_ground, *by_words]
    # A notice without a reason counts only if nothing else is known.
    known = [category for category in ordered if category not in {"", "NOT_SPECIFIED_NOTICE"}]
    return list(dict.fromkeys(known or filter(None, ordered)))


def _keywords(facts: DsaFacts) -> list[str]:
    _category, of_ground = CATEGORIES.get(facts.grounds, ("", ()))
    by_words = [word.upper() for word in KEYWORDS if word in facts.words]
    of_law = []
    if facts.law or facts.grounds == "sanctions_or_law":
        is_european = facts.law in LAWS_OF_EU or "EU" in facts.countries
        of_law = ["VIOLATION_EU_LAW" if is_european else "VIOLATION_NATIONAL_LAW"]
    return list(dict.fromkeys([*of_ground, *by_words, *of_law]))


def _content_types(facts: DsaFacts) -> list[str]:
    """Return the affected content; empty for an account as a whole, and if unknown."""
    if facts.affected_what in COUNTED_AS:
        return [COUNTED_AS[facts.affected_what]]
    kinds = set(facts.kinds)
    if Kind.SERVICE_DENIAL in kinds and any(_type_of(slug) == "store" for slug in facts.platforms):
        return ["APP"]
    if not kinds & {Kind.CONTENT_REMOVAL, Kind.REACH_RESTRICTION, Kind.AD_BAN}:
        return []
    rows = listed_rows("statement")
    return [name.upper() for name in rows if rows[name].type == "content" and name in facts.words]


def _territory(facts: DsaFacts) -> tuple[str, ...]:
    if facts.territory == "worldwide":
        return EEA
    if facts.territory == "eu":
        return tuple(code for code in EEA if code not in NOT_EU)
    if facts.territory in {"country", "region"}:
        return tuple(code for code in facts.countries if code in EEA)
    return ()


def _ground(facts: DsaFacts) -> str:
    """Return the ground of the decision: the law, or the platform's own rules."""
    if facts.law or facts.is_ordered or facts.grounds == "sanctions_or_law":
        return "DECISION_GROUND_ILLEGAL_CONTENT"
    is_known = facts.grounds not in {"", "unknown", "other"}
    return "DECISION_GROUND_INCOMPATIBLE_CONTENT" if is_known else ""


def _type_of(slug: str) -> str:
    """Return the type of a platform, "" for a social network."""
    row = listed_rows("platform").get(slug)
    return row.type if row else ""


def _by_duration(facts: DsaFacts, ended: str, suspended: str) -> str:
    return ended if facts.extent == "permanent" else suspended


def _ad_ban(facts: DsaFacts) -> CodeNotes:
    """Yield the codes of an ad ban; not DECISION_MONETARY, which is about payments to the person
    affected.
    """
    if facts.targets and all(name.endswith(" ads") for name in facts.targets):
        yield "", _("No code exists for a rule against a category of ads.")
    elif Kind.CONTENT_REMOVAL in facts.kinds:
        return  # individual ads were removed
    elif Kind.ACCOUNT_SUSPENSION in facts.kinds:
        yield "ACCOUNT_TYPE_BUSINESS", ""
    else:
        ended, suspended = "PARTIAL_TERMINATION", "PARTIAL_SUSPENSION"
        yield f"DECISION_PROVISION_{_by_duration(facts, ended, suspended)}", ""


def _account_suspension(facts: DsaFacts) -> CodeNotes:
    yield f"DECISION_ACCOUNT_{_by_duration(facts, 'TERMINATED', 'SUSPENDED')}", ""


def _content_removal(facts: DsaFacts) -> CodeNotes:
    # Search engines delist; they do not remove what they do not host.
    kinds = {_type_of(slug) for slug in facts.platforms}
    yield f"{VISIBILITY}{'DISABLED' if kinds == {'search'} else 'REMOVED'}", ""


MEANS = {
    "labelled": f"{VISIBILITY}LABELLED",
    "demoted": f"{VISIBILITY}DEMOTED",
    "age_restricted": f"{VISIBILITY}AGE_RESTRICTED",
    "interaction": f"{VISIBILITY}INTERACTION_RESTRICTED",
    "withheld": f"{VISIBILITY}DISABLED",
    "function": "DECISION_PROVISION_PARTIAL_SUSPENSION",
}


def _reach_restriction(facts: DsaFacts) -> CodeNotes:
    for name, code in MEANS.items():
        if name in facts.means:
            note = _("With the territory that it is withheld in.") if name == "withheld" else ""
            yield code, note
    if not set(MEANS) & set(facts.means):
        yield "", _("The reports do not tell by what means, and the codes differ by it.")


def _demonetization(facts: DsaFacts) -> CodeNotes:
    if "ads_limited" in facts.words:
        yield "DECISION_MONETARY_OTHER", ""
        return
    yield f"DECISION_MONETARY_{_by_duration(facts, 'TERMINATION', 'SUSPENSION')}", ""


def _service_denial(facts: DsaFacts) -> CodeNotes:
    for slug in facts.platforms:
        kind = _type_of(slug)
        if slug in OUTSIDE:
            yield "", _("Outside the duty to state reasons: not a hosting service.")
        elif kind == "store":
            yield f"{VISIBILITY}REMOVED", ""
        else:
            ended, suspended = "TOTAL_TERMINATION", "TOTAL_SUSPENSION"
            yield f"DECISION_PROVISION_{_by_duration(facts, ended, suspended)}", ""


def _no_code(note: str) -> Callable[[DsaFacts], CodeNotes]:
    def explain(facts: DsaFacts) -> CodeNotes:
        yield "", _(note)

    return explain


RULES: Mapping[Kind, Callable[[DsaFacts], CodeNotes]] = {
    Kind.AD_BAN: _ad_ban,
    Kind.ACCOUNT_SUSPENSION: _account_suspension,
    Kind.CONTENT_REMOVAL: _content_removal,
    Kind.REACH_RESTRICTION: _reach_restriction,
    Kind.DEMONETIZATION: _demonetization,
    Kind.SERVICE_DENIAL: _service_denial,
    Kind.REINSTATEMENT: _no_code(
        gettext_noop("No code exists: it sets the end date of the act that it reverses.")
    ),
    Kind.POLICY_CHANGE: _no_code(
        gettext_noop("No code exists: a statement is about a decision, never a rule.")
    ),
    Kind.PLATFORM_BLOCK: _no_code(gettext_noop("No code exists: it is the act of a state.")),
    Kind.LEGAL_ACTION: _no_code(
        gettext_noop(
            "No code exists: orders under Article 9 are outside Article 17; the removal that"
            " follows has one."
        )
    ),
}
