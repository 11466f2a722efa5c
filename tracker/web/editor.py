"""Who may change things: editors are Django's staff users (`manage.py createsuperuser`)."""

from django.contrib.auth.decorators import user_passes_test

# Sends others to the sign-in page, and back to the page afterwards.
editor_required = user_passes_test(lambda user: user.is_active and user.is_staff)
