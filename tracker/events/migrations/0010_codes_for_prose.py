"""Reasons that the program wrote as English text become codes with values; what fits no form stays
as text. Headlines that a person wrote are kept as theirs, the others follow from the facts again.

The sentences and forms below are those of the versions before; they are read here for the last time.
"""

import re

from django.db import migrations
from django.db.models import Max

CHUNK = 1_000
LISTS = {
    "same platform": "same_platforms",
    "same kind": "same_kind",
    "same country": "same_country",
    "same target": "same_target",
    "same number": "same_number",
}
COUNTS = {"apart": "days_apart", "later": "days_later", "in common": "words_in_common"}
PLAIN = {
    "same platform": "same_platform",
    "another platform": "another_platform",
    "same company": "same_company",
    "same day": "same_day",
    "a target of a like name": "like_target",
    "both permanent": "both_permanent",
    "both temporary": "both_temporary",
    "first report": "first_report",
    "told in a report": "told_in_report",
    "told by its reports together": "reports_together",
    "imported": "imported",
    "imported anew": "imported_again",
}
REFUSALS = {
    "A threat, a call or a plan, not an act": "refused_threat",
    "No platform is involved": "refused_platform",
    "Not about moderation": "refused_subject",
    "Old news, reported again": "refused_old",
    "Satire or a rumour": "refused_satire",
}
SHARED = re.compile(r"(same (?:platform|kind|country|target|number)) (.+)", re.S)
COUNTED = re.compile(r"(\d{1,9}) (?:day|word)s? (apart|later|in common)")


def coded(text):
    """The reason that a text says, as [code, values]; the text itself where none does."""
    if not isinstance(text, str):
        return text
    if text in PLAIN:
        return [PLAIN[text], []]
    if text.startswith("same authority "):
        return ["same_authority", [text.removeprefix("same authority ")]]
    if shared := SHARED.fullmatch(text):
        return [LISTS[shared[1]], shared[2].split(", ")]
    if counted := COUNTED.fullmatch(text):
        return [COUNTS[counted[2]], [int(counted[1])]]
    return text


def chunks(rows):
    """Rows in the order of their ids, so many at once, from one place on to the next."""
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield batch
        last = batch[-1].pk


def code_reasons(apps, schema_editor):
    for name in ("Report", "Link"):
        model = apps.get_model("events", name)
        for batch in chunks(model.objects.exclude(reasons=[]).only("reasons")):
            for row in batch:
                row.reasons = [coded(reason) for reason in row.reasons]
            model.objects.bulk_update(batch, ["reasons"])
    Revision = apps.get_model("events", "Revision")
    rows = Revision.objects.filter(change=None, by__in=["program", "history"]).exclude(reason="")
    for batch in chunks(rows.only("reason", "reasons")):
        for row in batch:
            row.reasons, row.reason = [coded(part) for part in row.reason.split("; ")], ""
        Revision.objects.bulk_update(batch, ["reason", "reasons"])
    for name in ("Change", "Revision"):
        for text, code in REFUSALS.items():
            rows = apps.get_model("events", name).objects.filter(reason=text)
            rows.update(reason="", reasons=[[code, []]])
    Learned = apps.get_model("events", "LearnedWeights")
    for row in Learned.objects.exclude(note=""):
        if row.note == "rolled back":
            row.rolled_back_at = row.retired_at
        row.worse = (
            row.note.partition("worse in: ")[2].split(", ") if "worse in" in row.note else []
        )
        row.save(update_fields=["rolled_back_at", "worse"])


NAMED = {
    "ad_ban": "{platform} [bars|bar] {target} from advertising",
    "account_suspension": "{platform} [suspends|suspend] {target}",
    "content_removal": "{platform} [removes|remove] content: {target}",
    "reach_restriction": "{platform} [limits|limit] the reach of {target}",
    "demonetization": "{platform} [cuts|cut] off the earnings of {target}",
    "service_denial": "{platform} [denies|deny] service to {target}",
    "reinstatement": "{platform} [reinstates|reinstate] {target}",
    "policy_change": "{platform} [changes|change] its rules on {target}",
    "platform_block": "{country} [blocks|block] {platform}",
    "legal_action": "{country}: legal action on {platform} over {target}",
}
UNNAMED = {
    "ad_ban": "{platform} [restricts|restrict] advertising",
    "account_suspension": "{platform} [suspends|suspend] accounts",
    "content_removal": "{platform} [removes|remove] content",
    "reach_restriction": "{platform} [limits|limit] the reach of content",
    "demonetization": "{platform} [cuts|cut] off earnings",
    "service_denial": "{platform} [denies|deny] service",
    "reinstatement": "{platform} [undoes|undo] a measure",
    "policy_change": "{platform} [changes|change] its rules",
    "platform_block": "{country} [blocks|block] {platform}",
    "legal_action": "{country}: legal action on {platform}",
}


