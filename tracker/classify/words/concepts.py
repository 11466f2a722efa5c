"""List the concepts of the word lists."""

# fmt: off
ACTS = (
    "ban", "suspend", "remove", "block", "restrict", "label", "demonetize", "deny", "stop",
    "restore", "law", "policy", "change",
)
# Possible objects of an act.
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
