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
}


@dataclass(frozen=True)
class DsaFacts:
    """What the codes depend on: kinds, platforms and main ground as stored, names of targets,
    duration, and the means that reports name (data/means.toml).
    """

    kinds: Collection[str]
    platforms: Collection[str]
    targets: Collection[str] = ()
    extent: str = ""
    grounds: str = ""
    means: Collection[str] = ()


@dataclass(frozen=True)
class DsaCodes:
    """Codes of the decision, the category and its specification; `note` says why there is none, or
    what goes with it.
    """

    decision: tuple[str, ...] = ()
    category: str = ""
    keywords: tuple[str, ...] = ()
    note: str = ""


CodeNotes = Iterator[tuple[str, str]]  # code, note; one of them may be ""


def codes_of(facts: DsaFacts) -> DsaCodes:
    """Return the codes of an event."""
    notes = [pair for kind in facts.kinds for pair in RULES[Kind(kind)](facts)]
    decision = tuple(dict.fromkeys(code for code, note in notes if code))
    note = " ".join(dict.fromkeys(note for code, note in notes if note))
    # The codes were made for statements of reasons, not for news: a ground without a category has
    # none.
    category, keywords = CATEGORIES.get(facts.grounds, ("", ()))
    return DsaCodes(
        decision=decision,
        category=f"STATEMENT_CATEGORY_{category}" if decision and category else "",
        keywords=tuple(f"KEYWORD_{word}" for word in keywords) if decision else (),
        note=note,
    )


def _by_duration(facts: DsaFacts, ended: str, suspended: str) -> str:
    return ended if facts.extent == "permanent" else suspended


def _ad_ban(facts: DsaFacts) -> CodeNotes:
    """Yield the codes of an ad ban; not DECISION_MONETARY, which is about payments to the person
    affected.
    """
    if facts.targets and all(name.endswith(" ads") for name in facts.targets):
        yield "", _("No code exists for a rule against a category of ads.")
    elif Kind.CONTENT_REMOVAL in facts.kinds:
        return  # single ads were pulled
    elif Kind.ACCOUNT_SUSPENSION in facts.kinds:
        yield "ACCOUNT_TYPE_BUSINESS", ""
    else:
        ended, suspended = "PARTIAL_TERMINATION", "PARTIAL_SUSPENSION"
        yield f"DECISION_PROVISION_{_by_duration(facts, ended, suspended)}", ""


def _account_suspension(facts: DsaFacts) -> CodeNotes:
    yield f"DECISION_ACCOUNT_{_by_duration(facts, 'TERMINATED', 'SUSPENDED')}", ""


def _content_removal(facts: DsaFacts) -> CodeNotes:
    # Search engines delist; they do not remove what they do not host.
    kinds = {
        listed_rows("platform")[slug].type
        for slug in facts.platforms
        if slug in listed_rows("platform")
    }
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
    yield f"DECISION_MONETARY_{_by_duration(facts, 'TERMINATION', 'SUSPENSION')}", ""


def _service_denial(facts: DsaFacts) -> CodeNotes:
    for slug in facts.platforms:
        kind = listed_rows("platform")[slug].type if slug in listed_rows("platform") else ""
        if slug in OUTSIDE:
            yield "", _("Outside the duty to state reasons: not a hosting service.")
        elif kind == "store":
            yield f"{VISIBILITY}REMOVED", ""
            yield "CONTENT_TYPE_APP", ""
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
