"""Queue requests to other services about articles in shown events. Nothing is sent here; the rows
are the queue (feeds/articles/).
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from tracker.events.models import Event, Report
from tracker.feeds.models import ArchivedCopy, TranslatedTitle

LATELY = timedelta(days=7)  # since the event's last change; each new report is one
AT_ONCE = 200


def queue_article_requests(now: datetime) -> int:
    """Queue the missing translations and archived copies of recently shown articles; return how
    many.
    """
    return _queue_translations(now) + _queue_copies(now)


def _shown_reports(now: datetime) -> QuerySet[Report]:
    lately = Event.objects.shown().filter(changed_at__gt=now - LATELY)
    return Report.objects.filter(event__in=lately, entry__isnull=False).order_by("-pk")


def _queue_translations(now: datetime) -> int:
    if not settings.TRANSLATE_URL:
        return 0
    count = 0
    for language, _name in settings.LANGUAGES:
        requested = TranslatedTitle.objects.filter(language=language)
        lacking = (
            _shown_reports(now)
            .exclude(entry__title="")
            .exclude(entry__classification__language__startswith=language)
            .exclude(entry__in=requested.values("entry"))
        )
        titles = dict(lacking.values_list("entry", "entry__title")[:AT_ONCE])
        rows = [
            TranslatedTitle(entry_id=pk, language=language, title=title, next_try_at=now)
            for pk, title in titles.items()
        ]
        TranslatedTitle.objects.bulk_create(rows, ignore_conflicts=True)
        count += len(rows)
    return count


def _queue_copies(now: datetime) -> int:
    if not settings.ARCHIVE_SAVE_URL:
        return 0
    lacking = _shown_reports(now).filter(entry__archived_copy=None, entry__link__startswith="http")
    ids = dict.fromkeys(lacking.values_list("entry", flat=True)[:AT_ONCE])
    rows = [ArchivedCopy(entry_id=pk, next_try_at=now) for pk in ids]
    ArchivedCopy.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
