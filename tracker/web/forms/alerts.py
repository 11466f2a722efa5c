"""Forms of email alerts and webhooks."""

from dataclasses import fields
from typing import Any

from django import forms
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _

from tracker.alerts.delivery.chat import ntfy_topic
from tracker.alerts.models import Alert
from tracker.alerts.schedule import MORNING
from tracker.alerts.subscribing import AlertSettings
from tracker.events.search.query import TEXT_LIMIT
from tracker.web.fields import DayField, HostsField, PlainSelect, ZoneField
from tracker.web.forms.people import AddressForm
from tracker.web.forms.zones import zone_choices


class AlertSettingsForm(forms.Form):
    """A subscriber's settings of an alert."""

    rate = forms.ChoiceField(
        label=_("How often"),
        choices=Alert.Rate.choices,
        initial=Alert.Rate.DAILY,
        widget=forms.RadioSelect,
    )
    hour = forms.TypedChoiceField(
        label=_("Time of day"),
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        initial=MORNING,
        required=False,
    )
    zone = ZoneField(
        label=_("Time zone"),
        initial="UTC",
        required=False,
        max_length=50,
        widget=PlainSelect(choices=CallableChoiceIterator(zone_choices), attrs={"data-zone": ""}),
    )
    on_reports = forms.BooleanField(label=_("New reports on this event"), required=False)
    on_undone = forms.BooleanField(label=_("When it is reversed, or seems to be"), required=False)
    on_ended = forms.BooleanField(label=_("When the end that was announced passes"), required=False)
    on_extended = forms.BooleanField(label=_("When it is extended"), required=False)
    on_followed = forms.BooleanField(label=_("When another act follows from it"), required=False)
    on_tested = forms.BooleanField(label=_("When a court decides about it"), required=False)
    on_changed = forms.BooleanField(
        label=_("When its facts are corrected, or it is merged or removed"), required=False
    )
    silent_days = forms.IntegerField(
        label=_("Email me if there is no reinstatement within"),
        required=False,
        min_value=1,
        max_value=3_650,
        help_text=_("Number of days. Leave empty to turn this off"),
    )
    publishers = forms.IntegerField(
        label=_("Number of publishers"),
        required=False,
        initial=1,
        min_value=1,
        max_value=50,
        help_text=_("Email me once this many independent publishers have reported an event"),
    )
    without_sources = HostsField(
        label=_("Sources to leave out"),
        required=False,
        max_length=500,
        help_text=_("For example, example.org. Events that only these report are not sent"),
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
        """Return the settings of a valid form."""
        values = dict(self.cleaned_data)
        values["publishers"] = values["publishers"] or 1
        values["hour"] = MORNING if values["hour"] == "" else values["hour"]
        settings = {f.name: values[f.name] for f in fields(AlertSettings) if f.name in values}
        return AlertSettings(**settings)

    @property
    def changes(self) -> list[forms.BoundField]:
        """Return the fields for further reports about an event."""
        return [self[name] for name in self.fields if name.startswith("on_")]


class AlertForm(AlertSettingsForm, AddressForm):
    """A new alert: the address comes first."""

    field_order = ("address", "rate", "hour", "zone")


class PausedForm(AlertSettingsForm):
    """The settings of an existing alert, with a pause."""

    paused_until = DayField(
        label=_("Pause until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Events found during the pause are sent afterwards"),
    )

    # The page has many of these forms, which share one list of zones.
    zone = ZoneField(
        label=_("Time zone"),
        required=False,
        max_length=50,
        help_text=_("For example, Europe/Brussels"),
        widget=forms.TextInput(attrs={"list": "zones"}),
    )
    field_order = ("rate", "hour", "zone", "paused_until")

    @staticmethod
    def values(alert: Alert) -> dict[str, object]:
        """Return the field values for an existing alert."""
        return {name: getattr(alert, name) for name in PausedForm.base_fields}


class FollowedQueryForm(forms.Form):
    """What an alert follows, as a typed query."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=TEXT_LIMIT,
        help_text=_("Leave empty to follow everything. For example: kind:ad_ban country:RU"),
    )


class HookForm(forms.Form):
    """The address of a subscriber's own server, and the format of the calls."""

    form = forms.ChoiceField(
        label=_("Send to"),
        required=False,
        choices=Alert.ChatForm.choices,
        initial=Alert.ChatForm.STANDARD,
    )

    url = forms.URLField(
        # Django 5.2 would still assume http for an address without a scheme.
        label=_("Webhook"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Address of your endpoint. Leave empty to remove it"),
    )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        url = values.get("url", "")
        if url and values.get("form") == Alert.ChatForm.NTFY and not ntfy_topic(url):
            self.add_error("url", _("Enter the address of a topic like https://ntfy.sh/my-topic"))
        return values
