"""Forms of the site."""

from dataclasses import fields
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm, UsernameField
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django_otp import devices_for_user, match_token
from django_otp.models import Device

from tracker.alerts.collecting.models import NOTE_LIMIT
from tracker.alerts.collecting.models import TITLE_LIMIT as COLLECTION_TITLE
from tracker.alerts.delivery.chat import ntfy_topic
from tracker.alerts.models import Alert
from tracker.alerts.schedule import MORNING, zone_choices
from tracker.alerts.subscribing import AlertSettings
from tracker.classify import Kind
from tracker.classify.facts.counts import COUNTED
from tracker.classify.words.lists import listed_rows
from tracker.events.editing.actions import EditError, EventEdit, last_revision_id
from tracker.events.models import Event, Report, Suggestion
from tracker.events.record.entities import NAME_LIMIT
from tracker.events.review.picking import read_countries, read_platforms
from tracker.events.search.query import TEXT_LIMIT
from tracker.events.wording.headline import HEADLINE_LIMIT
from tracker.events.wording.names import (
    country_choices,
    country_name,
    ground_name,
    kind_name,
    language_name,
    shown_platform_name,
)
from tracker.events.wording.quantities import things_name
from tracker.events.wording.reasons import REFUSALS
from tracker.events.wording.terms import AUTHORITIES, term
from tracker.feeds.editing.catalogue import catalogue_languages, catalogue_subjects
from tracker.feeds.editing.changes import GROUP_LIMIT, FeedFacts
from tracker.feeds.limits import LANGUAGE_LIMIT, TITLE_LIMIT, URL_LIMIT
from tracker.people.models import PersonRole
from tracker.web.fields import DayField, HostsField, IdField, MailAddressField, ZoneField

UNKNOWN = "unknown"  # grounds that reports leave open
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
    """Name and password."""

    # AuthenticationForm sets the limit too late for it to be checked.
    username = UsernameField(
        max_length=USERNAME_LIMIT, widget=forms.TextInput(attrs={"autofocus": True})
    )


class SecondStepForm(forms.Form):
    """The code of the second factor of a person whose password was right; `device` is which."""

    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        help_text=_("From your authenticator app, or one of your spare codes"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )
    device: Device | None = None

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    def clean_code(self) -> str:
        # Apps show the code in groups, and people copy the space with it.
        code = str(self.cleaned_data["code"]).replace(" ", "")
        seconds = _seconds_barred(self.user)
        self.device = match_token(self.user, code)
        if self.device is None and seconds:
            # A right code would be refused as well: django-otp looks at none so soon.
            text = ngettext_lazy(
                "Wait %(n)d second, then enter the next code",
                "Wait %(n)d seconds, then enter the next code",
                "n",
            )
            raise forms.ValidationError(text % {"n": seconds}, "wait")
        if self.device is None:
            raise forms.ValidationError(_("Enter the code from your authenticator app"))
        return code


def _seconds_barred(user: User) -> int:
    """Return for how long no code of a person is looked at after wrong ones; 0 if codes are."""
    barred = (device.verify_is_allowed() for device in devices_for_user(user))
    until = [detail["locked_until"] for is_allowed, detail in barred if not is_allowed]
    return max(0, *(int((at - timezone.now()).total_seconds()) + 1 for at in until), 0)


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


class InviteForm(AddressForm):
    """Whom to invite, and as what."""

    role = forms.ChoiceField(label=_("Role"), choices=PersonRole.choices, initial=PersonRole.EDITOR)


class OwnAddressForm(AddressForm):
    """A person's own address, which only the password changes."""

    password = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.initial.setdefault("address", user.email)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise forms.ValidationError(_("Enter your current password"))
        return password


class JoinForm(UserCreationForm):  # type: ignore[type-arg]
    """The name and the password that an invited person chooses."""

    class Meta(UserCreationForm.Meta):
        fields = ("username",)
        labels = {"username": _("Name")}
        help_texts = {"username": _("With which you sign in; shown beside what you change")}


def catalogue_language_choices() -> list[tuple[str, str]]:
    """Every language of the catalogue with its name and number of feeds, the most first."""
    return [(tag, f"{language_name(tag)} ({n})") for tag, n in catalogue_languages()]


