"""Let editors decide whether an article that reports two acts belongs to a second event. Nothing is
added to an event before an editor accepts it.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.events.editing.actions import Editor, accept_act
from tracker.events.models import Change, SecondAct
from tracker.events.record.derived.columns import WORDS
from tracker.events.record.locks import in_transaction
from tracker.events.review.queue import open_second_acts


class SecondActError(ValueError):
    """A decision that cannot be stored; the message says why."""


def open_acts_of(event_id: int) -> list[SecondAct]:
    """Return the open second acts that articles of an event tell, or of one that was merged into
    it, the oldest first, with their entries and the events that they may be; one query.
    """
    about = Q(event=event_id) | Q(event__merged_into=event_id)
    rows = open_second_acts().filter(about).select_related("entry", "other__merged_into")
    words = (f"{path}__{column}" for path in ("other", "other__merged_into") for column in WORDS)
    return list(rows.defer("entry__body", *words).order_by("at", "pk"))


@in_transaction
def answer_second_act(act_id: int, editor: Editor, *, is_accepted: bool) -> Change | None:
    """Put the article into the second act's event, recording that if there is none, and take its
    facts off the first; or decline. Once, and all or nothing.

    Raises SecondActError if it was answered already, EditError or ConflictError.
    """
    state = SecondAct.State.ACCEPTED if is_accepted else SecondAct.State.DECLINED
    open_acts = SecondAct.objects.filter(pk=act_id, state=SecondAct.State.OPEN)
    # The row count decides: two editors may answer at once.
    if not open_acts.update(state=state, by=editor.by[:150], answered_at=editor.now):
        same = SecondAct.objects.filter(pk=act_id, state=state, by=editor.by[:150])
        if same.exists():  # the form was sent twice
            return None
        raise SecondActError(_("This has already been answered"))
    if not is_accepted:
        return None
    related = ("entry__classification", "event", "other")
    return accept_act(SecondAct.objects.select_related(*related).get(pk=act_id), editor)
