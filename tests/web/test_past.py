"""What was answered for a past moment is answered again, byte for byte, whatever is done since:
every output that takes `as_of`, before and after random edits of everything that events show.
"""

import random
import re
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from django.urls import URLPattern, get_resolver, reverse

from tests import make
from tests.conftest import NOW
from tests.thorough import examples
from tracker.events.consensus.links import LinkProposal, store_proposal
from tracker.events.editing import actions
from tracker.events.editing.actions import EditError, Editor
from tracker.events.intake.processing import process_entry
from tracker.events.models import (
    Change,
    Entity,
    EntryClassification,
    Event,
    EventVersion,
    Link,
    PastRow,
    Report,
    Suggestion,
)
from tracker.events.reasons import Reason
from tracker.events.record.derived.columns import reindex
from tracker.events.record.entities import EntityError, add_alias, merge_entities, unmerge_entity
from tracker.events.record.write import ConflictError
from tracker.events.search.past.snapshot import past_snapshots
from tracker.feeds.models import Entry, EntryVersion, ReadDay, Source
from tracker.web.middleware.moments import ANSWERING_AS_OF

pytestmark = pytest.mark.django_db
SEQUENCES, STEPS = examples(1, 5), examples(16, 25)
MINUTE = timedelta(minutes=1)
THEN = NOW + MINUTE
AS_OF = f"as_of={THEN:%Y-%m-%dT%H:%M:%SZ}"
QUERIES = (
    *(
        "",
        "kind=ad_ban",
        "target=rt",
        "q=rt",
        "q=infowars",
        "q=demonetized",
        "q=event:2",
        "lang=en",
    ),
    *("in_force=yes", "in_force=unknown", "source=p1.example", "state=unsure", "sort=recorded"),
    *(
        "origin=editor",
        "q=kenya+-country:DE",
        "platform=twitter&chart=platform",
        "q=%22new+name%22",
    ),
)
# Of each output that takes `as_of` its addresses, with the event's number where it has one.
OUTPUTS = {
    "timeline": [f"/?{query}" for query in QUERIES],
    "values": ["/values/target?", "/values/lang?q=rt", "/values/platform?named=t"],
    "events_csv": ["/events.csv?", "/events.csv?q=rt", "/events.csv?in_force=yes"],
    "reports_csv": ["/reports.csv?"],
    "events_metadata": ["/events.csv.metadata.json?"],
    "events_zip": ["/events.zip?"],
    "events_jsonl": ["/events.jsonl?", "/events.jsonl?state=unsure"],
    "events_atom": ["/events.atom?"],
    "events_json": ["/events.json?"],
    "events_ics": ["/events.ics?"],
    "chart_svg": ["/chart.svg?", "/chart.svg?chart=country"],
    "chart_png": ["/chart.png?kind=ad_ban"],
    "chart_csv": ["/chart.csv?", "/chart.csv?chart=platform"],
    "embed": ["/embed?"],
    "compare": ["/compare?compared=twitter&compared=youtube"],
    "compare_csv": ["/compare.csv?type=target&compared=RT&compared=Infowars"],
    "pivot": ["/pivot?rows=target&columns=kind"],
    "pivot_csv": ["/pivot.csv?rows=source&columns=lang", "/pivot.csv?rows=state&columns=origin"],
    "world": ["/map?"],
    "event": ["/events/{}?"],
    "event_bibtex": ["/events/{}/cite.bib?"],
    "event_csl": ["/events/{}/cite.json?"],
    "api:events": ["/api/v1/events?", "/api/v1/events?q=rt", "/api/v1/events?sort=recorded"],
    "api:counts": ["/api/v1/counts?", "/api/v1/counts?chart=country"],
    "api:event": ["/api/v1/events/{}?"],
}
SAMPLES = {"event_id": 1, "field": "kind", "name": "x", "form": "csl", "number": 1}
STATES = ("confirmed", "disputed")
TITLES = (
    *("Twitter bans all advertising from RT", "Twitter bans all advertising from Sputnik"),
    *("Twitter lets RT advertise again", "YouTube suspends the account of Infowars"),
    *("Germany fines Facebook 2 million euros over hate speech", "Twitch suspends accounts"),
    *("Kenya blocks Telegram for 72 hours", "TikTok suspends account of Mira Kovac"),
)


