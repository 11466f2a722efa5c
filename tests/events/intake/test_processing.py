from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from tests import make
from tests.conftest import NOW
from tests.outages import OUTAGES
from tracker import classify
from tracker.classify import Kind, Role, encoder
from tracker.events.consensus import settle
from tracker.events.editing.actions import (
    Editor,
    accept_event,
    current_values,
    edit_event,
    refuse_event,
)
from tracker.events.editing.linking import set_link
from tracker.events.intake import processing
from tracker.events.models import Entity, EntryClassification, Event, Link, Report
from tracker.events.record.derived.columns import reindex
from tracker.events.record.entities import get_entity
from tracker.events.record.records import record_of
from tracker.feeds.models import Activity, Entry, Feed
from tracker.locks import LEASE, LOST_TRIES

pytestmark = pytest.mark.django_db


def test_a_first_report_opens_an_event_whose_headline_the_program_writes():
    event = Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))
    assert event.headline == "Twitter bars RT, Sputnik from advertising"
    assert (event.kind, event.state, event.occurred_source) == ("ad_ban", "machine", "published")
    assert event.reports.get().role == "report"
    assert event.revisions.filter(field="event", by="program").exists()


def test_of_threads_that_begin_together_one_loads_the_lists_and_models(monkeypatch):
    loaded = []

    def note(name):
        loaded.append((name, processing.LOADING.locked()))

    monkeypatch.setattr(processing, "_load_word_lists", lambda: note("word lists"))
    monkeypatch.setattr(encoder, "load", lambda: note("sentence model"))
    assert processing.process_entries(NOW).entries == 0
    assert loaded == [("word lists", True), ("sentence model", True)]
    assert not processing.LOADING.locked()


def test_a_report_makes_its_entry_evidence_and_no_other():
    make.processed("Twitter bans ads from RT and Sputnik")
    make.processed("A headline about the weather")
    assert list(Entry.objects.order_by("pk").values_list("is_evidence", flat=True)) == [True, False]


def test_reports_in_other_languages_join_it_with_a_reason():
    first = make.processed("Twitter bans ads from RT and Sputnik")
    second = make.processed("Twitter запретил рекламу RT и Sputnik", language="ru")
    third = make.processed(
        "Moskau kritisiert Twitter: Werbeverbot für RT und Sputnik sei ein Präzedenzfall",
        language="de",
    )
    assert {first, second, third} == {first}
    roles = list(Report.objects.order_by("pk").values_list("role", flat=True))
    assert roles == ["report", "report", "reaction"]
    assert ["same_platforms", ["twitter"]] in Report.objects.order_by("pk")[1].reasons


def test_an_entry_on_no_act_is_classified_and_opens_nothing():
    assert make.processed("Heavy rain expected on Thursday") is None
    assert EntryClassification.objects.get().kinds == []
    assert not Event.objects.exists()


def test_the_crawl_day_is_never_the_day_of_the_act():
    event = Event.objects.get(pk=make.processed(published_at=None))
    assert (event.occurred, event.precision) == ("", "unknown")
    assert event.recorded_at == NOW


def test_a_day_told_later_replaces_the_day_of_publication_with_a_revision():
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    make.processed("Twitter bans ads from RT and Sputnik", summary="It did so on 26 October.")
    event = Event.objects.get(pk=pk)
    assert (event.occurred, event.occurred_source) == ("2017-10-26", "text")
    change = event.revisions.get(field="occurred")
    assert (change.before, change.after) == ("2017-10-27", "2017-10-26")


def test_an_edited_entry_is_classified_anew_and_keeps_its_report():
    pk = make.processed()
    Entry.objects.update(title="Weather", content_hash="new", process_at=NOW)
    processing.process_entries(NOW)
    assert EntryClassification.objects.get().kinds == []
    assert Report.objects.get().event_id == pk


def test_a_second_worker_gets_nothing():
    make.entry()
    assert len(processing.claim_entries(NOW)) == 1
    assert processing.claim_entries(NOW) == []
    assert len(processing.claim_entries(NOW + LEASE + timedelta(seconds=1))) == 1


