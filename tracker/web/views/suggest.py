"""For readers: suggest a correction, without an account."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_http_methods

from tracker.events.models import Event
from tracker.events.suggesting import TooManyError, suggest
from tracker.web.forms import SuggestionForm


@require_http_methods(["GET", "HEAD", "POST"])
def suggestion(request: HttpRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    form = SuggestionForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"event": event, "form": form}
        return render(request, "web/suggest.html", context, status=400 if form.errors else 200)
    now = timezone.now()
    try:
        suggest(event, origin=_origin(request, now.date()), now=now, **form.cleaned_data)
    except TooManyError as error:
        minutes = int(error.retry_after.total_seconds() // 60) + 1
        context = {"event": event, "form": form, "minutes": minutes}
        answer = render(request, "web/suggest.html", context, status=429)
        answer["Retry-After"] = str(minutes * 60)
        return answer
    messages.success(request, "Thank you. An editor will look at it; the answer will stand here.")
    return redirect("event", event.pk)


def _origin(request: HttpRequest, today: date) -> str:
    """Tells senders apart for a day, and says nothing of who they are."""
    address = request.META.get("REMOTE_ADDR", "")
    return salted_hmac(f"suggestion {today}", address, secret=settings.SECRET_KEY).hexdigest()