def named_addresses(patterns, space="", fixed=None):
    """Every named address that samples can fill, by name."""
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from named_addresses(pattern.url_patterns, space + inner)
            continue
        names = [name for name in pattern.pattern.converters if name not in (pattern.default_args)]
        if pattern.name and all(name in SAMPLES for name in names):
            yield space + pattern.name, {name: SAMPLES[name] for name in names}


def test_every_output_that_takes_as_of_is_compared_here(client):
    event = make.event()
    taking: dict[str, set[str]] = {}
    for name, sample in named_addresses(get_resolver().url_patterns):
        values = {k: event.pk if k == "event_id" else value for k, value in sample.items()}
        address = reverse(name, kwargs=values)
        answer = client.get(address, {"as_of": "no moment"})
        content = b"" if answer.streaming else answer.content
        if b"Use 2026-11-01" in content:
            taking.setdefault(address, set()).add(name)
    assert [names for names in taking.values() if not names & OUTPUTS.keys()] == []
    assert OUTPUTS.keys() - set().union(*taking.values()) == set()


def every_address(patterns, space=""):
    """Every address of the site and the API, by name, also of those without a name."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            converters = pattern.pattern.converters
            values = {k: 1 if "Int" in type(c).__name__ else "x" for k, c in converters.items()}
            values = {k: v for k, v in values.items() if k not in pattern.default_args}
            yield space + pattern.name, reverse(space + pattern.name, kwargs=values)
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from every_address(pattern.url_patterns, space + inner)


# Of the API: what a program writes needs a token first; the rest is its description.
# `api:edit_event` has the address of `api:event`.
OF_API = {
    "api:openapi-json": {200},
    "api:api-root": {404},
    "api:usage": {401},
    "api:edit_event": {404},
}


def test_every_address_answers_as_of_a_moment_or_refuses_it(client, admin_client):
    assert {name for name in OUTPUTS if not name.startswith("api:")} == ANSWERING_AS_OF
    addresses = dict(every_address(get_resolver().url_patterns))
    assert len(addresses) > 100
    asked = {"client": client, "admin": admin_client}
    wrong = {}
    for name, address in addresses.items():
        for text, (role, reader) in product(("2026-11-01", "bogus"), asked.items()):
            answer = reader.get(address, {"as_of": text})
            if name.startswith("api:"):
                is_right = name in OUTPUTS or answer.status_code in OF_API.get(name, {422, 405})
            else:
                is_refused = answer.status_code == 400 and b"present only" in answer.content
                is_right = is_refused == (name not in OUTPUTS)
            if not is_right:
                wrong[name, text, role] = answer.status_code
    assert not wrong
    assert client.get("/entities/1?as_of=").status_code == 404  # an empty field asks for nothing


class World:
    """A record of a handful of events, to which everything is done."""

    def __init__(self, seed):
        self.random, self.now = random.Random(seed), NOW
        self.feeds = [
            make.feed(f"https://p{n}.example/rss", host=f"p{n}.example") for n in range(3)
        ]
        make.event("Twitter bars Ruptly", targets=["Ruptly"], ref="history-1")
        make.event("", kind="ad_ban", targets=[], countries=["KE"], amount=20, currency="EUR")
        for n, title in enumerate([*TITLES, TITLES[0]]):
            self.report(title, n)
        first, second, third = Event.objects.order_by("pk")[:3]
        entry = self.pick(Entry)
        EntryVersion.objects.create(entry=entry, at=NOW, content_hash="h", title="Edited")
        Suggestion.objects.create(event=first, field="other", text="No", at=NOW, origin="x")
        actions.set_link(second.pk, "undoes", first.pk, "confirmed", self.editor())
        proposal = LinkProposal(third.pk, first.pk, "extends", 0.7, (Reason("same_day"),))
        store_proposal(proposal, NOW)
        self.settle()

    def settle(self):
        """The database's clock is not that of the test: what was kept so far was before."""
        PastRow.objects.update(until=NOW)
        self.now = THEN

    def editor(self):
        return Editor("ed", self.now, "because")

    def report(self, title, n):
        entry = make.entry(
            title,
            feed=self.feeds[n % 3],
            summary=f"Nothing else is known of it, says {n}.",
            published_at=make.DAY + timedelta(days=n % 3),
        )
        process_entry(entry, self.now)

    def do(self):
        """One thing, of whatever can be done; what is refused is no matter."""
        self.now += MINUTE
        verb = self.random.choice(
            [name for name in dir(self) if name.startswith("do_")] + ["do_edit", "do_merge"] * 2
        )
        try:
            getattr(self, verb)()
        except (EditError, ConflictError, EntityError):
            return f"{verb} refused"
        return verb

    def pick(self, model):
        return self.random.choice(list(model.objects.order_by("pk")))

    def do_edit(self):
        event, n = self.pick(Event), self.random.randrange(12)
        edit = actions.current_values(event)
        edits = (
            replace(edit, own_headline=f"A headline of {n}"),
            replace(edit, targets=("RT", "sputnik", "Ruptly", "New Name")[: n % 5]),
            replace(edit, kinds=("demonetization", *edit.kinds[1:2])[: 1 + n % 2]),
            replace(edit, occurred=("", "2017-10", "2017-10-20")[n % 3]),
            replace(edit, countries=("DE", "FR")[: n % 3]),
            replace(edit, platforms=("youtube", "tiktok")[: 1 + n % 2]),
            replace(edit, extent="temporary"),
        )
        actions.edit_event(event.pk, self.random.choice(edits), self.editor())

    def do_merge(self):
        actions.merge_events(self.pick(Event).pk, self.pick(Event).pk, self.editor())

    def do_split(self):
        event = self.pick(Event)
        reports = list(event.reports.order_by("pk").values_list("pk", flat=True))
        actions.split_event(event.pk, reports[:1], self.editor())

    def do_link(self):
        kind = self.random.choice(["undoes", "follows", "extends", "same"])
        state = self.random.choice(["confirmed", "rejected"])
        actions.set_link(self.pick(Event).pk, kind, self.pick(Event).pk, state, self.editor())

    def do_undo(self):
        actions.undo_change(self.pick(Change).pk, self.editor())

    def do_accept(self):
        actions.accept_event(self.pick(Event).pk, self.editor())

    def do_refuse(self):
        actions.refuse_event(self.pick(Event).pk, self.editor())

    def do_restore(self):
        for event in Event.objects.filter(state="refused"):
            actions.restore_event(event.pk, self.editor())

    def do_report(self):
        self.report(self.random.choice(TITLES), self.random.randrange(9))

    def do_add_entry(self):
        entry = self.pick(Report).entry
        if entry:
            actions.add_entry(self.pick(Event).pk, entry.pk, "analysis", self.editor())

    def do_withdraw(self):
        report = self.pick(Report)
        actions.withdraw_report(report.event_id, report.pk, self.editor())

    def do_role(self):
        report = self.pick(Report)
        actions.set_role(report.event_id, report.pk, "reaction", self.editor())

    def do_check(self):
        fact, state = self.random.choice(["kinds", "occurred"]), self.random.choice(STATES)
        actions.check_fact(self.pick(Event).pk, fact, state, self.editor())

    def do_merge_entities(self):
        entity = self.pick(Entity)
        others = Entity.objects.filter(type=entity.type).order_by("pk")
        merge_entities(entity.pk, self.random.choice(list(others)).pk)

    def do_unmerge_entities(self):
        for entity in Entity.objects.filter(merged_into__isnull=False):
            unmerge_entity(entity.pk)

    def do_alias(self):
        add_alias(self.pick(Entity), f"New name {self.random.randrange(3)}", by="ed")

    def do_rename_entity(self):
        Entity.objects.filter(pk=self.pick(Entity).pk).update(name="New name", is_reported=True)

    def do_rename_publisher(self):
        Source.objects.filter(pk=self.pick(Source).pk).update(name="Another publisher")

    def do_move_entries(self):
        Entry.objects.filter(pk=self.pick(Entry).pk).update(source=self.pick(Source))

    def do_classify_otherwise(self):
        EntryClassification.objects.filter(pk=self.pick(EntryClassification).pk).update(
            language="de", evidence=[], readers=[]
        )

    def do_settle_otherwise(self):
        event = self.pick(Event)
        Event.objects.filter(pk=event.pk).update(
            confidence=0.5, kind_confidence=0.123456789012345, distinction="number"
        )
        reindex([event.pk])

    def do_score_otherwise(self):
        Link.objects.update(score=0.25, reasons=[])

    def do_answer(self):
        Suggestion.objects.update(state="accepted", answer="Right", answered_at=self.now)

    def do_edit_article(self):
        EntryVersion.objects.create(
            entry=self.pick(Entry), at=self.now, content_hash=str(self.now), title="Edited again"
        )

    def do_read(self):
        ReadDay.objects.update_or_create(day=self.now.date(), defaults={"tried": 3, "read": 1})

    def do_fill_versions(self):
        EventVersion.objects.all().delete()


