"""What people send us."""

from zoneinfo import ZoneInfo

from django import forms

from tracker.alerts.models import Alert


class AlertForm(forms.Form):
    """An address, a rate, and the reader's zone for the morning mail."""

    address = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    rate = forms.ChoiceField(
        label="How often",
        choices=Alert.Rate.choices,
        initial=Alert.Rate.DAILY,
        widget=forms.RadioSelect,
    )
    zone = forms.CharField(
        label="Time zone",
        initial="UTC",
        required=False,
        max_length=50,
        help_text="As in Europe/Brussels",
    )
    note = forms.CharField(
        label="Why you follow this",
        required=False,
        max_length=200,
        help_text="Comes back in each mail",
    )

    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"] or "UTC")
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, KeyError):
            raise forms.ValidationError(
                "%(zone)s is no time zone; write it as in Europe/Brussels", params={"zone": zone}
            ) from None
        return zone
