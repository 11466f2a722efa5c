"""For readers: suggest a correction or an article, without an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker.events.models import Event
from tracker.events.review.submissions import submit_link
from tracker.events.review.suggestions import TooManySuggestionsError, add_suggestion
from tracker.events.search.load import load_rows
from tracker.web.forms.suggestions import LinkForm, SuggestionForm
from tracker.web.pages.render import render_page
from tracker.web.pages.subscribers import SubmitPage, SuggestPage
from tracker.web.senders import origin_of


@require_http_methods(["GET", "HEAD", "POST"])
def suggestion(request: HttpRequest, event_id: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible(), pk=event_id)
    form = SuggestionForm(request.POST or None)
    (row,) = load_rows([event])
    if request.method != "POST" or not form.is_valid():
        page = SuggestPage(event.pk, row.headline, form)
        return render_page(request, "web/suggest.html", page, status=400 if form.errors else 200)
    now = timezone.now()
    # Only for the limit; the hash changes daily (decision D71).
    origin = origin_of(request, "suggestion", now.date())
    try:
        add_suggestion(event, origin=origin.sender, now=now, **form.cleaned_data)
    except TooManySuggestionsError as error:
        minutes = int(error.retry_after.total_seconds() // 60) + 1
        page = SuggestPage(event.pk, row.headline, form, minutes)
        answer = render_page(request, "web/suggest.html", page, status=429)
        answer["Retry-After"] = str(minutes * 60)
        return answer
    messages.success(request, _("Thank you. An editor will read your suggestion and answer here."))
    return redirect("event", event.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """Accept the address of an article; an editor decides whether it is fetched."""
    form = LinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        page = SubmitPage(form)
        return render_page(request, "web/submit.html", page, status=400 if form.errors else 200)
    now = timezone.now()
    origin = origin_of(request, "suggestion", now.date())
    try:
        submit_link(**form.cleaned_data, origin=origin.sender, now=now)
    except TooManySuggestionsError as error:
        minutes = int(error.retry_after.total_seconds() // 60) + 1
        answer = render_page(request, "web/submit.html", SubmitPage(form, minutes), status=429)
        answer["Retry-After"] = str(minutes * 60)
        return answer
    messages.success(request, _("Thank you. An editor will read the article."))
    return redirect("submit_link")
