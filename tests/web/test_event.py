import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.consensus.links import LinkProposal, store_proposal
from tracker.events.editing import actions
from tracker.events.editing.actions import refuse_event, set_link
from tracker.events.editing.editor import Editor
from tracker.events.models import Event, Link
from tracker.events.reasons import Reason
from tracker.feeds.models import Entry

pytestmark = pytest.mark.django_db


def page(client, pk):
    return client.get(f"/events/{pk}").content.decode()


def history_of(client, pk):
    """The words of its history, without the marks that keep the directions of two values apart."""
    return re.sub("</?bdi>", "", page(client, pk).partition("History")[2])


def test_it_states_the_act_and_the_words_that_gave_each_fact(client):
    pk = make.processed("Twitter bans ads from RT and Sputnik", summary="It did so on 26 October.")
    text = page(client, pk)
    assert "<h1>Twitter bars RT, Sputnik from advertising</h1>" in text
    assert "26 October 2017" in text
    assert "from “26 October”" in text
    assert "Why ad ban?" in text
    assert "“bans”, “ads” in the title" in text
    assert f"http://testserver/events/{pk}" in text


def test_a_day_that_is_inferred_says_so(client):
    text = page(client, make.processed("Twitter bans ads from RT and Sputnik"))
    assert "inferred: the day of the first report" in text


def test_reports_and_reactions_stand_apart(client):
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    make.processed("Kremlin condemns Twitter ban on ads from RT")
    text = page(client, pk)
    text = re.sub(r"<h2>\s*(\w+)\s*</h2>", r"<h2>\1</h2>", text)
    reports, reactions = text.index("<h2>Reports</h2>"), text.index("<h2>Reactions</h2>")
    assert reports < text.index('href="https://news.example/1"', reports) < reactions
    assert "condemns" not in text[reports:reactions]
    assert "condemns" in text[reactions:]


def test_linked_events_are_told_with_the_span_between_them(client):
    act = make.event("act", occurred="2021-01-08")
    undoing = make.event("undoing", occurred="2022-11-19", kind="reinstatement")
    Link.objects.create(source=undoing, target=act, type="undoes")
    text = page(client, act.pk)
    assert "Undone by" in text
    assert "680 days" in text


def test_the_history_names_the_event_that_was_linked_to_it(client):
    act = make.event("Twitter bars RT")
    undoing = make.event("Twitter lets RT return", kind="reinstatement", occurred="2017-11-02")
    proposal = LinkProposal(undoing.pk, act.pk, "undoes", 0.9, (Reason("same_target", ("RT",)),))
    store_proposal(proposal, NOW)
    set_link(undoing.pk, "undoes", act.pk, "confirmed", Editor("ann", NOW + timedelta(minutes=2)))
    history = history_of(client, act.pk)
    assert "Undone by “Twitter lets RT return” (proposed)" in history
    assert (
        "Undone by “Twitter lets RT return” (proposed) →"
        " Undone by “Twitter lets RT return” (confirmed)" in history
    )
    assert "Undoes “Twitter bars RT”" in page(client, undoing.pk).partition("History")[2]
    # Before the link was confirmed, and after the other event has no page of its own.
    then = client.get(f"/events/{act.pk}?as_of={NOW:%Y-%m-%dT%H:%M:%SZ}").content.decode()
    assert "(proposed)" in then
    assert "(confirmed)" not in then
    refuse_event(undoing.pk, Editor("ann", NOW + timedelta(minutes=3), "not an act"))
    assert f"Undone by event {undoing.pk} (confirmed)" in page(client, act.pk)


def test_a_merged_event_leads_to_the_one_that_it_went_into(client):
    kept = make.event()
    merged = make.event(merged_into=kept)
    answer = client.get(f"/events/{merged.pk}")
    assert (answer.status_code, answer["Location"]) == (301, f"/events/{kept.pk}")


def test_a_number_that_was_never_given_is_404(client):
    answer = client.get("/events/999999")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_its_history_names_what_changed_and_who_did_it(client):
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    make.processed("Twitter bans ads from RT and Sputnik", summary="It did so on 26 October.")
    text = history_of(client, pk)
    assert Event.objects.get(pk=pk).revisions.filter(field="occurred").exists()
    assert "27 October 2017 → 26 October 2017" in text
    assert "its reports together say so" in text


def test_any_number_of_reports_takes_the_same_number_of_queries(client, django_assert_num_queries):
    event = make.event()
    for _ in range(5):
        make.report(event)
    with django_assert_num_queries(10):
        client.get(f"/events/{event.pk}")


