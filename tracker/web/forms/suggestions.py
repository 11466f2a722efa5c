"""Forms with which readers suggest corrections and articles."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.events.models import Suggestion
from tracker.feeds.limits import URL_LIMIT


class SuggestionForm(forms.Form):
    """A reader's correction: what is wrong, what is right, and the source."""

    field = forms.ChoiceField(label=_("What is wrong?"), choices=Suggestion.Field.choices)
    text = forms.CharField(
        label=_("What would be right?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    url = forms.URLField(
        label=_("Where is the source?"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Link to an article or a statement, if there is one"),
    )


class LinkForm(forms.Form):
    """The address of an article that a reader sends."""

    url = forms.URLField(
        label=_("Address of the article"),
        max_length=URL_LIMIT,
        assume_scheme="https",
        help_text=_("For example, https://news.example/story"),
    )
    note = forms.CharField(
        label=_("What does it report?"),
        required=False,
        max_length=500,
        help_text=_("In your own words, for the editors"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
