"""Forms of collections of events."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.alerts.collecting.models import NOTE_LIMIT
from tracker.alerts.collecting.models import TITLE_LIMIT as COLLECTION_TITLE


class TitleForm(forms.Form):
    """The name of a new collection."""

    title = forms.CharField(label=_("Name of the collection"), max_length=COLLECTION_TITLE)


class CollectionForm(TitleForm):
    """The name and note of a collection."""

    note = forms.CharField(
        label=_("About this collection"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_public = forms.BooleanField(
        label=_("List it on the public page of collections"), required=False
    )


class CollectedEventForm(forms.Form):
    """An event for a collection, and a note."""

    address = forms.CharField(
        label=_("Event"),
        max_length=500,
        help_text=_("Number or address of an event, like 123 or https://example.org/events/123"),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
