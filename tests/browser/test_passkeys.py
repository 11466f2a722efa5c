"""Passkeys in a real browser, with an authenticator that Chromium plays."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User

from tests.browser.test_pages import WCAG
from tracker.people.models import Passkey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "quite-open-sesame"
INTERNAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(chromium):
    """A page of a browser on a device that makes passkeys."""
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": INTERNAL})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    yield page
    context.close()


def test_a_passkey_is_made_and_signs_in_alone_and_after_the_password(page, live_server):
    site = live_server.url
    User.objects.create_user("ed", password=PASSWORD, is_staff=True)
    page.goto(f"{site}/login")
    page.fill("[name=username]", "ed")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/account/passkeys/new")
    page.fill("[name=name]", "Laptop")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("pre")  # the spare codes
    assert Passkey.objects.get().name == "Laptop"
    found = Axe().run(page, options={"runOnly": WCAG})
    assert [fault["id"] for fault in found.response["violations"]] == []

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/login?next=/review")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site}/review")

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{site}/login?next=/review")
    page.fill("[name=username]", "ed")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url(f"{site}/review")
    assert page.complaints == []  # of the security policy too


def test_a_device_without_a_passkey_says_so_and_a_browser_without_script_what_it_needs(
    page, live_server, chromium
):
    page.goto(f"{live_server.url}/login/passkey")
    page.get_by_role("button", name="Use passkey").click()
    page.wait_for_selector("text=Your browser did not provide a passkey")
    context = chromium.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{live_server.url}/login/passkey")
    plain.get_by_role("button", name="Use passkey").click()
    assert "Passkeys need JavaScript." in plain.inner_text("main")
    context.close()
