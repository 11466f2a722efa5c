"""The form of a feed."""

from dataclasses import fields

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.events.wording.names import (
    country_choices,
)
from tracker.feeds.editing.changes import GROUP_LIMIT, FeedFacts
from tracker.feeds.limits import LANGUAGE_LIMIT, TITLE_LIMIT, URL_LIMIT


class FeedForm(forms.Form):
    """The values of a feed that an editor can set."""

    title = forms.CharField(label=_("Name"), max_length=TITLE_LIMIT)
    url = forms.CharField(
        label=_("Address"),
        max_length=URL_LIMIT,
        help_text=_("A user name, password or key in it is not shown. Leave it to keep it"),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false"}),
    )
    group = forms.CharField(
        label=_("Category"),
        required=False,
        max_length=GROUP_LIMIT,
        widget=forms.TextInput(attrs={"list": "groups"}),
    )
    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=LANGUAGE_LIMIT,
        help_text=_("A language tag like fr or pt-BR. Leave empty if entries are in several"),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=lambda: [("", _("not stated")), *country_choices()],
    )
    is_aggregator = forms.BooleanField(
        label=_("Aggregator"),
        required=False,
        help_text=_("It carries articles by others, and names them reliably"),
    )

    def chosen_facts(self) -> FeedFacts:
        """Return the values of a valid form."""
        values = self.cleaned_data
        return FeedFacts(**{field.name: values[field.name] for field in fields(FeedFacts)})
