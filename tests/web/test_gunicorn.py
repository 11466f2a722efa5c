"""What a web process does before its first reader comes."""

import pytest
from django.core.handlers.wsgi import WSGIHandler

from tests import make
from tracker.web.gunicorn import FIRST_PAGES, ask

pytestmark = pytest.mark.django_db(transaction=True)  # a request closes its connection


@pytest.mark.parametrize("site", ["http://127.0.0.1:8000", "https://tracker.example"])
@pytest.mark.parametrize("address", FIRST_PAGES)
def test_its_first_pages_are_made_as_for_a_reader(address, site, settings):
    make.event()
    settings.SITE_URL = site
    settings.ALLOWED_HOSTS = ["127.0.0.1", "tracker.example"]
    settings.SECURE_SSL_REDIRECT = site.startswith("https")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert ask(WSGIHandler(), address) == "200 OK"
