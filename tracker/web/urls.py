"""Every address on one screen."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from tracker.web.views import (
    alerts,
    edit,
    entities,
    event,
    merge,
    new_source,
    review,
    sources,
    suggest,
    timeline,
)

urlpatterns = [
    path("", timeline.timeline, name="timeline"),
    path("events/<int:event_id>", event.event, name="event"),
    path("events/<int:event_id>/cite.bib", event.citation, {"form": "bibtex"}, "event_bibtex"),
    path("events/<int:event_id>/cite.json", event.citation, {"form": "csl"}, "event_csl"),
    path("events/<int:event_id>/suggest", suggest.suggestion, name="event_suggest"),
    path("events/<int:event_id>/edit", edit.edit, name="event_edit"),
    path("events/<int:event_id>/refuse", edit.refuse, name="event_refuse"),
    path("events/<int:event_id>/back", edit.bring_event_back, name="event_back"),
    path("events/<int:event_id>/merge", merge.merge, name="event_merge"),
    path("events/<int:event_id>/accept", review.accept, name="event_accept"),
    path("events/<int:event_id>/kind", review.change_kind, name="event_kind"),
    path("events/<int:event_id>/target", review.add_target, name="event_target"),
    path("events/<int:event_id>/link", review.link, name="event_link"),
    path("events/<int:event_id>/split", review.split, name="event_split"),
    path("entities/<int:entity_id>", entities.entity, name="entity"),
    path("entities/<int:entity_id>/names", entities.add_name, name="entity_name"),
    path("entities/<int:entity_id>/merge", entities.merge, name="entity_merge"),
    path("review", review.queue, name="review"),
    path("changes/<int:change_id>/undo", review.undo, name="change_undo"),
    path("suggestions/<int:suggestion_id>", review.answer, name="suggestion_answer"),
    path("sources", sources.sources, name="sources"),
    path("sources.opml", sources.opml, name="sources_opml"),
    path("sources/new", new_source.new_source, name="new_source"),
    path("sources/<int:feed_id>", sources.source, name="source"),
    path("sources/<int:feed_id>/poll", sources.poll_now, name="poll_now"),
    path("alerts", alerts.about, name="alerts"),
    path("alerts/new", alerts.new, name="alert_new"),
    path("alerts/confirm/<str:token>", alerts.confirm, name="alert_confirm"),
    path("alerts/stop/<str:token>", alerts.stop, name="alert_stop"),
    path("login", LoginView.as_view(template_name="web/login.html"), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
]