def ask(client, numbers):
    past_snapshots.forget()
    answers = {}
    for address in (address for addresses in OUTPUTS.values() for address in addresses):
        for number in numbers if "{}" in address else (0,):
            asked = f"{address.format(number)}&{AS_OF}".replace("?&", "?")
            answer = client.get(asked)
            content = answer.getvalue() if answer.streaming else answer.content
            assert answer.status_code in {200, 404}, asked
            answers[asked] = re.sub(rb'nonce="[^"]*"', b"", content)
    return answers


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_an_answer_for_a_past_moment_never_changes(client, seed):
    world = World(seed)
    numbers = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    before = ask(client, numbers)
    assert b"RT" in before[f"/events.csv?{AS_OF}"]
    done = [world.do() for _ in range(STEPS)]
    after = ask(client, numbers)
    changed = [address for address in before if before[address] != after[address]]
    assert not changed, (done, changed, *first_difference(before, after, changed[0]))


def first_difference(before, after, address):
    old, new = (each[address].decode(errors="replace") for each in (before, after))
    place = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    return old[max(0, place - 150) : place + 150], new[max(0, place - 150) : place + 150]


def test_each_file_names_the_address_that_gives_it_again(client):
    event = make.event()
    told = client.get("/events.csv?kind=ad_ban")
    (address,) = re.findall(r'<([^>]+)>; rel="memento"', told["Link"])
    assert re.fullmatch(r".*/events.csv\?kind=ad_ban&as_of=\d{4}-\d\d-\d\dT[\d%A]+Z", address)
    (then,) = re.findall(r'<([^>]+)>; rel="memento"', client.get(f"/events.atom?{AS_OF}")["Link"])
    assert AS_OF in then.replace("%3A", ":")
    assert str(event.pk) in client.get(then).content.decode()


def test_what_a_row_held_is_kept_however_it_is_changed():
    event = make.event()
    entity = event.entities.get(type="target")
    Entity.objects.filter(pk=entity.pk).update(name="Another")
    entity.refresh_from_db()
    entity.name = "A third"
    entity.save()
    Entity.objects.bulk_update([entity], ["name"])  # changes nothing
    kept = PastRow.objects.filter(table="entity", row=entity.pk).order_by("pk")
    assert [row.was["name"] for row in kept] == ["RT", "Another"]
