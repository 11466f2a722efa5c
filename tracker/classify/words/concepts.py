"""The concepts that the word lists give words for."""

# fmt: off
ACTS = (
    "ban", "suspend", "remove", "block", "restrict", "label", "demonetize", "deny", "stop",
    "restore", "law", "policy", "change",
)
# What an act may be done to.
OBJECTS = ("ads", "account", "content", "money", "reach", "service", "state", "policy")
# fmt: on
CONCEPTS = {
    *ACTS,
    *OBJECTS,
    "modality",
    "other",
    "reaction",
    "analysis",
    "today",
    "yesterday",
    "weekend",
    "week",
}
