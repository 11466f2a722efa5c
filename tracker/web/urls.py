"""Every address on one screen."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from tracker.web.views import alerts, edit, event, new_source, sources, timeline

urlpatterns = [
    path("", timeline.timeline, name="timeline"),
    path("events/<int:event_id>", event.event, name="event"),
    path("events/<int:event_id>/edit", edit.edit, name="event_edit"),
    path("events/<int:event_id>/refuse", edit.refuse, name="event_refuse"),
    path("events/<int:event_id>/back", edit.back, name="event_back"),
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
