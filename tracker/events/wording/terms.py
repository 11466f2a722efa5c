"""Translate the record's own words, which no template contains."""

from django.utils.translation import gettext, gettext_noop

from tracker.classify import Kind


def term(text: str) -> str:
    """Return a word of the record in the active language; an unknown one unchanged."""
    return gettext(text) if text else ""


# Labels of the kinds, as in Kind.label, and their plurals.
KINDS = {
    Kind.AD_BAN: (gettext_noop("Ad ban"), gettext_noop("ad bans")),
    Kind.ACCOUNT_SUSPENSION: (
        gettext_noop("Account suspension"),
        gettext_noop("account suspensions"),
    ),
    Kind.CONTENT_REMOVAL: (gettext_noop("Content removal"), gettext_noop("content removals")),
    Kind.REACH_RESTRICTION: (gettext_noop("Reach restriction"), gettext_noop("reach restrictions")),
    Kind.DEMONETIZATION: (gettext_noop("Demonetization"), gettext_noop("demonetizations")),
    Kind.SERVICE_DENIAL: (gettext_noop("Service denial"), gettext_noop("service denials")),
    Kind.REINSTATEMENT: (gettext_noop("Reinstatement"), gettext_noop("reinstatements")),
    Kind.POLICY_CHANGE: (gettext_noop("Policy change"), gettext_noop("policy changes")),
    Kind.PLATFORM_BLOCK: (gettext_noop("Platform block"), gettext_noop("platform blocks")),
    Kind.LEGAL_ACTION: (gettext_noop("Legal action"), gettext_noop("legal actions")),
}
# What replaces a platform's name if an act names none, by slug.
SCOPES = {"social_media": gettext_noop("Social media")}
# The same after "on", which takes an article in some languages.
SCOPES_WITHIN = {"social_media": gettext_noop("social media")}
# Names for headlines, if CLDR only has long ones.
STATES = (gettext_noop("EU"), gettext_noop("UK"), gettext_noop("US"))
# Who orders an act, by Classification.authority_type.
AUTHORITIES = (
    gettext_noop("court"),
    gettext_noop("regulator"),
    gettext_noop("government"),
    gettext_noop("parliament"),
    gettext_noop("police"),
    gettext_noop("board"),
)
# Outcome of an appeal, territory and degree: values of Classification.
APPEALS = {
    "announced": gettext_noop("appeal announced"),
    "filed": gettext_noop("appeal filed"),
    "rejected": gettext_noop("appeal rejected"),
    "granted": gettext_noop("appeal granted"),
}
TERRITORIES = {
    "worldwide": gettext_noop("worldwide"),
    "eu": gettext_noop("in the EU"),
    "country": gettext_noop("in the country"),
    "region": gettext_noop("in a region"),
}
DEGREES = {"partial": gettext_noop("partial"), "total": gettext_noop("total")}
# What events can be counted by, in the middle of a sentence.
FACETS = {
    "kind": gettext_noop("kind"),
    "platform": gettext_noop("platform"),
    "country": gettext_noop("country"),
    "target": gettext_noop("target"),
    "ground": gettext_noop("ground"),
    "law": gettext_noop("law"),
    "authority": gettext_noop("authority"),
    "ordered_by": gettext_noop("ordered by"),
    "appeal": gettext_noop("appeal"),
    "territory": gettext_noop("territory"),
    "degree": gettext_noop("partial or total"),
    "currency": gettext_noop("currency"),
    "affected_what": gettext_noop("what is affected"),
    "year": gettext_noop("year"),
    "month": gettext_noop("month"),
    "lang": gettext_noop("language of reports"),
    "source": gettext_noop("source"),
    "state": gettext_noop("state"),
    "origin": gettext_noop("origin"),
}
# Where an event comes from, as Event.Origin has it.
ORIGINS = {
    "history": gettext_noop("From the history"),
    "machine": gettext_noop("Read by the program"),
    "editor": gettext_noop("Written by an editor"),
}
STATUSES = {  # of measures: in_force.STATUSES
    "yes": gettext_noop("in force"),
    "ended": gettext_noop("ended"),
    "unknown": gettext_noop("not known"),
}
# Names of grounds and extents, as in their word lists.
GROUNDS = (
    gettext_noop("elections and disinformation"),
    gettext_noop("health misinformation"),
    gettext_noop("hate"),
    gettext_noop("violence and incitement"),
    gettext_noop("terrorism and extremism"),
    gettext_noop("harassment"),
    gettext_noop("adult content"),
    gettext_noop("child safety"),
    gettext_noop("copyright"),
    gettext_noop("privacy"),
    gettext_noop("scams and fraud"),
    gettext_noop("regulated goods"),
    gettext_noop("inauthentic behaviour"),
    gettext_noop("sanctions or law"),
    gettext_noop("unknown"),
)
EXTENTS = (gettext_noop("for good"), gettext_noop("for a time"))
# Values of rows, steps of charts, who did it.
VALUES = (
    gettext_noop("unsure"),
    gettext_noop("machine"),
    gettext_noop("reviewed"),
    gettext_noop("refused"),
    gettext_noop("report"),
    gettext_noop("reaction"),
    gettext_noop("analysis"),
    gettext_noop("permanent"),
    gettext_noop("temporary"),
    gettext_noop("published"),
    gettext_noop("text"),
    gettext_noop("history"),
    gettext_noop("proposed"),
    gettext_noop("confirmed"),
    gettext_noop("rejected"),
    gettext_noop("disputed"),
    gettext_noop("accepted"),
    gettext_noop("declined"),
    gettext_noop("program"),
    gettext_noop("readers’ votes"),
    gettext_noop("kind"),
    gettext_noop("platform"),
    gettext_noop("target"),
    gettext_noop("country"),
    gettext_noop("language"),
    gettext_noop("week"),
    gettext_noop("month"),
    gettext_noop("quarter"),
    gettext_noop("year"),
    gettext_noop("polls"),
    gettext_noop("parsing"),
    gettext_noop("hooks"),
    gettext_noop("bounces"),
    gettext_noop("entries"),
    gettext_noop("matches"),
    gettext_noop("translations"),
    gettext_noop("archiving"),
    gettext_noop("mails"),
    gettext_noop("others"),
)
TARGET_KINDS = (
    gettext_noop("app or site"),
    gettext_noop("content"),
    gettext_noop("group"),
    gettext_noop("media"),
    gettext_noop("network"),
    gettext_noop("organisation"),
    gettext_noop("person"),
    gettext_noop("politician"),
    gettext_noop("state media"),
    gettext_noop("ad category"),
)
# Names of the accuracy figures, as in accuracy.toml.
FIGURES = (
    gettext_noop("relevance F1"),
    gettext_noop("kind accuracy end to end"),
    gettext_noop("macro-F1 of kinds"),
    gettext_noop("platforms F1"),
    gettext_noop("targets F1"),
    gettext_noop("day exact"),
    gettext_noop("grouping F1"),
)
