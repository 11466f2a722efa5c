"""Forms of the site."""

from dataclasses import fields
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.translation import gettext_lazy as _
from django_otp import match_token, user_has_device
from django_otp.models import Device

from tracker.alerts.models import Alert
from tracker.alerts.subscribing import AlertSettings
from tracker.classify import Kind
from tracker.classify.words.lists import listed_rows
from tracker.events.editing.actions import EventEdit, last_revision_id
from tracker.events.models import Event, Suggestion
from tracker.events.record.entities import NAME_LIMIT
from tracker.events.wording.headline import HEADLINE_LIMIT
from tracker.events.wording.names import country_choices, kind_name
from tracker.events.wording.reasons import REFUSAL_KEYS
from tracker.events.wording.terms import term
from tracker.feeds.editing.changes import GROUP_LIMIT, FeedFacts
from tracker.feeds.limits import LANGUAGE_LIMIT, TITLE_LIMIT, URL_LIMIT
from tracker.web.fields import DayField, IdField, MailAddressField, ZoneField

USERNAME_LIMIT = 150  # as in Django's User


def kind_choices() -> list[tuple[str, str]]:
    """Every kind with its name in the active language."""
    return [(kind.value, kind_name(kind)) for kind in Kind]


class EntityNameForm(forms.Form):
    """Another name of an entity, and since and until which day it had that name."""

    name = forms.CharField(required=False, max_length=NAME_LIMIT)
    since = DayField(required=False)
    until = DayField(required=False)

    def first_error(self) -> str:
        """Return what to do about the first wrong field."""
        return next(str(error) for errors in self.errors.values() for error in errors)


