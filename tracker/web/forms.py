"""What people send us."""

from zoneinfo import ZoneInfo

from django import forms

from tracker.alerts.models import Alert
from tracker.classify.lexicon import named
from tracker.events.editing import HEADLINE_LIMIT, Edit, last_seen
from tracker.events.models import KIND_CHOICES, Event, Suggestion


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


class SeenForm(forms.Form):
    """A change to an event, as its editor saw it, and why."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why", required=False, max_length=500, help_text="Public, in the event's history"
    )


class SuggestionForm(forms.Form):
    """What a reader says is wrong, what is right, and where that stands."""

    field = forms.ChoiceField(label="What is wrong?", choices=Suggestion.Field.choices)
    text = forms.CharField(
        label="What would be right?", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    url = forms.URLField(
        label="Where does it stand?",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="The address of an article or a statement, if there is one",
    )


class EditForm(SeenForm):
    """The facts of an event."""

    headline = forms.CharField(label="Headline", max_length=HEADLINE_LIMIT)
    kind = forms.ChoiceField(label="Kind", choices=KIND_CHOICES)
    other_kinds = forms.MultipleChoiceField(
        label="Also",
        choices=KIND_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    platforms = forms.CharField(
        label="Platforms", max_length=500, help_text="Slugs, with commas between: twitter, youtube"
    )
    targets = forms.CharField(
        label="Targets",
        required=False,
        max_length=2000,
        help_text="Names as commonly written in English, one a line",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    occurred = forms.CharField(
        label="Day of the act",
        required=False,
        max_length=10,
        help_text="2017-10-26, or 2017-10 where only the month is told, or nothing",
    )
    extent = forms.ChoiceField(
        label="Meant to last",
        required=False,
        choices=[("", "not told"), *((e.value, e.name) for e in named("extent").values())],
    )
    field_order = ("headline", "kind", "other_kinds", "platforms", "targets", "occurred", "extent")

    @staticmethod
    def values(event: Event, edit: Edit) -> dict[str, object]:
        """What the fields hold for an event as it stands."""
        return {
            "headline": edit.headline,
            "kind": edit.kinds[0],
            "other_kinds": list(edit.kinds[1:]),
            "platforms": ", ".join(edit.platforms),
            "targets": "\n".join(edit.targets),
            "occurred": edit.occurred,
            "extent": edit.extent,
            "seen": last_seen(event),
        }

    def edit(self) -> Edit:
        """What the editor wants; for a valid form."""
        told = self.cleaned_data
        main = told["kind"]
        split = (part.strip() for part in told["platforms"].split(","))
        lines = (line.strip() for line in told["targets"].splitlines())
        return Edit(
            headline=" ".join(told["headline"].split()),
            kinds=(main, *(kind for kind in told["other_kinds"] if kind != main)),
            platforms=tuple(dict.fromkeys(slug for slug in split if slug)),
            targets=tuple(dict.fromkeys(name for name in lines if name)),
            occurred=told["occurred"].strip(),
            extent=told["extent"],
        )
