import re

import pytest

from tests import make
from tracker.events.models import Event, Link

pytestmark = pytest.mark.django_db


def page(client, pk):
    return client.get(f"/events/{pk}").content.decode()


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
    assert reports < text.index("from RT and Sputnik</a>") < reactions
    assert reactions < text.index("condemns")


def test_linked_events_are_told_with_the_span_between_them(client):
    act = make.event("act", occurred="2021-01-08")
    undoing = make.event("undoing", occurred="2022-11-19", kind="reinstatement")
    Link.objects.create(source=undoing, target=act, type="undoes")
    text = page(client, act.pk)
    assert "Undone by" in text
    assert "680 days" in text


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
    text = page(client, pk)
    assert Event.objects.get(pk=pk).revisions.filter(field="occurred").exists()
    assert "27 October 2017 → 26 October 2017" in text
    assert "its reports together say so" in text


def test_any_number_of_reports_takes_the_same_number_of_queries(client, django_assert_num_queries):
    event = make.event()
    for _ in range(5):
        make.report(event)
    with django_assert_num_queries(7):
        client.get(f"/events/{event.pk}")


def test_a_name_in_another_script_shows_as_it_was_written(client):
    text = page(client, make.processed("YouTube заблокировал канал Алекса Джонса", language="ru"))
    assert "“Алекса Джонса”" in text
    assert "“YouTube”" not in text


def test_each_report_says_why_it_is_here(client):
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    make.processed("Twitter запретил рекламу RT и Sputnik", language="ru")
    assert "Grouped here because: same platform: X (Twitter); same kind: Ad ban" in page(client, pk)
