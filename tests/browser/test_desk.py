"""The desk in a real browser, by keyboard alone: a morning's doubts without a shell."""

import pytest
from django.contrib.auth.models import User

from tests import make
from tracker.events.models import Change, Event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DECISIONS = 30
SMALLEST = 24  # pixels, WCAG 2.2 2.5.8


def add_doubts(count):
    """Events of which the program doubts the kind."""
    for number in range(count):
        event = make.event("", targets=[f"Person {number}"], occurred=f"2017-{number % 12 + 1:02}")
        make.report(event, make.entry(f"Twitter bars Person {number}"))
        Event.objects.filter(pk=event.pk).update(review_queue="kind", weight=99 - number)


@pytest.fixture
def desk(chromium, live_server, client):
    """The page of the desk, opened by an editor, with DECISIONS doubts."""
    add_doubts(DECISIONS + 2)
    client.force_login(User.objects.create_superuser("ed"))
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([cookie | {"url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/review?lane=kind")
    yield page
    context.close()


def press(page, *keys):
    """Press keys, the last of which leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def test_thirty_doubts_are_decided_by_keys(desk):
    for number in range(DECISIONS):
        press(desk, *(["a"], ["r", "3"], ["e", "4"])[number % 3])
    verbs = list(Change.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["accept", "refuse", "edit"] * (DECISIONS // 3)
    assert "Recent decisions" in desk.content()
    press(desk, "z")
    assert Change.objects.filter(verb="undo").count() == 1


def test_a_letter_after_a_letter_chooses_nothing(desk):
    desk.keyboard.press("r")
    assert desk.locator("#asking").inner_text() == "Choose a number, or press Escape"
    desk.keyboard.press("s")
    assert desk.locator("#asking").inner_text() == ""
    assert not Change.objects.exists()


def test_several_are_selected_and_accepted_by_keys(desk):
    desk.keyboard.press("x")
    press(desk, "j")
    desk.locator(".queue input").first.check()
    desk.keyboard.press("x")
    press(desk, "+")
    assert "Accepted 2 events." in desk.content()


def test_the_sheet_of_keys_opens_and_closes(desk):
    sheet = desk.locator("#sheet")
    assert not sheet.is_visible()
    desk.keyboard.press("?")
    assert sheet.is_visible()
    desk.keyboard.press("Escape")
    assert not sheet.is_visible()


def test_a_platform_is_found_while_typing(desk):
    press(desk, "f")
    search = desk.get_by_label("Search by name: Platforms")
    search.fill("insta")
    option = desk.locator("datalist option[value=Instagram]")
    option.wait_for(state="attached")
    search.fill("Instagram")
    search.press("Enter")
    assert "Instagram" in desk.get_by_label("Platforms", exact=True).input_value()


def test_targets_are_large_enough(desk):
    small = desk.evaluate(
        """least => ["button", "input", "select", "a.button"]
            .flatMap(name => [...document.querySelectorAll(`main ${name}`)])
            .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < least || box.height < least))
            .map(([html]) => html)""",
        SMALLEST,
    )
    assert small == []


def test_what_to_do_with_selected_events_is_shown_once_one_is_selected(desk):
    button = desk.get_by_role("button", name="Accept selected")
    assert not button.is_visible()
    desk.keyboard.press("x")
    button.wait_for()
    assert desk.get_by_text("Refuse selected").is_visible()
    desk.keyboard.press("x")
    button.wait_for(state="hidden")


def test_lines_of_buttons_begin_after_their_label(desk):
    starts, label = desk.evaluate(
        """() => {
            const form = document.querySelector(".bench .kinds");
            const left = e => Math.round(e.getBoundingClientRect().left);
            const lines = new Map();
            form.querySelectorAll("button").forEach(e => {
                const top = e.getBoundingClientRect().top;
                if (!lines.has(top)) lines.set(top, left(e));
            });
            const label = form.querySelector(".label").getBoundingClientRect();
            return [[...lines.values()], label.right];
        }"""
    )
    assert len(starts) > 1
    assert len(set(starts)) == 1
    assert starts[0] >= label
