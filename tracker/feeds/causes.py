"""List what may be wrong with a feed: causes, each with a sentence and a hint what to do, in the
reader's language. The libraries' own messages are only in the log.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Cause:
    """What is wrong, and what to do."""

    sentence: str | Promise
    hint: str | Promise

    @property
    def hint_unfollowed(self) -> str | Promise:
        """What to do if the address is not followed, so that it is not tried again by itself."""
        # Compared by identity: lazy texts are equal in one language at a time.
        return next((other for hint, other in _UNFOLLOWED if hint is self.hint), self.hint)


_WAIT = _("Nothing to do. We try again automatically, each time after a longer wait.")
_GONE = _("Look for another feed of this site. We ask again once a month.")
_CRASHED = _("Tell the owner. We try again once a day.")
_OPEN = _("Open the address in a browser. If the site has moved its feed, add the new address.")
_ASK = _("Ask the publisher to allow feed readers, or follow the site through another feed.")
_PAGE = _("Choose “Add a feed” and enter the address of the site to find the feed.")
_TELL = _("Tell the publisher. Nothing can be read until they fix it.")
_CERTIFICATE = _("Tell the publisher. We never read a site whose certificate is not valid.")

# For an address that is not followed, so that nothing is tried again.
_UNFOLLOWED = (
    (_WAIT, _("Nothing was saved. Try again later.")),
    (_GONE, _("Look for another feed of this site.")),
    (_CRASHED, _("Tell the owner.")),
)

# Codes are stored, and worded when shown: the libraries' own messages change with each version
# (decision D20).
CAUSES: dict[str, Cause] = {
    # The address
    "address": Cause(_("The address cannot be used."), _OPEN),
    "address_unreadable": Cause(
        _("This is not a web address."), _("Enter an address like https://news.example/feed.")
    ),
    "address_scheme": Cause(
        _("Only addresses with http or https can be read."),
        _("Enter an address like https://news.example/feed."),
    ),
    "address_private": Cause(
        _("The address belongs to a private network, which we do not read."),
        _("If this is intended, the owner can list the network in ALLOWED_NETWORKS."),
    ),
    "address_redirect": Cause(_("The server sends us to an address that cannot be used."), _OPEN),
    # The connection
    "no_such_host": Cause(
        _("There is no server with this name."),
        _("Check the spelling. If the site has a new name, add its new feed."),
    ),
    "refused_connection": Cause(_("The server refuses connections."), _WAIT),
    "connection_reset": Cause(_("The connection broke off."), _WAIT),
    "unreachable": Cause(_("The server cannot be reached."), _WAIT),
    "no_answer": Cause(_("The server did not answer in time."), _WAIT),
    "network": Cause(_("The connection failed."), _WAIT),
    "time": Cause(_("The server did not answer in time."), _WAIT),
    "closed_early": Cause(_("The server closed the connection without an answer."), _WAIT),
    "certificate_expired": Cause(_("The site’s certificate has expired."), _CERTIFICATE),
    "certificate_name": Cause(_("The site’s certificate is for another name."), _CERTIFICATE),
    "certificate_unknown": Cause(
        _("The site’s certificate comes from an unknown issuer."), _CERTIFICATE
    ),
    "certificate": Cause(_("The site’s certificate is not valid."), _CERTIFICATE),
    "no_tls": Cause(
        _("The server does not offer a secure connection at this address."),
        _("Try the address with http instead of https."),
    ),
    # The server's answer
    "http": Cause(_("The server answered with an error."), _OPEN),
    "http_401": Cause(
        _("The feed asks for a password."),
        _("Add the feed with user and password in its address, if you have them."),
    ),
    "http_402": Cause(_("The feed is only for paying subscribers."), _ASK),
    "http_403": Cause(_("The server refuses to send us the feed."), _ASK),
    "http_404": Cause(_("There is nothing at this address any more."), _OPEN),
    "http_406": Cause(_("The server has no version of the feed that we can read."), _ASK),
    "http_410": Cause(
        _("The publisher has removed the feed for good."),
        _GONE,
    ),
    "http_429": Cause(_("The server says that we ask too often."), _WAIT),
    "http_451": Cause(
        _("The feed is withheld for legal reasons."),
        _("It may be readable from another country. Look for another feed of this site."),
    ),
    "http_503": Cause(_("The server is busy or being repaired."), _WAIT),
    "http_5xx": Cause(_("The server has an internal error."), _WAIT),
    "http_other": Cause(_("The server’s answer is not a feed."), _OPEN),
    "challenge": Cause(_("The site only lets browsers in, to keep out bots."), _ASK),
    "neighbour_busy": Cause(
        _("Not tried: another feed of this site had just been asked to wait."), _WAIT
    ),
    "too_many_redirects": Cause(_("The server sends us from one address to the next."), _OPEN),
    "unasked_304": Cause(
        _("The server says that nothing has changed, although we have nothing yet."), _TELL
    ),
    "broken_answer": Cause(_("The server sent a malformed answer."), _TELL),
    "broken_off": Cause(_("The answer broke off, or its compression cannot be read."), _WAIT),
    "too_large": Cause(
        _("The feed is too large to read."),
        _("Ask the publisher for a feed with fewer entries."),
    ),
    "size": Cause(_("The feed is too large to read."), _TELL),
    "budget": Cause(
        _("The page leads to more addresses than we follow."),
        _("Enter the address of the feed itself."),
    ),
    # The content
    "empty_answer": Cause(_("The answer was empty."), _WAIT),
    "emptied": Cause(
        _("The feed has no entries now. It had some before."),
        _("Open the address in a browser. Perhaps the site has a new feed."),
    ),
    "html_page": Cause(_("This is a web page, not a feed."), _PAGE),
    "login_page": Cause(
        _("This is a page to sign in, not a feed."),
        _("The feed is no longer public. Look for another feed of this site."),
    ),
    "blocked_page": Cause(_("This page says that our access is blocked."), _ASK),
    "json_other": Cause(_("This is data for programs, not a feed."), _PAGE),
    "plain_text": Cause(_("This is plain text, not a feed."), _OPEN),
    "list_of_feeds": Cause(
        _("This is a list of feeds, not a feed."),
        _("The owner can add all feeds of the list with importopml."),
    ),
    "sitemap": Cause(_("This is a list of a site’s pages, not a feed."), _PAGE),
    "other_xml": Cause(_("This is XML, but not a feed."), _PAGE),
    "broken_feed": Cause(_("The feed has faults that make it unreadable."), _TELL),
    "too_slow": Cause(_("The feed took too long to read."), _TELL),
    "too_complex": Cause(_("The feed took too much memory to read."), _TELL),
    # A service's message instead of entries
    "scraper_error": Cause(
        _("The service that makes this feed reports an error."),
        _("Check the service, or follow the site itself."),
    ),
    "not_whitelisted": Cause(
        _("The service that makes this feed does not serve us."),
        _("Ask the service to let this tracker in, or follow the site itself."),
    ),
    # Our own decisions
    "quarantined": Cause(
        _("Reading this feed crashed our workers several times."),
        _CRASHED,
    ),
    "own": Cause(_("A fault on our side."), _("Tell the owner. The log has the details.")),
}
