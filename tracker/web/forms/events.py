"""Forms with which editors decide on events and change their facts."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.classify import Kind
from tracker.classify.facts.counts import COUNTED
from tracker.classify.letters.folding import fold
from tracker.classify.words.lists import listed_rows
from tracker.events.editing.actions import EditError, EventEdit, last_revision_id
from tracker.events.models import Event, Report
from tracker.events.record.entities import NAME_LIMIT
from tracker.events.review.picking import read_countries, read_platforms
from tracker.events.wording.headline import HEADLINE_LIMIT
from tracker.events.wording.laws import law_name
from tracker.events.wording.names import (
    appeal_name,
    country_name,
    degree_name,
    ground_name,
    kind_name,
    shown_platform_name,
    territory_name,
)
from tracker.events.wording.quantities import things_name
from tracker.events.wording.reasons import REFUSALS
from tracker.events.wording.terms import APPEALS, AUTHORITIES, DEGREES, TERRITORIES, term
from tracker.feeds.limits import LANGUAGE_LIMIT
from tracker.feeds.parsing.types import is_language_tag
from tracker.web.fields import DayField, IdField

# Fields of an act's further facts whose values forms use unchanged.
CIRCUMSTANCES = (
    *("law", "law_article", "appeal", "territory", "region", "degree"),
    *("ordered_by", "ordered_by_type"),
)


UNKNOWN = "unknown"  # grounds that reports leave open


def kind_choices() -> list[tuple[str, str]]:
    """Every kind with its name in the active language."""
    return [(kind.value, kind_name(kind)) for kind in Kind]


class EntityNameForm(forms.Form):
    """Another name of an entity, and since and until which day it had that name."""

    name = forms.CharField(required=False, max_length=NAME_LIMIT)
    since = DayField(required=False)
    until = DayField(required=False)

    def first_error(self) -> str:
        """Return the message of the first invalid field."""
        return next(str(error) for errors in self.errors.values() for error in errors)


class DecisionForm(forms.Form):
    """An editor's decision about an event, the version they had read, and why."""

    # The change is refused if somebody made another one after this revision (decision D62).
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


class LanguageForm(forms.Form):
    """The language of an article."""

    language = forms.CharField(
        label=_("Language"),
        required=False,
        max_length=LANGUAGE_LIMIT,
        help_text=_("A language tag like fr or pt-BR. Leave empty if you do not know it"),
    )

    def clean_language(self) -> str:
        tag = str(self.cleaned_data["language"])
        if tag and not is_language_tag(tag):
            raise forms.ValidationError(_("Enter a language tag like fr or pt-BR"))
        return tag


class FactsForm(forms.Form):
    """The facts of an act."""

    headline = forms.CharField(
        label=_("Headline"),
        required=False,
        max_length=HEADLINE_LIMIT,
        help_text=_("Leave empty to derive it from the facts"),
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
        help_text=_("If it differs from the day of the act"),
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
        label=_("Authority"),
        required=False,
        max_length=200,
        help_text=_("The court, regulator or government that decided, by name"),
    )
    authority_type = forms.ChoiceField(
        label=_("Type of authority"),
        required=False,
        choices=lambda: [("", "–"), *((name, term(name)) for name in AUTHORITIES)],
    )
    ordered_by = forms.CharField(
        label=_("Ordered by"),
        required=False,
        max_length=200,
        help_text=_("Name of who ordered it, if somebody else carried it out"),
    )
    ordered_by_type = forms.ChoiceField(
        label=_("Type of who ordered it"),
        required=False,
        choices=lambda: [("", "–"), *((name, term(name)) for name in AUTHORITIES)],
    )
    law = forms.ChoiceField(
        label=_("Law"),
        required=False,
        choices=lambda: [
            ("", "–"),
            *_by_name((code, law_name(code)) for code in listed_rows("law")),
        ],
    )
    law_article = forms.CharField(
        label=_("Article of the law"), required=False, max_length=20, help_text=_("Like 16(2)")
    )
    appeal = forms.ChoiceField(
        label=_("Appeal"),
        required=False,
        choices=lambda: [("", _("not stated")), *((s, appeal_name(s)) for s in APPEALS)],
    )
    territory = forms.ChoiceField(
        label=_("Territory"),
        required=False,
        choices=lambda: [("", _("not stated")), *((t, territory_name(t)) for t in TERRITORIES)],
    )
    region = forms.CharField(
        label=_("Region"),
        required=False,
        max_length=60,
        help_text=_("Its name, if the act applies in part of a country"),
    )
    degree = forms.ChoiceField(
        label=_("Partial or total"),
        required=False,
        choices=lambda: [("", _("not stated")), *((d, degree_name(d)) for d in DEGREES)],
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
        """Return the field values for these facts."""
        same = (
            *("occurred", "extent", "effective_on", "ended_on", "currency", "affected_what"),
            *("authority", "authority_type", *CIRCUMSTANCES),
        )
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
            **{name: getattr(edit, name) for name in same},
        }

    def edited_values(self) -> EventEdit:
        """Return the facts of a valid form."""
        values = self.cleaned_data
        main = values["kind"]
        return EventEdit(
            # A headline is one line, even if a program filled in the form.
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
            **{name: values[name] for name in CIRCUMSTANCES},
        )


def _by_name(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return choices by their names in the active language."""
    return sorted(choices, key=lambda choice: fold(choice[1]))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class EditForm(FactsForm, DecisionForm):
    """The facts of an event, as its editor had read them."""

    field_order = tuple(FactsForm.base_fields)

    @staticmethod
    def values(event: Event, edit: EventEdit) -> dict[str, object]:
        """Return the field values for an existing event."""
        return FactsForm.fact_values(edit) | {"read_version": last_revision_id(event)}


class RoleForm(forms.Form):
    """An event of an article, and the article's role in it."""

    event = forms.CharField(
        label=_("Event"),
        max_length=200,
        help_text=_("Its number or address, or words of its headline"),
        widget=forms.TextInput(attrs={"data-pick": "event", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Report.Role.choices)
