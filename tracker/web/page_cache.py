"""Pages that everybody sees alike, kept for a moment and not sent twice."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from time import monotonic

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

from tracker.events.search.index import index

KEPT_SECONDS = 15  # coverage and names on a page may be that old; events never are
KEPT_PAGES = 200
View = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True)
class Page:
    """An answer, when it was made (by `monotonic`) and of which version of the index."""

    version: int
    made_at: float
    answer: HttpResponse


pages: OrderedDict[tuple[object, ...], Page] = OrderedDict()


def for_anonymous(view: View) -> View:
    """The view's page from memory where it was made a moment ago and no event changed since; 304
    where the reader has it. Somebody who is signed in, or is told something, gets their own.
    """
    return _kept(view, of_events=True)


def of_feeds(view: View) -> View:
    """As for_anonymous, of a page that shows no events: it may be a moment old."""
    return _kept(view, of_events=False)


def _kept(view: View, *, of_events: bool) -> View:
    def is_old(kept: Page) -> bool:
        return kept.made_at < monotonic() - KEPT_SECONDS or (
            of_events and kept.version != _version()
        )

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES or list(get_messages(request)):
            return view(request)
        key = (request.get_host(), request.is_secure(), request.get_full_path(), get_language())
        kept = pages.get(key)
        if kept is None or is_old(kept):
            # What the view reads may be newer, never older: at worst it is made once more.
            version = index.version
            made = view(request)
            if made.status_code != 200:
                return made
            patch_vary_headers(made, ("Cookie", "Accept-Language"))
            made["ETag"] = f'W/"{sha256(made.content).hexdigest()[:32]}"'
            made["Cache-Control"] = "no-cache"
            kept = pages[key] = Page(version, monotonic(), made)
            pages.move_to_end(key)
            while len(pages) > KEPT_PAGES:
                pages.popitem(last=False)
        response = HttpResponse(kept.answer.content, headers=kept.answer.headers)
        same = get_conditional_response(request, etag=response["ETag"], response=response)
        return same if isinstance(same, HttpResponse) else response

    return answer


def _version() -> int:
    with index.reading() as held:
        return held.version
