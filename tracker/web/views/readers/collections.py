"""Collections: create one, change it through its signed link, read it in every format."""

from collections.abc import Callable, Iterator

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker import database_time
from tracker.alerts import subscribing, tokens
from tracker.alerts.collecting import collections
from tracker.alerts.collecting.brief import build_brief
from tracker.alerts.collecting.collections import CollectionLimitError
from tracker.alerts.collecting.models import Collection
from tracker.alerts.collecting.word import WORD_TYPE, write_docx
from tracker.alerts.tokens import sign_token, token_ids
from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, names
from tracker.events.publish.export import event_cells
from tracker.events.search.query import Query
from tracker.events.tables import csv_line
from tracker.people.roles import has_editor_role
from tracker.web.editor import editor_required, is_editor
from tracker.web.fields import row_id
from tracker.web.forms.collections import CollectedEventForm, CollectionForm, TitleForm
from tracker.web.forms.people import AddressForm
from tracker.web.pages.collections import (
    CollectionEditPage,
    CollectionPage,
    build_collections_page,
)
from tracker.web.pages.render import render_page
from tracker.web.pages.site import EmptyPage
from tracker.web.senders import origin_of
from tracker.web.views.exports import csv_download
from tracker.web.views.readers.alerts import too_many
from tracker.web.views.readers.manage import private
from tracker.web.views.syndication import atom_of


@require_http_methods(["GET", "HEAD", "POST"])
def show_all(request: HttpRequest) -> HttpResponse:
    """Show the public collections; editors create one here, readers request their link."""
    if request.method == "POST" and isinstance(request.user, User) and is_editor(request.user):
        return _create(request, request.user)
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _ask(request, form)
    page = build_collections_page(_own(request), form, is_asked="asked" in request.GET)
    return render_page(request, "web/collections.html", page, status=400 if form.errors else 200)


def _own(request: HttpRequest) -> list[Collection]:
    if isinstance(request.user, User) and is_editor(request.user):
        return list(collections.collections_of(request.user))
    return []


def _create(request: HttpRequest, editor: User) -> HttpResponse:
    form = TitleForm(request.POST)
    if form.is_valid():
        try:
            collection = collections.create_collection(
                form.cleaned_data["title"], editor, database_time.now()
            )
            return redirect("collection_edit", sign_token(tokens.COLLECT, collection))
        except CollectionLimitError:
            form.add_error("title", _("You have reached the maximum number of collections"))
    page = build_collections_page(_own(request), title_form=form)
    return render_page(request, "web/collections.html", page, status=400)


def _ask(request: HttpRequest, form: AddressForm) -> HttpResponse:
    now = database_time.now()
    origin = origin_of(request, "alerts", now.date())
    try:
        subscribing.request_manage_link(
            address=form.cleaned_data["address"],
            origin=origin.sender,
            now=now,
            is_new=True,
        )
    except subscribing.TooManyRequestsError as error:
        return too_many(request, error)
    return redirect(f"{reverse('collections')}?asked")


def _collection(token: str, purpose: str) -> Collection | None:
    (pk,) = token_ids(token, purpose) or (0,)
    return Collection.objects.filter(pk=pk).select_related("editor").first()