def test_an_entry_that_changed_after_the_claim_is_left_for_the_next_round():
    make.entry()
    (claimed,) = processing.claim_entries(NOW)
    Entry.objects.update(content_hash="new", claim=None, process_at=NOW)
    assert processing.process_entry(claimed, NOW) is None
    assert Entry.objects.get().process_at is not None


def test_processing_twice_makes_nothing_twice():
    make.entry()
    processing.process_entries(NOW)
    processing.process_entries(NOW)
    assert (Event.objects.count(), Report.objects.count()) == (1, 1)


def fails_for(monkeypatch, title, error):
    classified = classify.classify

    def classify_or_fail(text, *args, **kwargs):
        if text.title == title:
            raise error
        return classified(text, *args, **kwargs)

    monkeypatch.setattr("tracker.events.intake.processing.classify.classify", classify_or_fail)


def test_q15_an_entry_that_cannot_be_classified_is_set_aside_and_the_others_go_on(monkeypatch):
    bad, good = make.entry("A bad one"), make.entry()
    fails_for(monkeypatch, "A bad one", ZeroDivisionError("a bug"))
    now = NOW
    for n in range(1, processing.TRIES + 1):
        with pytest.raises(ExceptionGroup):
            processing.process_entries(now)
        bad.refresh_from_db()
        assert (bad.attempts, bad.claim, bad.error) == (n, None, "ZeroDivisionError: a bug")
        now += timedelta(hours=1)
    assert bad.process_at is None
    assert processing.process_entries(now).entries == 0
    assert good.reports.count() == 1
    noted = Activity.objects.get(work_type="entries")
    assert (noted.set_aside, noted.error) == (1, "ZeroDivisionError: a bug")


def test_q15_an_entry_that_is_edited_is_tried_again():
    entry = make.entry(attempts=3, error="ZeroDivisionError: a bug", process_at=NOW)
    processing.process_entries(NOW)
    entry.refresh_from_db()
    assert (entry.attempts, entry.error, entry.process_at) == (0, "", None)


