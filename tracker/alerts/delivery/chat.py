"""Convert a webhook's message to the formats of chat programs; pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

LIMIT = 300  # characters of a headline
# Words by which a text calls everybody of a channel, in Slack and what takes its form (Mattermost,
# Discord, Rocket.Chat), Teams or Matrix.
CALLS = re.compile(r"@(?=/?(?:all|channel|everyone|group|here|room|team)\b)", re.IGNORECASE)
MARKDOWN = re.compile(r"([\\\[\]()*_`#>~-])")


@dataclass(frozen=True)
class ChatMessage:
    """The content of our payload for a chat: `label` is what happened, `link` the event's address,
    `colon` the separator between label and headline in the subscriber's language.
    """

    label: str
    headline: str
    link: str
    facts: str
    alert: str
    colon: str = ": "


@dataclass(frozen=True)
class ChatCall:
    """The address to which a message is posted, and its JSON."""

    url: str = field(repr=False)  # it is the key to the chat
    body: Mapping[str, Any]


def convert_call(hook_form: str, url: str, message: ChatMessage) -> ChatCall:
    """Return the call that posts a message as "slack", "teams", "matrix" or "ntfy" expects it."""
    # A publisher's title must not notify everybody: a zero-width space breaks the mention.
    calm = {
        name: CALLS.sub("@\u200b", getattr(message, name))
        for name in ("label", "headline", "facts", "alert")
    }
    return CONVERTERS[hook_form](url, replace(message, **calm))


def _slack(url: str, message: ChatMessage) -> ChatCall:
    """Return the body of Slack's incoming webhooks (api.slack.com/messaging/webhooks)."""
    headline, facts, label, alert = map(
        _slack_text, (message.headline, message.facts, message.label, message.alert)
    )
    # Slack ends a link's address at the first "|" or ">".
    link = message.link.replace("|", "%7C").replace(">", "%3E")
    title = f"<{link}|{headline}>" if link else headline
    lines = "\n".join(filter(None, (f"*{label}*{message.colon}{title}", facts)))
    sections: list[dict[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": lines}}
    ]
    if alert:
        context = {"type": "mrkdwn", "text": alert}
        sections.append({"type": "context", "elements": [context]})
    return ChatCall(url, {"text": f"{label}{message.colon}{headline}", "blocks": sections})


def _slack_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _teams(url: str, message: ChatMessage) -> ChatCall:
    """Return the body of Teams' workflow "when a webhook request is received": an Adaptive Card."""
    label, headline, *smaller = (
        MARKDOWN.sub(r"\\\1", text)  # a TextBlock reads Markdown
        for text in (message.label, message.headline, message.facts, message.alert)
    )
    blocks: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": label, "isSubtle": True, "wrap": True},
        {
            "type": "TextBlock",
            "text": headline,
            "weight": "Bolder",
            "size": "Medium",
            "wrap": True,
        },
    ]
    blocks += [
        {"type": "TextBlock", "text": text, "wrap": True, "isSubtle": True}
        for text in smaller
        if text
    ]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    if message.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": message.label, "url": message.link}]
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return ChatCall(url, {"type": "message", "attachments": [attachment]})


def _matrix(url: str, message: ChatMessage) -> ChatCall:
    """Return the body of matrix-hookshot's generic webhooks: text and HTML."""
    lines = [
        f"{message.label}{message.colon}{message.headline}",
        message.facts,
        message.alert,
        message.link,
    ]
    title = escape(message.headline)
    if message.link:
        title = f'<a href="{escape(message.link)}">{title}</a>'
    pieces = [f"<b>{escape(message.label)}</b>{message.colon}{title}", escape(message.facts)]
    html = "<br>".join(filter(None, [*pieces, escape(message.alert)]))
    return ChatCall(url, {"text": "\n".join(filter(None, lines)), "html": html})


def _ntfy(url: str, message: ChatMessage) -> ChatCall:
    """Return a message in ntfy's JSON format, which is posted to the server's root and contains the
    topic (docs.ntfy.sh/publish/#publish-as-json).
    """
    parts = urlsplit(url)
    body: dict[str, Any] = {
        "topic": ntfy_topic(url),
        "title": message.label,
        "message": "\n".join(filter(None, (message.headline, message.facts, message.alert))),
    }
    if message.link:
        body["click"] = message.link
    return ChatCall(urlunsplit((parts.scheme, parts.netloc, "/", parts.query, "")), body)


def ntfy_topic(url: str) -> str:
    """Return the topic in an ntfy address, "" for none."""
    return unquote(urlsplit(url).path.strip("/").rpartition("/")[2])


CONVERTERS: Mapping[str, Callable[[str, ChatMessage], ChatCall]] = {
    "slack": _slack,
    "teams": _teams,
    "matrix": _matrix,
    "ntfy": _ntfy,
}