class SignInForm(AuthenticationForm):
    """Name and password, and the code of the second factor for whom has one; `device` is which."""

    # AuthenticationForm sets the limit too late for it to be checked.
    username = UsernameField(
        max_length=USERNAME_LIMIT, widget=forms.TextInput(attrs={"autofocus": True})
    )
    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=16,
        help_text=_("From your authenticator app. Leave empty if you have not set one up"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    device: Device | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        user: Any = self.user_cache  # None where a field was left out
        # A wrong password was refused above, so the form does not say who has a second factor.
        if user is not None and user_has_device(user):
            # Apps show the code in groups, and people copy the space with it.
            self.device = match_token(user, values.get("code", "").replace(" ", ""))
            if self.device is None:
                raise forms.ValidationError(_("Enter the code from your authenticator app"))
        return values


class CodeForm(forms.Form):
    """The code that an app shows now."""

    code = forms.CharField(
        label=_("Code"),
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AddressForm(forms.Form):
    """An address."""

    address = MailAddressField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AlertSettingsForm(forms.Form):
    """What a reader chooses of an alert; see subscribing.Wish."""

    rate = forms.ChoiceField(
        label=_("How often"),
        choices=Alert.Rate.choices,
        initial=Alert.Rate.DAILY,
        widget=forms.RadioSelect,
    )
    zone = ZoneField(
        label=_("Time zone"),
        initial="UTC",
        required=False,
        max_length=50,
        help_text=_("For example, Europe/Brussels"),
        widget=forms.TextInput(attrs={"data-zone": ""}),
    )
    on_undone = forms.BooleanField(label=_("Also when it is reversed"), required=False)
    on_changed = forms.BooleanField(label=_("Also when facts are corrected"), required=False)
    silent_days = forms.IntegerField(
        label=_("Email me if there is no reinstatement within"),
        required=False,
        min_value=1,
        max_value=3_650,
        help_text=_("Number of days. Leave empty to turn this off"),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("Leave empty to use the description of the query"),
    )
    note = forms.CharField(
        label=_("Why you follow this"),
        required=False,
        max_length=200,
        help_text=_("Shown in each email"),
    )

    def chosen_settings(self) -> AlertSettings:
        """Return what a valid form chose."""
        values = self.cleaned_data
        return AlertSettings(**{field.name: values[field.name] for field in fields(AlertSettings)})


class AlertForm(AlertSettingsForm, AddressForm):
    """A new alert: the address comes last."""

    field_order = (
        *("rate", "zone", "on_undone", "on_changed", "silent_days", "name", "note", "address"),
    )


class PausedForm(AlertSettingsForm):
    """An alert as its reader changes it."""

    paused_until = DayField(
        label=_("Pause until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Events found during the pause are sent afterwards"),
    )

    @staticmethod
    def values(alert: Alert) -> dict[str, object]:
        """What the fields hold for an alert as it stands."""
        return {name: getattr(alert, name) for name in PausedForm.base_fields}


class HookForm(forms.Form):
    """The address of a reader's own server."""

    url = forms.URLField(
        # Django 5.2 would still assume http for an address without a scheme.
        label=_("Web hook"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Address of your endpoint. Leave empty to remove it"),
    )


class DecisionForm(forms.Form):
    """A change to an event, as its editor saw it, and why."""

    # The change is refused if somebody wrote after this revision (decision D62).
    read_version = IdField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        help_text=_("Public, shown in the event’s history"),
    )
    refusal = forms.ChoiceField(  # a reason that the review page offers
        required=False,
        choices=[("", ""), *((code, code) for code in REFUSAL_KEYS.values())],
        widget=forms.HiddenInput,
    )


class FeedForm(forms.Form):
    """What an editor may set of a feed."""

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
        """Return what a valid form chose."""
        values = self.cleaned_data
        return FeedFacts(**{field.name: values[field.name] for field in fields(FeedFacts)})


class SuggestionForm(forms.Form):
    """What a reader says is wrong, what is right, and where that stands."""

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


class EditForm(DecisionForm):
    """The facts of an event."""

    headline = forms.CharField(
        label=_("Headline"),
        required=False,
        max_length=HEADLINE_LIMIT,
        help_text=_("Leave empty for the one that the facts make"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=kind_choices)
    other_kinds = forms.MultipleChoiceField(
        label=_("Also"),
        choices=kind_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    platforms = forms.CharField(
        label=_("Platforms"),
        max_length=500,
        help_text=_("Separate with commas: twitter, youtube"),
    )
    targets = forms.CharField(
        label=_("Targets"),
        required=False,
        max_length=2000,
        help_text=_("One name per line, as commonly written in English"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    occurred = forms.CharField(
        label=_("Day of the act"),
        required=False,
        max_length=10,
        help_text=_("2017-10-26, or 2017-10 if only the month is known. Leave empty if unknown"),
    )
    extent = forms.ChoiceField(
        label=_("Duration"),
        required=False,
        choices=lambda: [
            ("", _("not stated")),
            *((e.value, term(e.name)) for e in listed_rows("extent").values()),
        ],
    )
    field_order = ("headline", "kind", "other_kinds", "platforms", "targets", "occurred", "extent")

    @staticmethod
    def values(event: Event, edit: EventEdit) -> dict[str, object]:
        """What the fields hold for an event as it stands."""
        return {
            "headline": edit.own_headline,
            "kind": edit.kinds[0],
            "other_kinds": list(edit.kinds[1:]),
            "platforms": ", ".join(edit.platforms),
            "targets": "\n".join(edit.targets),
            "occurred": edit.occurred,
            "extent": edit.extent,
            "read_version": last_revision_id(event),
        }

    def edited_values(self) -> EventEdit:
        """Return the facts as a valid form gives them."""
        values = self.cleaned_data
        main = values["kind"]
        split = (part.strip() for part in values["platforms"].split(","))
        lines = (line.strip() for line in values["targets"].splitlines())
        return EventEdit(
            # A headline is one line, also where a program filled in the form.
            own_headline=" ".join(values["headline"].split()),
            kinds=(main, *(kind for kind in values["other_kinds"] if kind != main)),
            platforms=tuple(dict.fromkeys(slug for slug in split if slug)),
            targets=tuple(dict.fromkeys(name for name in lines if name)),
            occurred=values["occurred"].strip(),
            extent=values["extent"],
        )
