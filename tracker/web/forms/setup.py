"""The form of the first start: site, first owner, and feeds of the catalogue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.events.wording.names import (
    country_name,
    language_name,
)
from tracker.feeds.editing.catalogue import (
    CatalogueChoice,
    catalogue_countries,
    catalogue_languages,
    catalogue_subjects,
    subject_name,
)
from tracker.people.models import SITE_NAME_LIMIT
from tracker.web.fields import MailAddressField
from tracker.web.forms.people import JoinForm

INTERNATIONAL = "none"  # feeds of the catalogue without a country


def catalogue_language_choices() -> list[tuple[str, str]]:
    """Return every language of the catalogue with its name and number of feeds, the most first."""
    return [(tag, f"{language_name(tag)} ({n})") for tag, n in catalogue_languages()]


def catalogue_country_choices() -> list[tuple[str, str]]:
    """Return every country of the catalogue with its name and number of feeds, the most first."""
    names = {"": _("International")}
    return [
        (code or INTERNATIONAL, f"{names.get(code) or country_name(code)} ({n})")
        for code, n in catalogue_countries()
    ]


def catalogue_subject_choices() -> list[tuple[str, str]]:
    """Return every subject of the catalogue with its name and number of feeds."""
    return [(name, f"{subject_name(name)} ({n})") for name, n in catalogue_subjects()]


class SetupForm(JoinForm):
    """The site's name, the feeds to start with, and the first owner."""

    site_name = forms.CharField(
        label=_("Name of the site"),
        required=False,
        max_length=SITE_NAME_LIMIT,
        help_text=_("Shown on pages, in emails, feeds and calendars"),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        required=False,
        choices=catalogue_language_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries"),
        required=False,
        choices=catalogue_country_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    subjects = forms.MultipleChoiceField(
        label=_("Subjects"),
        required=False,
        choices=catalogue_subject_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    address = MailAddressField(
        label=_("Email address"),
        required=False,
        max_length=254,
        help_text=_("We send the link for a new password to it"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ("site_name", "languages", "countries", "subjects", "username", "address")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # The page has fields above this one.
        self.fields["username"].widget.attrs.pop("autofocus", None)

    def choice(self) -> CatalogueChoice:
        """Return the chosen feeds, even if other fields are invalid."""
        languages, subjects, countries = (
            self.cleaned_data.get(name, ()) for name in ("languages", "subjects", "countries")
        )
        codes = ["" if code == INTERNATIONAL else code for code in countries]
        return CatalogueChoice(languages, subjects, codes)