def test_q15_an_entry_whose_workers_are_killed_is_set_aside_alone(monkeypatch):
    bad, good = make.entry("A bad one"), make.entry()
    fails_for(monkeypatch, "A bad one", KeyboardInterrupt())  # as a kill: nothing is done after it
    now = NOW
    for _ in range(LOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            processing.process_entries(now)
        now += LEASE + timedelta(seconds=1)
    processing.process_entries(now)
    bad.refresh_from_db()
    assert (bad.process_at, bad.claim) == (None, None)
    assert "without an outcome" in bad.error
    assert good.reports.count() == 1


@OUTAGES
def test_q15_a_database_that_does_not_answer_sets_no_entry_aside_soon(monkeypatch, outage):
    entry = make.entry("Rain")
    fails_for(monkeypatch, "Rain", outage)
    now = NOW
    for _ in range(processing.TRIES + 2):
        with pytest.raises(ExceptionGroup):
            processing.process_entries(now)
        now += timedelta(hours=1)
    entry.refresh_from_db()
    assert entry.process_at is not None


def test_q15_a_classifier_that_does_not_load_is_noted(monkeypatch):
    make.entry()
    monkeypatch.setattr("tracker.events.intake.processing.retrain.current_weights", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        processing.process_entries(NOW)
    assert Activity.objects.get(work_type="entries").failing_since == NOW


SAID = classify.Classification(
    language="en",
    kinds=(Kind.ACCOUNT_SUSPENSION,),
    platforms=("twitter",),
    occurred="2017-10-27",
    occurred_source="published",
    coverage=Role.REPORT,
    confidence=0.9,
    kind_confidence=0.9,
    shown=True,
)
UNSURE = replace(SAID, confidence=0.3, shown=False)


# As different as papers word one act; what they say is SAID.
TITLES = [
    f"{one} {two} {three}"
    for one, two in zip(
        ["Choir", "Harbour", "Singer", "Bakery", "Archive", "Meadow", "Orchard", "Lantern"],
        ["loses", "misses", "leaves", "mourns", "counts", "awaits", "fears", "regrets"],
        strict=True,
    )
    for three in ["morning voices", "evening pages", "winter letters"]
]


@pytest.fixture
def reported(monkeypatch, settings):
    """Processes an entry of a publisher of its own that says what it is told to say."""
    hosts = count()
    settings.CLASSIFY_SHOWN = 0.5

    def process(said, title="", *, host="", **values):
        host = host or f"paper{next(hosts)}.example"
        feed = Feed.objects.filter(source__host=host).first()
        feed = feed or make.feed(f"https://{host}/rss", host=host)
        monkeypatch.setattr(
            "tracker.events.intake.processing.classify.classify", lambda *_, **__: said
        )
        title = title or TITLES[Entry.objects.count()]
        return make.processed(title, feed=feed, **values)

    return process


def named(*names, **values):
    return replace(SAID, targets=names, unlisted=names, **values)


def test_eight_unlisted_advertisers_are_eight_events(reported):
    names = ["Acme", "Borealis", "Cygnus", "Dorado", "Eridani", "Fornax", "Gemini", "Hydra"]
    for _ in range(3):
        for name in names:
            reported(named(name, details=("adverti", "longer", "takes")))
    assert Event.objects.count() == len(names)
    assert sorted(e.reports.count() for e in Event.objects.all()) == [3] * 8


def test_an_unsure_report_opens_an_unsure_event_of_which_nobody_is_told(reported):
    assert reported(UNSURE) is None
    event = Event.objects.get()
    assert (event.state, event.confidence) == ("unsure", 0.3)


def test_a_second_publisher_lifts_it_by_its_evidence(reported):
    reported(named("Lena Brandt", confidence=0.3, shown=False))
    event = Event.objects.get()
    assert reported(named("Lena Brandt", confidence=0.3, shown=False)) == event.pk
    event.refresh_from_db()
    assert (event.state, event.confidence) == ("machine", 0.55)
    change = event.revisions.get(field="state")
    assert (change.before, change.after, change.by) == ("unsure", "machine", "program")


WEAK = {
    "the same newsroom": {"host": "paper0.example"},
    "a reprint": {"title": "Words of a wire on the account of a choir"},
    "hardly any evidence": {"confidence": 0.1},
}


@pytest.mark.parametrize("case", WEAK.values(), ids=WEAK)
def test_what_is_no_evidence_does_not_lift_it(reported, case):
    title, host = case.get("title", ""), case.get("host", "")
    first = named("Lena Brandt", confidence=0.3, shown=False)
    reported(first, title)
    second = replace(first, confidence=case.get("confidence", 0.3))
    assert reported(second, title, host=host) is None
    assert Event.objects.get().state == "unsure"
    assert Event.objects.get().reports.count() == 2


def test_a_shown_report_lifts_it_at_once(reported):
    reported(named("Lena Brandt", confidence=0.12, shown=False))
    assert reported(named("Lena Brandt")) == Event.objects.get().pk
    assert Event.objects.get().state == "machine"


def test_an_entry_that_is_classified_anew_may_lift_its_event(reported, monkeypatch):
    reported(UNSURE)
    Entry.objects.update(process_at=NOW)
    monkeypatch.setattr("tracker.events.intake.processing.classify.classify", lambda *_, **__: SAID)
    processing.process_entries(NOW)
    assert Event.objects.get().state == "machine"


def test_reports_vote_on_the_kind_and_the_headline_follows(reported):
    wrong = named("Lena Brandt", kinds=(Kind.CONTENT_REMOVAL,), kind_confidence=0.4)
    pk = reported(wrong)
    for _ in range(2):
        assert reported(named("Lena Brandt", kind_confidence=0.9)) == pk
    event = Event.objects.get()
    assert (event.kind, event.headline) == ("account_suspension", "Twitter suspends Lena Brandt")
    assert event.revisions.filter(field="kinds", by="program").exists()
    assert event.parties.get(entity__type="target").kind == "account_suspension"


def test_the_fuller_name_of_two_reports_is_the_event_s(reported):
    for name in ("Brandt", "Lena Brandt", "Lena Brandt"):
        reported(named(name))
    event = Event.objects.get()
    assert event.headline == "Twitter suspends Lena Brandt"


def test_amount_and_authority_come_from_the_report_that_says_them(reported):
    reported(named("Lena Brandt"))
    reported(named("Lena Brandt", amount=2_000_000, currency="EUR", authority="Ofcom"))
    event = Event.objects.get()
    assert (event.amount, event.currency, event.authority) == (2_000_000, "EUR", "Ofcom")
    assert record_of(event).amount == 2_000_000


def test_what_one_report_says_is_not_written_twice(reported):
    event = Event.objects.get(pk=reported(named("Lena Brandt", "Karl Orlow", countries=("DE",))))
    assert list(event.revisions.values_list("field", flat=True)) == ["event", "report"]


def test_an_event_without_a_platform_has_a_headline_and_can_be_accepted(reported):
    pk = reported(named("Lena Brandt", platforms=(), scope="unnamed"))
    assert Event.objects.get(pk=pk).headline == "A platform suspends Lena Brandt"
    accept_event(pk, Editor("ed", NOW))
    assert Event.objects.get(pk=pk).state == "reviewed"


def test_a_history_s_day_and_kind_stand_whatever_reports_say(reported):
    make.event(ref="h1", occurred_source="history", targets=["Lena Brandt"], platforms=["twitter"])
    told = named("Lena Brandt", kinds=(Kind.AD_BAN,), countries=("RU",), extent="permanent")
    said = replace(told, occurred="2017-10-27", occurred_source="text")
    event = Event.objects.get(pk=reported(said))
    assert (event.ref, event.occurred, event.extent) == ("h1", "2017-10-26", "permanent")


def test_what_an_editor_decided_stands(reported):
    pk = reported(named("Lena Brandt"))
    event = Event.objects.get(pk=pk)
    wanted = replace(current_values(event), targets=("Karl Orlow",))
    edit_event(pk, wanted, Editor("ed", NOW))
    assert reported(named("Karl Orlow", amount=3, currency="EUR")) == pk
    event.refresh_from_db()
    assert (event.state, event.amount) == ("reviewed", 0)


def test_a_name_is_as_reported_until_three_newsrooms_print_it(reported):
    reported(named("Lena Brandt"), host="ledger.example")
    reported(named("Lena Brandt"), host="ledger.example")
    reported(named("Brandt"), host="gazette.example")
    brandt = Entity.objects.get(type="target")
    assert brandt.is_reported
    reported(named("Лена Брандт", language="ru"), host="vestnik.example")
    brandt.refresh_from_db()
    assert not brandt.is_reported


def test_one_act_joins_the_spellings_of_a_name_whichever_came_first(reported):
    first = reported(named("Лены Брандт", language="ru"), host="vestnik.example")
    russian = Entity.objects.get(type="target")
    assert reported(named("Lena Brandt"), host="ledger.example") == first
    russian.refresh_from_db()
    brandt = russian.itself
    assert (brandt.name, brandt.is_reported) == ("Lena Brandt", True)
    assert [alias.name for alias in brandt.aliases.all()] == ["Лены Брандт"]
    assert record_of(Event.objects.get(pk=first)).targets == ("Lena Brandt",)
    assert get_entity(Entity.Type.TARGET, "Лены Брандт", is_reported=True) == brandt


def test_what_undoes_an_act_is_proposed_by_a_name_in_another_script(reported):
    ban = reported(named("Lena Brandt"), host="ledger.example")
    other = reported(named("Karl Brandt"), host="gazette.example")
    lifted = named("Лены Брандт", language="ru", occurred="2017-11-02")
    later = reported(replace(lifted, kinds=(Kind.REINSTATEMENT,)), host="vestnik.example")
    assert len({ban, other, later}) == 3
    assert list(Link.objects.filter(type="undoes").values_list("source", "target")) == [
        (later, ban)
    ]


def test_a_listed_name_is_never_merely_as_reported(reported):
    reported(replace(SAID, targets=("RT",)))
    assert not Entity.objects.get(type="target").is_reported


def test_an_editor_s_acceptance_confirms_the_name(reported):
    accept_event(reported(named("Lena Brandt")), Editor("ed", NOW))
    assert not Entity.objects.get(type="target").is_reported


def test_a_law_on_social_media_stands_on_social_media(reported):
    law = replace(
        SAID,
        kinds=(Kind.LEGAL_ACTION,),
        platforms=(),
        scope="social_media",
        countries=("DK",),
        authority="Folketing",
    )
    pk = reported(law)
    event = Event.objects.get(pk=pk)
    assert event.headline == "Example News reports: “Choir loses morning voices”"
    assert record_of(event).platforms == ("social_media",)
    assert reported(replace(law, language="fr")) == pk
    assert reported(replace(law, countries=("NO",))) != pk


def test_two_events_that_reports_make_alike_are_proposed_as_one(reported):
    first = reported(named("Lena Brandt"))
    undone = named("Lena Brandt", kinds=(Kind.REINSTATEMENT,), kind_confidence=0.3)
    second = reported(undone)
    entry = make.entry("A third paper", process_at=None)
    stored = EntryClassification.objects.get(entry__reports__event=second)
    stored.pk, stored.entry, stored.kinds = None, entry, ["account_suspension"]
    stored.kind_confidence = 0.9
    stored.save()
    make.report(Event.objects.get(pk=second), entry)
    settle.settle_event(Event.objects.get(pk=second), NOW)
    assert Event.objects.get(pk=second).kind == "account_suspension"
    link = Link.objects.get(type="same")
    assert (link.source_id, link.target_id, link.state) == (second, first, "proposed")


@pytest.mark.parametrize("platform", ["instagram", "facebook"])
@pytest.mark.parametrize("is_first", [True, False], ids=["first", "last"])
def test_few_events_are_proposed_as_the_same_as_one_without_a_name(reported, platform, is_first):
    """Twelve acts on Instagram on one day, and a report in another language that names nobody."""
    nameless = replace(SAID, language="fr", platforms=(platform,))
    if is_first:
        reported(nameless)
    for name in (
        f"{one} {two}" for one in ("Ada", "Bo", "Cy") for two in ("Holm", "Vik", "Tern", "Sol")
    ):
        reported(named(name, platforms=("instagram",)))
    if not is_first:
        reported(nameless)
    proposed = Link.objects.filter(type="same")
    most = 0 if platform == "facebook" else 3 if is_first else 1
    assert (Event.objects.count(), proposed.count()) == (13, most)


def test_a_proposal_makes_room_for_another_when_it_is_answered(reported):
    editor = Editor("ed", NOW)
    nameless = reported(replace(SAID, language="fr"))
    proposed = Link.objects.filter(target=nameless, type="same")
    first, second, *_ = [reported(named(name)) for name in ("Ada Holm", "Bo Vik", "Cy Tern")]
    reported(named("Di Sol"))
    assert proposed.count() == 3
    set_link(first, "same", nameless, "rejected", editor)
    reported(named("Jon Dahl"))
    assert proposed.count() == 4
    refuse_event(second, replace(editor, reason="satire"))
    reported(named("Mira Kolb"))
    reported(named("Lena Brandt"))
    assert proposed.count() == 5


def test_what_review_would_change_grows_with_publishers_not_with_reports(reported):
    title = "Twitter suspends accounts over a post"
    said = replace(SAID, details=("over", "post"))
    event = Event.objects.get(pk=reported(said, title, host="news.example"))
    first = event.weight
    assert (event.review_queue, first > 0) == ("target", True)
    reported(said, title, host="news.example")
    event.refresh_from_db()
    assert event.weight == first
    reported(said, title)
    event.refresh_from_db()
    assert event.weight == pytest.approx(2 * first, abs=0.002)
    assert event.reports.count() == 3
    before = (event.title_words, event.summary_words, event.review_queue, event.weight)
    reindex([event.pk])
    event.refresh_from_db()
    assert (event.title_words, event.summary_words, event.review_queue, event.weight) == before
