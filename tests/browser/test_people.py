"""From an empty installation to a second editor, in a real browser and without a shell."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User

from tests.browser.test_desk import DECISIONS, add_doubts, press
from tests.browser.test_pages import WCAG
from tracker.events.models import Change
from tracker.feeds.models import Feed
from tracker.people.setup import setup_path

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "quite-open-sesame"


def fill(page, **values):
    for name, value in values.items():
        page.fill(f"main [name={name}]", value)


def test_an_owner_sets_the_site_up_and_a_second_editor_decides_a_morning(
    live_server, chromium, settings
):
    settings.SITE_URL = live_server.url
    owner = chromium.new_context().new_page()
    owner.goto(live_server.url + setup_path())
    fill(owner, site_name="Our Watch")
    for tick in owner.query_selector_all("[name=subjects]")[2:]:
        tick.uncheck()
    owner.get_by_role("button", name="Count these feeds").click()
    owner.wait_for_selector("text=feeds are chosen.")
    fill(owner, username="olga", password1=PASSWORD, password2=PASSWORD)
    owner.get_by_role("button", name="Start").click()
    owner.wait_for_selector(".told:has-text('feeds are followed now')")
    assert "Our Watch" in owner.title()
    assert 10 <= Feed.objects.followed().count() < 100

    owner.goto(f"{live_server.url}/people")
    fill(owner, address="anna@example.org")
    owner.keyboard.press("Enter")
    link = owner.input_value(".copy input")
    editor = chromium.new_context().new_page()
    editor.goto(link)
    fill(editor, username="anna", password1=PASSWORD, password2=PASSWORD)
    editor.keyboard.press("Enter")
    editor.wait_for_url("**/login")
    fill(editor, username="anna", password=PASSWORD)
    editor.keyboard.press("Enter")
    editor.wait_for_url(f"{live_server.url}/")
    assert sorted(User.objects.values_list("username", "is_superuser")) == [
        ("anna", False),
        ("olga", True),
    ]
    add_doubts(DECISIONS)
    editor.goto(f"{live_server.url}/review")
    for number in range(DECISIONS):
        press(editor, *(["a"], ["r", "3"], ["e", "4"])[number % 3])
    assert Change.objects.filter(by="anna").count() == DECISIONS
    for page in (owner, editor):
        page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (390, "dark"), (320, "light")])
def test_the_set_up_page_fits_and_axe_finds_no_fault(live_server, chromium, width, scheme):
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(live_server.url + setup_path())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options={"runOnly": WCAG})
    assert [fault["id"] for fault in found.response["violations"]] == []
    context.close()