def test_a_name_in_another_script_shows_as_it_was_written(client):
    text = page(client, make.processed("YouTube заблокировал канал Алекса Джонса", language="ru"))
    assert "“Алекса Джонса”" in text
    assert "“YouTube”" not in text


def test_each_report_says_why_it_is_here(client):
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    make.processed("Twitter запретил рекламу RT и Sputnik", language="ru")
    assert "Grouped here because: same platform: X (Twitter); same kind: Ad ban" in page(client, pk)


def test_its_recording_says_why_and_not_what_it_was_called(client):
    text = page(client, make.processed("Twitter bans ads from RT and Sputnik"))
    recorded = text[text.index('<span class="role">recorded</span>') :].partition("</li>")[0]
    assert "empty" not in recorded
    assert "first report" in text


def test_a_full_sentence_is_built_from_the_facts(client):
    event = make.event("A headline that a person wrote", grounds="elections_disinformation")
    text = page(client, event.pk)
    assert "On 26 October 2017, Twitter barred RT from advertising (country: Russia)" in text


def test_the_words_of_a_title_say_which_facts_they_gave(client):
    text = page(client, make.processed("Twitter bans ads from RT and <b>Sputnik"))
    assert '<mark data-fact="platforms">Twitter</mark>' in text
    assert '<dd data-fact="platforms">' in text
    assert "&lt;b&gt;" in text


def test_reports_of_one_newsroom_stand_together(client):
    event = make.event()
    mine = make.feed("https://a.example/rss", host="a.example")
    other = make.feed("https://b.example/rss", host="b.example")
    for title, feed in (("First words of it", mine), ("Others say so", other), ("Now more", mine)):
        make.report(event, make.entry(title, feed=feed))
    text = page(client, event.pk).partition("<main")[2]
    places = [text.index(words) for words in ("First words of it", "Now more", "Others say so")]
    assert places == sorted(places)
    assert "Example News: 2 reports" in text


def test_the_chain_is_in_order_of_days_with_the_event_in_it(client):
    act = make.event("the act", occurred="2021-01-08")
    for headline, occurred, kind in (
        ("the undoing", "2022-11-19", "undoes"),
        ("the same day's extension", "2021-01-08", "extends"),
    ):
        Link.objects.create(
            source=make.event(headline, occurred=occurred), target=act, type=kind, state="confirmed"
        )
    text = page(client, act.pk).partition("Timeline of related events")[2]
    places = [
        text.index(words)
        for words in (
            "This event",
            "the same day&#x27;s extension",
            "680 days later",
            "the undoing",
        )
    ]
    assert places == sorted(places)
    assert "the same day<" in text
    assert " 0 days" not in text


def test_an_article_that_its_publisher_edited_is_shown_with_both_titles(client):
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    entry = Entry.objects.get(reports__event=pk)
    entry.versions.create(at=NOW, content_hash="x", title="Twitter limits ads <of> RT")
    text = page(client, pk)
    assert "Articles edited by their publishers" in text
    assert "<ins>Twitter limits ads &lt;of&gt; RT</ins>" in text
    assert "<del" in text
    assert "Articles edited" not in client.get(f"/events/{pk}?as_of=2026-11-23").content.decode()


def test_a_change_reads_forwards_whatever_the_direction_of_its_values(client):
    event = make.event("تويتر يحظر")
    edit = replace(actions.current_values(event), own_headline="Twitter bars RT")
    actions.edit_event(event.pk, edit, Editor("ed", NOW, "because"))
    event.refresh_from_db()
    edit = replace(actions.current_values(event), own_headline="تويتر")
    actions.edit_event(event.pk, edit, Editor("ed", NOW, "because"))
    page = client.get(f"/events/{event.pk}").content.decode()
    assert "<bdi>Twitter bars RT</bdi> → <bdi>تويتر</bdi>" in page
    assert '<a class="name" href="/"><bdi>' in page


def test_a_name_in_a_heading_has_its_own_direction(client):
    entity = make.event("x", targets=["قناة"]).entities.get(type="target")
    assert f"<h1><bdi>{entity.name}</bdi>" in client.get(f"/entities/{entity.pk}").content.decode()


def test_the_times_of_recording_and_of_the_last_change_are_one_sentence(client):
    changed = make.event(changed_at=NOW + timedelta(days=1))
    page = " ".join(client.get(f"/events/{changed.pk}").content.decode().split())
    assert "24 November 2026, 12:00 UTC, changed 25 November 2026, 12:00 UTC" in page
    same = client.get(f"/events/{make.event().pk}").content.decode()
    assert "UTC, changed" not in same
