"""Store what editors say about an article itself, with a line in the audit log."""

from datetime import datetime

from django.db import transaction

from tracker.feeds.models import Entry
from tracker.people.audit import Actor, Verb, record_line
from tracker.text import clean_text


@transaction.atomic
def set_language(entry_id: int, language: str, actor: Actor, now: datetime) -> bool:
    """Set the language of an article, a valid tag or "" for unknown, and queue it for
    classification; return whether it differs.
    """
    rows = Entry.objects.select_for_update().filter(pk=entry_id)
    entry = rows.only("title", "link", "language").first()
    if entry is None or entry.language == language:
        return False
    # A worker that has it now uses the other language, so its claim becomes void.
    rows.update(language=language, process_at=now, claim=None)
    about = clean_text(f"{entry_id} {entry.title or entry.link}", 200)
    record_line(Verb.ARTICLE_LANGUAGE, actor, now, about, entry.language, language)
    return True
