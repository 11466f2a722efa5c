"""Every address is in web/urls.py."""

from django.urls import include, path

urlpatterns = [path("", include("tracker.web.urls"))]

handler404 = "tracker.web.views.errors.not_found"
handler500 = "tracker.web.views.errors.server_error"
