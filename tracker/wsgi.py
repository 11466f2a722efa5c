"""The site for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from tracker.checks import refuse_open_hooks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
application = get_wsgi_application()
refuse_open_hooks()