def catalogue_subject_choices() -> list[tuple[str, str]]:
    """Every subject of the catalogue with its name and number of feeds."""
    return [(name, f"{SUBJECTS.get(name, name)} ({n})") for name, n in catalogue_subjects()]


# The groups of the catalogue, which are stored as feeds' categories.
SUBJECTS = {
    "Platform newsrooms and policy blogs": _("Platform newsrooms and policy blogs"),
    "Digital-rights organisations": _("Digital-rights organisations"),
    "Tech and tech-policy press": _("Tech and tech-policy press"),
    "World news": _("World news"),
    "Regulators and courts": _("Regulators and courts"),
    "Academic and legal": _("Academic and legal"),
}


class SetupForm(JoinForm):
    """Which feeds to start with, and the first owner."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        required=False,
        choices=catalogue_language_choices,
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
        help_text=_("To which a link for a new password is sent"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ("languages", "subjects", "username", "address", "password1", "password2")


class AlertSettingsForm(forms.Form):
    """What a reader chooses of an alert; see subscribing.Wish."""

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
        widget=forms.Select(choices=zone_choices(), attrs={"data-zone": ""}),
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
        help_text=_("Email me once so many independent publishers have reported an event"),
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
        """Return what a valid form chose."""
        values = dict(self.cleaned_data)
        values["publishers"] = values["publishers"] or 1
        values["hour"] = MORNING if values["hour"] == "" else values["hour"]
        given = {f.name: values[f.name] for f in fields(AlertSettings) if f.name in values}
        return AlertSettings(**given)

    @property
    def changes(self) -> list[forms.BoundField]:
        """Return the fields that say what else of an event is reported."""
        return [self[name] for name in self.fields if name.startswith("on_")]


class AlertForm(AlertSettingsForm, AddressForm):
    """A new alert: the address comes first."""

    field_order = ("address", "rate", "hour", "zone")


class PausedForm(AlertSettingsForm):
    """An alert as its reader changes it."""

    paused_until = DayField(
        label=_("Pause until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Events found during the pause are sent afterwards"),
    )

    # The page has many of these forms: they share one list of zones.
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
        """What the fields hold for an alert as it stands."""
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
    """The address of a reader's own server, and the form in which it is called."""

    form = forms.ChoiceField(
        label=_("Send to"),
        required=False,
        choices=Alert.ChatForm.choices,
        initial=Alert.ChatForm.STANDARD,
    )

    url = forms.URLField(
        # Django 5.2 would still assume http for an address without a scheme.
        label=_("Web hook"),
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


class TitleForm(forms.Form):
    """The name of a new collection."""

    title = forms.CharField(label=_("Name of the collection"), max_length=COLLECTION_TITLE)


class CollectionForm(TitleForm):
    """What the owner of a collection says of it."""

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
        choices=[("", ""), *((code, code) for code in REFUSALS)],
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


class FactsForm(forms.Form):
    """The facts of an act."""

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
        max_length=5_000,
        help_text=_("One name per line, like X or YouTube"),
        widget=forms.Textarea(attrs={"rows": 2, "data-pick": "platform"}),
    )
    targets = forms.CharField(
        label=_("Targets"),
        required=False,
        max_length=21_000,
        help_text=_("One name per line, as commonly written in English"),
        widget=forms.Textarea(attrs={"rows": 2, "data-pick": "target"}),
    )
    countries = forms.CharField(
        label=_("Countries"),
        required=False,
        max_length=10_000,
        help_text=_("One name per line, like Germany"),
        widget=forms.Textarea(attrs={"rows": 2, "data-pick": "country"}),
    )
    grounds = forms.ChoiceField(
        label=_("Grounds"),
        required=False,
        choices=lambda: [
            ("", _("not stated")),
            *(
                (slug, ground_name(slug))
                for slug in dict.fromkeys([*listed_rows("ground"), UNKNOWN])
            ),
        ],
    )
    occurred = forms.CharField(
        label=_("Day of the act"),
        required=False,
        max_length=10,
        help_text=_("2017-10-26, or 2017-10 if only the month is known. Leave empty if unknown"),
    )
    effective_on = forms.CharField(
        label=_("In force from"),
        required=False,
        max_length=10,
        help_text=_("If that is another day than that of the act"),
    )
    ended_on = forms.CharField(
        label=_("End"),
        required=False,
        max_length=10,
        help_text=_("The day on which the measure ended, if it is known"),
    )
    extent = forms.ChoiceField(
        label=_("Duration"),
        required=False,
        choices=lambda: [
            ("", _("not stated")),
            *((e.value, term(e.name)) for e in listed_rows("extent").values()),
        ],
    )
    amount = forms.IntegerField(
        label=_("Amount"),
        required=False,
        min_value=0,
        max_value=10**15,
        help_text=_("Of a fine, as a whole number: 320000000"),
    )
    currency = forms.CharField(
        label=_("Currency"), required=False, max_length=3, help_text=_("Like EUR or USD")
    )
    affected = forms.IntegerField(
        label=_("Number affected"), required=False, min_value=0, max_value=10**15
    )
    affected_what = forms.ChoiceField(
        label=_("What is counted"),
        required=False,
        choices=lambda: [("", "–"), *((what, things_name(what)) for what in COUNTED)],
    )
    authority = forms.CharField(
        label=_("Ordered by"),
        required=False,
        max_length=200,
        help_text=_("A court, regulator or government, by name"),
    )
    authority_type = forms.ChoiceField(
        label=_("Type of authority"),
        required=False,
        choices=lambda: [("", "–"), *((name, term(name)) for name in AUTHORITIES)],
    )

    def clean_platforms(self) -> tuple[str, ...]:
        """Return the slugs of the platforms, which are typed by name, by line or comma."""
        return read_platforms(_lines(self.cleaned_data["platforms"].replace(",", "\n")))

    def clean_countries(self) -> tuple[str, ...]:
        """Return the codes of the countries, which are typed by name."""
        try:
            return read_countries(_lines(self.cleaned_data["countries"]))
        except EditError as error:
            raise forms.ValidationError(str(error)) from None

    @staticmethod
    def fact_values(edit: EventEdit) -> dict[str, object]:
        """What the fields hold for these facts."""
        same = ("occurred", "extent", "effective_on", "ended_on", "currency", "affected_what")
        return {
            "headline": edit.own_headline,
            "kind": edit.kinds[0] if edit.kinds else "",
            "other_kinds": list(edit.kinds[1:]),
            "platforms": "\n".join(map(shown_platform_name, edit.platforms)),
            "targets": "\n".join(edit.targets),
            "countries": "\n".join(map(country_name, edit.countries)),
            "grounds": edit.grounds,
            "amount": edit.amount or None,
            "affected": edit.affected or None,
            "authority": edit.authority,
            "authority_type": edit.authority_type,
            **{name: getattr(edit, name) for name in same},
        }

    def edited_values(self) -> EventEdit:
        """Return the facts as a valid form gives them."""
        values = self.cleaned_data
        main = values["kind"]
        return EventEdit(
            # A headline is one line, also where a program filled in the form.
            own_headline=" ".join(values["headline"].split()),
            kinds=(main, *(kind for kind in values["other_kinds"] if kind != main)),
            platforms=values["platforms"],
            targets=tuple(dict.fromkeys(_lines(values["targets"]))),
            countries=values["countries"],
            grounds=values["grounds"],
            occurred=values["occurred"].strip(),
            effective_on=values["effective_on"].strip(),
            ended_on=values["ended_on"].strip(),
            extent=values["extent"],
            amount=values["amount"] or 0,
            currency=values["currency"].strip().upper(),
            affected=values["affected"] or 0,
            affected_what=values["affected_what"],
            authority=values["authority"],
            authority_type=values["authority_type"],
        )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class EditForm(FactsForm, DecisionForm):
    """The facts of an event, as its editor saw them."""

    field_order = tuple(FactsForm.base_fields)

    @staticmethod
    def values(event: Event, edit: EventEdit) -> dict[str, object]:
        """What the fields hold for an event as it stands."""
        return FactsForm.fact_values(edit) | {"read_version": last_revision_id(event)}


class RoleForm(forms.Form):
    """An event that an article stands in or comes into, and as what."""

    event = forms.CharField(
        label=_("Event"),
        max_length=200,
        help_text=_("Its number or address, or words of its headline"),
        widget=forms.TextInput(attrs={"data-pick": "event", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Report.Role.choices)
