"""The closed list of causes: whatever goes wrong has a sentence and a hint, in both languages."""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

import tracker
from tests import make
from tests.conftest import NOW
from tracker.feeds.causes import CAUSES
from tracker.feeds.limits import CAUSE_LIMIT
from tracker.feeds.models import Poll
from tracker.feeds.network.errors import status_cause
from tracker.feeds.network.types import FetchError
from tracker.feeds.parsing import notices

ROOT = Path(tracker.__file__).parent / "feeds"
# Words that are none of a fault: of HTTP parsers and systems, not of an analyst.
JARGON = re.compile(r"HTTP|[A-Z]\w+Error|<|errno|SSL|XML parser|header|token|400")


def test_every_cause_that_the_code_names_is_in_the_list():
    named = set()
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "cause":
                named |= {n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant)}
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ParseError":
                named |= {a.value for a in node.args[2:] if isinstance(a, ast.Constant)}
    named = {name for name in named if isinstance(name, str) and name}
    assert len(named) > 15
    assert named <= set(CAUSES)
    assert set(notices.WORDS) | set(notices.ROOTS.values()) <= set(CAUSES)
    assert {status_cause(status) for status in range(100, 600)} <= set(CAUSES)
    assert all(FetchError("x", code=code).cause in CAUSES for code in ("http", "network", "time"))


@pytest.mark.parametrize("code", CAUSES)
def test_a_cause_is_a_sentence_with_a_hint_in_both_languages(code):
    cause, told = CAUSES[code], []
    assert len(code) <= CAUSE_LIMIT
    for language in ("en", "fr"):
        with translation.override(language):
            told.append((str(cause.sentence), str(cause.hint)))
    for sentence, hint in told:
        assert sentence.endswith(".")
        assert hint.endswith(".")
        assert not JARGON.search(sentence)
    assert all(english != french for english, french in zip(*told, strict=True))


@pytest.mark.django_db
def test_the_pages_tell_the_cause_in_the_reader_s_language_and_not_the_library_s_words(client):
    trouble = {"state": "failing", "error": "XyzError: 400", "cause": "certificate_expired"}
    feed = make.feed(failures=3, **trouble)
    Poll.objects.create(feed=feed, at=NOW, **trouble)
    for language in ("en", "fr"):
        with translation.override(language):
            sentence = str(CAUSES["certificate_expired"].sentence)
            hint = str(CAUSES["certificate_expired"].hint)
        for page in ("/sources", f"/sources/{feed.pk}"):
            text = client.get(page, headers={"Accept-Language": language}).content.decode()
            assert sentence in text
            assert "XyzError" not in text
        assert hint in text
