"""Build the page on learning: what the day's decisions say about the classifier, and what they
changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from tracker.classify import Kind
from tracker.classify.measure.accuracy import load_accuracy
from tracker.classify.training.examples import data_version
from tracker.events.learning import retrain
from tracker.events.models import LearnedWeights, Report
from tracker.events.review import queue
from tracker.events.review.queue import Agreement
from tracker.events.wording.names import kind_name, language_name
from tracker.feeds.models import Entry
from tracker.operations.learning import LEARNED, NO_LIBRARY
from tracker.operations.models import LearningRun
from tracker.web.pages.site import OfAHundred

A_DAY = timedelta(days=1)
MODELS = 10  # newest ones that are listed


@dataclass(frozen=True)
class ChangedRow:
    """An entry that other weights classify differently: its title, its event (0 for none), and its
    kind before and after in words.
    """

    id: int
    event_id: int
    title: str
    language: str
    before: str
    after: str


@dataclass(frozen=True)
class FigureRow:
    """A figure with the former weights, and with the new ones."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class RunSummary:
    """The last run: how it ended, in words, and what its weights would change."""

    by: str
    asked_at: datetime
    done_at: datetime | None
    words: str
    figures: tuple[FigureRow, ...]
    entries: int
    changed: int
    rows: tuple[ChangedRow, ...]


@dataclass(frozen=True)
class ModelRow:
    """Stored weights; `state` in words."""

    id: int
    version: str
    made_at: datetime
    state: str
    is_in_use: bool
    can_promote: bool


@dataclass(frozen=True)
class LearningPage:
    """What editors decided within a day, what was learned from decisions last, and the weights."""

    decided: int
    agreed: int
    kinds: tuple[Agreement, ...]
    version: str
    is_shipped: bool
    natural: OfAHundred
    is_waiting: bool
    can_learn: bool
    run: RunSummary | None
    models: tuple[ModelRow, ...]


def build_learning_page(now: datetime) -> LearningPage:
    """Return the page as it is at a time."""
    kinds = queue.measure_agreement(now, A_DAY)["kind"]
    version = retrain.version_in_use()
    last = LearningRun.objects.exclude(done_at=None).order_by("-done_at").first()
    return LearningPage(
        decided=sum(row.decided for row in kinds),
        agreed=sum(row.agreed for row in kinds),
        kinds=tuple(kinds),
        version=version,
        is_shipped=version == retrain.SHIPPED,
        natural=OfAHundred(*(round(100 * figure) for _name, figure in load_accuracy().natural)),
        is_waiting=LearningRun.objects.filter(done_at=None).exists(),
        can_learn=retrain.can_learn(),
        run=_run_summary(last) if last is not None else None,
        models=_model_rows(version),
    )


def _run_summary(run: LearningRun) -> RunSummary:
    outcome = run.outcome
    trial = outcome.get("trial")
    return RunSummary(
        by=run.by,
        asked_at=run.asked_at,
        done_at=run.done_at,
        words=_words(run),
        figures=_figures(trial) if trial else (),
        entries=trial["entries"] if trial else 0,
        changed=trial["changed"] if trial else 0,
        rows=_changed_rows(trial["sample"]) if trial else (),
    )


def _words(run: LearningRun) -> str:
    outcome = run.outcome
    if run.error:
        return _("Learning failed: %(error)s") % {"error": run.error}
    if outcome.get("result") == NO_LIBRARY:
        return _("Nothing was learned: scikit-learn is not installed where the workers run.")
    if outcome.get("result") != LEARNED:
        return _("Nothing was decided since the last time.")
    values = {"version": outcome["version"], "where": _where(outcome["worse"])}
    if outcome["is_promoted"]:
        return _("%(version)s: no language and no kind got worse, so it was put in use.") % values
    return _("%(version)s: not put in use, because it is worse in: %(where)s") % values


def _where(worse: Iterable[str]) -> str:
    """Return languages and kinds, as "kind ad_ban", by their names."""
    names = []
    for group in worse:
        sort, _space, value = group.partition(" ")
        if sort == "language":
            names.append(language_name(value))
        else:
            names.append(kind_name(Kind(value)) if value in set(Kind) else _("No event"))
    return ", ".join(names)


def _figures(trial: dict[str, object]) -> tuple[FigureRow, ...]:
    entries = _number(trial["entries"])
    before, after = _counts(trial["before"]), _counts(trial["after"])
    rows = [
        FigureRow(name, _in_thousand(was, entries), _in_thousand(now, entries))
        for name, was, now in (
            (_("Shown as events, of 1,000 entries"), before["shown"], after["shown"]),
            (_("Unsure, of 1,000 entries"), before["unsure"], after["unsure"]),
        )
    ]
    decided = _number(trial["decided"])
    right = (f"{_number(trial[name])} / {decided}" for name in ("right_before", "right_after"))
    rows.append(FigureRow(_("Same kind as editors decided"), *right))
    natural = trial["natural"]
    if isinstance(natural, list):
        was, now = (_counts(band) for band in natural)
        rows += [
            FigureRow(
                _("Acts among events shown, at the natural rate"),
                *(_share(band["right"], band["taken"]) for band in (was, now)),
            ),
            FigureRow(
                _("Acts that are shown, at the natural rate"),
                *(_share(band["right"], band["acts"]) for band in (was, now)),
            ),
        ]
    return tuple(rows)


def _counts(stored: object) -> dict[str, int]:
    return {name: _number(value) for name, value in dict(stored).items()}  # type: ignore[call-overload]


def _number(stored: object) -> int:
    return stored if isinstance(stored, int) else 0


def _in_thousand(count: int, entries: int) -> str:
    return f"{1000 * count / entries:.1f}" if entries else "–"


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.0f}% ({count} / {of})" if of else "–"


def _changed_rows(sample: list[dict[str, object]]) -> tuple[ChangedRow, ...]:
    ids = [_number(row["entry"]) for row in sample]
    # some may have been deleted since
    entries = Entry.objects.only("title", "language").in_bulk(ids)
    events = dict(
        Report.objects.filter(entry__in=ids).order_by("-pk").values_list("entry", "event")
    )
    return tuple(
        ChangedRow(
            id=pk,
            event_id=events.get(pk, 0),
            title=entries[pk].title,
            language=entries[pk].language,
            before=_kind(row["before"]),
            after=_kind(row["after"]),
        )
        for pk, row in zip(ids, sample, strict=True)
        if pk in entries
    )


def _kind(value: object) -> str:
    return kind_name(Kind(str(value))) if value else _("No event")


def _model_rows(version: str) -> tuple[ModelRow, ...]:
    rows = LearnedWeights.objects.defer("weights").order_by("-made_at", "-pk")[:MODELS]
    current_data = data_version()
    return tuple(
        ModelRow(
            id=row.pk,
            version=row.version,
            made_at=row.made_at,
            state=_state(
                row, is_in_use=row.version == version, is_fitting=row.data == current_data
            ),
            is_in_use=row.version == version,
            can_promote=row.data == current_data and row.version != version,
        )
        for row in rows
    )


def _state(row: LearnedWeights, *, is_in_use: bool, is_fitting: bool) -> str:
    if is_in_use:
        return _("in use")
    if not is_fitting:
        return _("made with other word lists")
    if row.rolled_back_at is not None:
        return _("rolled back")
    if row.promoted_at is None:
        return _("worse in: %s") % _where(row.worse)
    return _("in use before")
