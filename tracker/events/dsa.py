"""Kind and facts -> the codes that the EU's DSA Transparency Database has for such a decision, or
why it has none; pure. Schema v2 of statements of reasons, in force since 1 July 2025; the mapping
is ours. See docs/decisions.md.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tracker.classify import Kind
from tracker.classify.lexicon import named

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
class Facts:
    """What the codes depend on: kinds, platforms and the main ground of the event as it stores
    them; names of targets; extent; the means that its reports name (data/means.toml).
    """

    kinds: Collection[str]
    platforms: Collection[str]
    targets: Collection[str] = ()
    extent: str = ""
    grounds: str = ""
    means: Collection[str] = ()


@dataclass(frozen=True)
class Codes:
    """Codes of the decision, of the category and of its specification; `note` says why there is
    none, or what else belongs to it. No code is an answer.
    """

    decision: tuple[str, ...] = ()
    category: str = ""
    keywords: tuple[str, ...] = ()
    note: str = ""


Told = Iterator[tuple[str, str]]  # code, note; one of them may be ""


def codes(facts: Facts) -> Codes:
    """The codes of an event."""
    told = [pair for kind in facts.kinds for pair in RULES[Kind(kind)](facts)]
    decision = tuple(dict.fromkeys(code for code, note in told if code))
    note = " ".join(dict.fromkeys(note for code, note in told if note))
    category, keywords = CATEGORIES.get(facts.grounds, ("", ()))
    return Codes(
        decision=decision,
        category=f"STATEMENT_CATEGORY_{category}" if decision and category else "",
        keywords=tuple(f"KEYWORD_{word}" for word in keywords) if decision else (),
        note=note,
    )


def _ended(facts: Facts, ended: str, suspended: str) -> str:
    return ended if facts.extent == "permanent" else suspended


def _ad_ban(facts: Facts) -> Told:
    """Not DECISION_MONETARY: that family is about payments to the person hit."""
    if facts.targets and all(name.endswith(" ads") for name in facts.targets):
        yield "", _("No code exists for a rule against a category of ads.")
    elif Kind.CONTENT_REMOVAL in facts.kinds:
        return  # single ads were pulled
    elif Kind.ACCOUNT_SUSPENSION in facts.kinds:
        yield "ACCOUNT_TYPE_BUSINESS", ""
    else:
        ended, suspended = "PARTIAL_TERMINATION", "PARTIAL_SUSPENSION"
        yield f"DECISION_PROVISION_{_ended(facts, ended, suspended)}", ""


def _account_suspension(facts: Facts) -> Told:
    yield f"DECISION_ACCOUNT_{_ended(facts, 'TERMINATED', 'SUSPENDED')}", ""


def _content_removal(facts: Facts) -> Told:
    kinds = {named("platform")[slug].kind for slug in facts.platforms if slug in named("platform")}
    yield f"{VISIBILITY}{'DISABLED' if kinds == {'search'} else 'REMOVED'}", ""


MEANS = {
    "labelled": f"{VISIBILITY}LABELLED",
    "demoted": f"{VISIBILITY}DEMOTED",
    "age_restricted": f"{VISIBILITY}AGE_RESTRICTED",
    "interaction": f"{VISIBILITY}INTERACTION_RESTRICTED",
    "withheld": f"{VISIBILITY}DISABLED",
    "function": "DECISION_PROVISION_PARTIAL_SUSPENSION",
}


def _reach_restriction(facts: Facts) -> Told:
    for name, code in MEANS.items():
        if name in facts.means:
            note = _("With the territory that it is withheld in.") if name == "withheld" else ""
            yield code, note
    if not set(MEANS) & set(facts.means):
        yield "", _("The reports do not tell by what means, and the codes differ by it.")


def _demonetization(facts: Facts) -> Told:
    yield f"DECISION_MONETARY_{_ended(facts, 'TERMINATION', 'SUSPENSION')}", ""


def _service_denial(facts: Facts) -> Told:
    for slug in facts.platforms:
        kind = named("platform")[slug].kind if slug in named("platform") else ""
        if slug in OUTSIDE:
            yield "", _("Outside the duty to state reasons: not a hosting service.")
        elif kind == "store":
            yield f"{VISIBILITY}REMOVED", ""
            yield "CONTENT_TYPE_APP", ""
        else:
            ended, suspended = "TOTAL_TERMINATION", "TOTAL_SUSPENSION"
            yield f"DECISION_PROVISION_{_ended(facts, ended, suspended)}", ""


def _none(note: str) -> Callable[[Facts], Told]:
    def told(facts: Facts) -> Told:
        yield "", _(note)

    return told


RULES: Mapping[Kind, Callable[[Facts], Told]] = {
    Kind.AD_BAN: _ad_ban,
    Kind.ACCOUNT_SUSPENSION: _account_suspension,
    Kind.CONTENT_REMOVAL: _content_removal,
    Kind.REACH_RESTRICTION: _reach_restriction,
    Kind.DEMONETIZATION: _demonetization,
    Kind.SERVICE_DENIAL: _service_denial,
    Kind.REINSTATEMENT: _none(
        gettext_noop("No code exists: it sets the end date of the act that it reverses.")
    ),
    Kind.POLICY_CHANGE: _none(
        gettext_noop("No code exists: a statement is about a decision, never a rule.")
    ),
    Kind.PLATFORM_BLOCK: _none(gettext_noop("No code exists: it is the act of a state.")),
    Kind.LEGAL_ACTION: _none(
        gettext_noop(
            "No code exists: orders under Article 9 are outside Article 17; the removal that"
            " follows has one."
        )
    ),
}
