"""The tutorial, step by step; with PICTURES set to a folder, its pictures are made there."""

import io
import os
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image

from tracker.events.intake.history_csv import SHIPPED_HISTORY
from tracker.events.intake.history_import import import_history
from tracker.feeds.editing.catalogue import CATALOGUE
from tracker.feeds.models import Feed
from tracker.feeds.services import import_opml

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PICTURES")
SIZE = {"width": 1400, "height": 900}


def test_every_step_of_the_tutorial_leads_on(chromium, live_server):
    now = timezone.now()
    import_history(SHIPPED_HISTORY.read_bytes(), now)
    import_opml(CATALOGUE.read_bytes(), now=now)
    Feed.objects.update(state="working", polled_at=now, succeeded_at=now)
    page = chromium.new_page(viewport=SIZE)
    page.goto(live_server.url)
    take(page, "timeline")
    search = page.locator("header input[name=q]")
    search.fill("Alex Jones")
    search.press("Enter")
    page.wait_for_url("**/?q=Alex+Jones")
    page.goto(f"{live_server.url}/?q=Alex+Jones&kind=account_suspension")
    page.locator(".event a").first.click()
    page.wait_for_url("**/events/*")
    text = page.inner_text("main")
    assert "Alex Jones" in text
    assert page.get_by_role("link", name="Suggest a correction").count()
    assert "Cite" in text
    take(page, "event")
    page.goto(f"{live_server.url}/?q=Alex+Jones&kind=account_suspension")
    page.get_by_role("link", name="Get email alerts").first.click()
    page.wait_for_url("**/alerts/new*")
    page.close()


def take(page, name):
    if PICTURES:
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.save(Path(PICTURES) / f"{name}.webp", quality=82, method=6)
