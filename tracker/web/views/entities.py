"""A platform, target or country: its names and events; for editors, further names and merging."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker.events.models import Entity
from tracker.events.record.entities import (
    EntityError,
    add_alias,
    find_entity,
    merge_entities,
    unmerge_entity,
)
from tracker.web.editor import editor_required
from tracker.web.forms.events import EntityNameForm
from tracker.web.pages.entity import build_entity_page
from tracker.web.pages.render import render_page


@require_safe
def entity(request: HttpRequest, entity_id: int) -> HttpResponse:
    entity = get_object_or_404(Entity, pk=entity_id)
    # A merged entity stays, and redirects to the other (decision D66).
    if entity.merged_into_id:
        return HttpResponsePermanentRedirect(reverse("entity", args=[entity.merged_into_id]))
    address = request.build_absolute_uri(request.path)
    page = build_entity_page(entity, address, timezone.now().date())
    return render_page(request, "web/entity.html", page)


@editor_required
@require_POST
def add_name(request: HttpRequest, entity_id: int) -> HttpResponse:
    entity_found = get_object_or_404(Entity, pk=entity_id)
    form = EntityNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.first_error())
        return redirect("entity", entity_found.itself.pk)
    try:
        added = add_alias(entity_found.itself, by=request.user.get_username(), **form.cleaned_data)
    except EntityError as error:
        messages.error(request, capfirst(str(error)))
    else:
        messages.success(
            request, _("Name added. New entries that contain “%s” will be matched.") % added.name
        )
    return redirect("entity", entity_found.itself.pk)


@editor_required
@require_POST
def merge(request: HttpRequest, entity_id: int) -> HttpResponse:
    """Merge two entities; `into` is the other's name, or "" to undo."""
    source = get_object_or_404(Entity, pk=entity_id)
    name = request.POST.get("into", "").strip()
    if not name:
        former = source.merged_into
        unmerge_entity(source.pk)
        messages.success(request, _("Merge undone: %s is a separate entity again.") % source.name)
        return redirect("entity", former.pk if former else source.pk)
    try:
        remaining = merge_entities(source.pk, find_entity(Entity.Type(source.type), name).pk)
    except EntityError as error:
        messages.error(request, capfirst(str(error)))
        return redirect("entity", source.pk)
    messages.success(
        request,
        _("%(name)s was merged into %(kept)s. You can undo this here.")
        % {"name": source.name, "kept": remaining.name},
    )
    return redirect("entity", remaining.pk)
