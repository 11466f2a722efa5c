"""Cache pages that are the same for everybody for a moment, and avoid sending them twice."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.connection import ConnectionProxy
from django.utils.translation import get_language

from tracker.events.search.index.events import index

View = Callable[[HttpRequest], HttpResponse]
pages = ConnectionProxy(caches, "pages")  # of this process: see CACHES


@dataclass(frozen=True)
class Page:
    """An answer for a version of the index."""

    version: int
    content: bytes
    headers: dict[str, str]


def for_anonymous(view: View) -> View:
    """Cache a view's page while no event changes, for a moment at most; 304 if the reader has it.
    Signed-in users, and readers with a message to show, get their own.
    """
    return _cached(view, of_events=True)


def of_feeds(view: View) -> View:
    """Cache a view as for_anonymous does, for a page without events, which may be slightly
    outdated.
    """
    return _cached(view, of_events=False)


def _cached(view: View, *, of_events: bool) -> View:
    def is_current(page: Page) -> bool:
        return not of_events or page.version == index.snapshot().version

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES or list(get_messages(request)):
            return view(request)
        key = _key(request)
        page = pages.get(key)
        if page is None or not is_current(page):
            # The view may read newer data, never older: at worst the page is rendered once more.
            version = index.version
            response = view(request)
            if response.status_code != 200:
                return response
            # A session bypasses this cache, and the browser's languages select the texts.
            patch_vary_headers(response, ("Cookie", "Accept-Language"))
            # Weak, since a proxy may compress the same page differently.
            response["ETag"] = f'W/"{sha256(response.content).hexdigest()[:32]}"'
            # Browsers may store it but must revalidate: an event may have changed, and if none has,
            # a 304 is cheap.
            response["Cache-Control"] = "no-cache"
            page = Page(version, response.content, dict(response.items()))
            pages.set(key, page)
        response = HttpResponse(page.content, headers=page.headers)
        same = get_conditional_response(request, etag=response["ETag"], response=response)
        return same if isinstance(same, HttpResponse) else response

    return answer


def _key(request: HttpRequest) -> str:
    """Return a digest, since an address may be longer than a key of a cache."""
    parts = (request.get_host(), request.is_secure(), request.get_full_path(), get_language())
    return sha256(repr(parts).encode()).hexdigest()
