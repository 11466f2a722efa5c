"""List everything that editors do to events; each action is one Change with its Revisions and
stores Corrections.
"""

from tracker.events.editing.editor import LIMITS, EditError, Editor, last_revision_id
from tracker.events.editing.edits import (
    EventEdit,
    accept_event,
    check_fact,
    current_values,
    edit_event,
    rebase_edit,
    refuse_event,
    restore_event,
)
from tracker.events.editing.linking import CLAIMED_FOR, claim_event, set_link
from tracker.events.editing.merging import MergePreview, merge_events, merge_records, preview_merge
from tracker.events.editing.recording import record_event
from tracker.events.editing.reports import AlreadyInEventError, add_entry, set_role, withdraw_report
from tracker.events.editing.second_acts import accept_act
from tracker.events.editing.splitting import split_event
from tracker.events.editing.undo import UNDO_FOR, undo_change

__all__ = [
    "CLAIMED_FOR",
    "LIMITS",
    "UNDO_FOR",
    "AlreadyInEventError",
    "EditError",
    "Editor",
    "EventEdit",
    "MergePreview",
    "accept_act",
    "accept_event",
    "add_entry",
    "check_fact",
    "claim_event",
    "current_values",
    "edit_event",
    "last_revision_id",
    "merge_events",
    "merge_records",
    "preview_merge",
    "rebase_edit",
    "record_event",
    "refuse_event",
    "restore_event",
    "set_link",
    "set_role",
    "split_event",
    "undo_change",
    "withdraw_report",
]
