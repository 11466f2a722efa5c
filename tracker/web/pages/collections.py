"""Pages of collections: the public ones, one as its readers see it, one as its owner changes it."""

from dataclasses import dataclass, field

from django.urls import reverse

from tracker.alerts import tokens
from tracker.alerts.collecting.brief import Brief
from tracker.alerts.collecting.collections import count_events, public_collections
from tracker.alerts.collecting.models import Collection
from tracker.alerts.tokens import sign_token
from tracker.people.roles import editors
from tracker.web.forms.collections import CollectedEventForm, CollectionForm, TitleForm
from tracker.web.forms.people import AddressForm


@dataclass(frozen=True)
class CollectionLink:
    """A collection in a list: its name, how many events it has, and its address."""

    title: str
    event_count: int
    address: str


@dataclass(frozen=True)
class CollectionsPage:
    """The public collections, an editor's own ones, and the forms to begin one."""

    public: tuple[CollectionLink, ...]
    own: tuple[CollectionLink, ...]
    form: AddressForm = field(default_factory=AddressForm)
    title_form: TitleForm = field(default_factory=TitleForm)
    is_asked: bool = False


@dataclass(frozen=True)
class CollectionPage:
    """A collection as its readers see it; `token` is in its addresses."""

    brief: Brief
    token: str
    is_public: bool


@dataclass(frozen=True)
class CollectionEditPage:
    """A collection as its owner changes it; `share` is the address for its readers."""

    brief: Brief
    token: str
    share: str
    form: CollectionForm
    event_form: CollectedEventForm


def build_collections_page(
    own: list[Collection],
    form: AddressForm | None = None,
    title_form: TitleForm | None = None,
    *,
    is_asked: bool = False,
) -> CollectionsPage:
    """Return the page of the public collections and of an editor's own."""
    return CollectionsPage(
        public=_links(list(public_collections(editors())), "collection", tokens.READ),
        own=link_own(own),
        form=form or AddressForm(),
        title_form=title_form or TitleForm(),
        is_asked=is_asked,
    )


def link_own(collections: list[Collection]) -> tuple[CollectionLink, ...]:
    """Return links with which their owner changes collections."""
    return _links(collections, "collection_edit", tokens.COLLECT)


def _links(collections: list[Collection], view: str, purpose: str) -> tuple[CollectionLink, ...]:
    counts = count_events(collections)
    return tuple(
        CollectionLink(
            collection.title,
            counts[collection.pk],
            reverse(view, args=[sign_token(purpose, collection)]),
        )
        for collection in collections
    )