def _unknown(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/collection_unknown.html", EmptyPage(), status=404)


# --- for its owner


@private
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show and change a collection: by its owner's private link; editors must also be signed in."""
    collection = _collection(token, tokens.COLLECT)
    if collection is None or not _has_owner(collection):
        return _unknown(request)
    change = _change if collection.editor is None else editor_required(_change)
    return change(request, token, collection)


def _has_owner(collection: Collection) -> bool:
    """Return whether the editor who owns a collection is still one; a subscriber's is deleted with
    them.
    """
    editor = collection.editor
    return editor is None or has_editor_role(editor)


def _is_listed(collection: Collection) -> bool:
    """Return whether a collection is public, which ends with its editor's role."""
    return collection.is_public and collection.editor_id is not None and _has_owner(collection)


def _change(request: HttpRequest, token: str, collection: Collection) -> HttpResponse:
    values = {name: getattr(collection, name) for name in CollectionForm.base_fields}
    form, event_form = CollectionForm(initial=values), CollectedEventForm()
    act = request.POST.get("act", "")
    if act == "save":
        form = CollectionForm(request.POST)
    if act == "add":
        event_form = CollectedEventForm(request.POST)
    if request.method == "POST" and ACTS.get(act, _do_nothing)(collection, form, event_form):
        return redirect("collection_edit", token) if act != "delete" else redirect("collections")
    if act == "remove":
        number = row_id(request.POST.get("event", ""))
        collections.remove_event(collection, number, database_time.now())
        return redirect("collection_edit", token)
    if collection.editor_id is None:
        form.fields.pop("is_public")
    share = reverse("collection", args=[sign_token(tokens.READ, collection)])
    page = CollectionEditPage(
        brief=build_brief(collection, database_time.now()),
        token=token,
        share=request.build_absolute_uri(share),
        form=form,
        event_form=event_form,
    )
    status = 400 if form.errors or event_form.errors else 200
    return render_page(request, "web/collection_edit.html", page, status=status)


def _save(collection: Collection, form: CollectionForm, event_form: CollectedEventForm) -> bool:
    if not form.is_valid():
        return False
    values = form.cleaned_data
    collections.change_collection(
        collection,
        values["title"],
        values["note"],
        is_public=values["is_public"],
        now=database_time.now(),
    )
    return True


def _add(collection: Collection, form: CollectionForm, event_form: CollectedEventForm) -> bool:
    if not event_form.is_valid():
        return False
    values = event_form.cleaned_data
    event = collections.find_event(values["address"])
    if event is None:
        event_form.add_error("address", _("There is no such event. Enter a number like 123"))
        return False
    try:
        collections.add_event(collection, event, values["note"], database_time.now())
    except CollectionLimitError:
        event_form.add_error(
            "address", _("This collection has reached its maximum number of events")
        )
        return False
    return True


def _delete(collection: Collection, form: CollectionForm, event_form: CollectedEventForm) -> bool:
    collection.delete()
    return True


def _do_nothing(
    collection: Collection, form: CollectionForm, event_form: CollectedEventForm
) -> bool:
    return False


ACTS: dict[str, Callable[[Collection, CollectionForm, CollectedEventForm], bool]] = {
    "save": _save,
    "add": _add,
    "delete": _delete,
}


# --- for its readers


@require_safe
def show(request: HttpRequest, token: str) -> HttpResponse:
    return _answer(request, token, "web/collection.html")


@require_safe
def brief(request: HttpRequest, token: str) -> HttpResponse:
    """Show the collection for print."""
    return _answer(request, token, "web/collection_brief.html")


def _answer(request: HttpRequest, token: str, template: str) -> HttpResponse:
    collection = _collection(token, tokens.READ)
    if collection is None:
        return _unknown(request)
    brief_now = build_brief(collection, database_time.now())
    page = CollectionPage(brief_now, token, _is_listed(collection))
    return _unlisted(render_page(request, template, page), collection)


def _unlisted(answer: HttpResponse, collection: Collection) -> HttpResponse:
    if not _is_listed(collection):
        answer["X-Robots-Tag"] = "noindex, nofollow"
        answer["Cache-Control"] = "private, no-store"
        answer["Referrer-Policy"] = "no-referrer"
    return answer


@require_safe
def as_docx(request: HttpRequest, token: str) -> HttpResponse:
    """Return the brief as a Word document."""
    collection = _collection(token, tokens.READ)
    if collection is None:
        return _unknown(request)
    content = write_docx(build_brief(collection, database_time.now()))
    answer = HttpResponse(content, content_type=WORD_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="brief.docx"'
    return _unlisted(answer, collection)


@require_safe
def as_atom(request: HttpRequest, token: str) -> HttpResponseBase:
    collection = _collection(token, tokens.READ)
    if collection is None:
        return _unknown(request)
    events = build_brief(collection, database_time.now()).events
    query = Query(event=tuple(str(event.row.id) for event in events))
    rows = sorted((event.row for event in events), key=lambda row: row.recorded_at, reverse=True)
    return _unlisted(atom_of(request, rows, collection.title, query), collection)


@require_safe
def as_csv(request: HttpRequest, token: str) -> HttpResponseBase:
    """Return the events as CSV, with the notes in the last column."""
    collection = _collection(token, tokens.READ)
    if collection is None:
        return _unknown(request)
    events = build_brief(collection, database_time.now()).events

    def lines() -> Iterator[str]:
        yield csv_line((*names(EVENT_COLUMNS), "note"))
        for event in events:
            yield csv_line((*event_cells(event.row, event.address), event.note))

    return csv_download(lines(), "collection.csv")