def form_of(kinds, names):
    targets = names["target"]
    if kinds[0] == "platform_block" and "reinstatement" in kinds:
        return "{country} [lifts its|lift their] block on {platform}"
    if kinds[0] == "ad_ban" and targets and all(name.endswith(" ads") for name in targets):
        return "{platform} [bans|ban] {target}"
    if kinds[0] == "legal_action" and not names["country"]:
        over = " over {target}" if targets else ""
        return f"Legal action on {{platform}}{over}"
    return (NAMED if targets else UNNAMED)[kinds[0]]


def joined(names):
    shown = ", ".join(names[:3])
    return f"{shown} and others" if len(names) > 3 else shown


def holds(alias, occurred):
    if not occurred:
        return alias.since is None
    day = occurred.ljust(10, "~")[:10]
    since, until = (value and str(value) for value in (alias.since, alias.until))
    return (not since or since <= day) and (not until or day < until)


def machine_headline(event):
    """What the program would have written of the event."""
    names = {"platform": [], "target": [], "country": []}
    for party in event.parties.select_related("entity__merged_into").order_by("pk"):
        entity = party.entity.merged_into or party.entity
        name = entity.name
        if entity.type == "platform":
            dated = [a for a in entity.aliases.order_by("pk") if a.since or a.until]
            name = next((a.name for a in dated if holds(a, event.occurred)), name)
        if name not in names[entity.type]:
            names[entity.type].append(name)
    form = form_of([event.kind, *event.other_kinds], names)
    subjects = names["country"][:2] if form.startswith("{country}") else names["platform"]
    form = re.sub(r"\[(.+?)\|(.+?)\]", lambda m: m[2 if len(subjects) > 1 else 1], form)
    return form.format(
        platform=joined(names["platform"]) or "A platform",
        target=joined(names["target"]),
        country=joined(names["country"][:2]) or "A state",
    )[:300]


def own_texts(event, revisions):
    """Whether each headline that the event had was a person's, by its text."""
    owned = {(revisions[0].before if revisions else event.headline): event.ref is not None}
    for revision in revisions:
        if revision.by == "program":
            owned[revision.after] = False
        elif revision.change_id is None or revision.change.verb != "undo":
            owned[revision.after] = True
        else:
            owned.setdefault(revision.after, True)
    return owned


def keep_headlines(apps, schema_editor):
    Event = apps.get_model("events", "Event")
    Revision = apps.get_model("events", "Revision")
    written = Revision.objects.filter(field="headline").values("event")
    events = Event.objects.filter(pk__in=written) | Event.objects.filter(ref__isnull=False)
    for batch in chunks(events.distinct()):
        for event in batch:
            _keep_headline(Event, Revision, event)
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    for start in range(0, last + 1, CHUNK):
        derived = Event.objects.filter(pk__gte=start, pk__lt=start + CHUNK, own_headline="")
        Revision.objects.filter(event__in=derived, field="event").update(after=None)


def _keep_headline(Event, Revision, event):
    rows = Revision.objects.filter(event=event, field="headline").select_related("change")
    revisions = list(rows.order_by("pk"))
    owned = own_texts(event, revisions)
    owned[machine_headline(event)] = False
    if owned.get(event.headline):
        Event.objects.filter(pk=event.pk).update(own_headline=event.headline)
    for revision in revisions:
        before, after = (
            text if owned.get(text) else "" for text in (revision.before, revision.after)
        )
        if before or after:
            Revision.objects.filter(pk=revision.pk).update(
                field="own_headline", before=before, after=after
            )


class Migration(migrations.Migration):
    dependencies = [("events", "0009_reason_codes")]

    operations = [
        migrations.RunPython(code_reasons, migrations.RunPython.noop),
        migrations.RunPython(keep_headlines, migrations.RunPython.noop),
    ]
