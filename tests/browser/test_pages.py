"""Every page in a real browser: at both widths, light and dark, without script."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils import timezone

from tests import make
from tests.conftest import NOW, Answer
from tracker.alerts import hits
from tracker.alerts.collecting.collections import add_event, change_collection, create_collection
from tracker.alerts.delivery import queueing
from tracker.alerts.models import Delivery
from tracker.alerts.tokens import COLLECT, CONFIRM, MANAGE, PERIOD, READ, STOP, STOP_ALL, sign_token
from tracker.events.models import Event, Link, ReportDispute, SecondAct, SubmittedLink
from tracker.feeds.models import Entry, Poll
from tracker.people.audit import Actor
from tracker.people.invitations import invite, sign_invitation
from tracker.people.models import Passkey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "x" * 180
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOR_EDITORS = (
    *("/review", "/merge", "/articles", "/edit", "/deliveries", "/account", "/status", "/people"),
)
PAGES = [
    "timeline",
    "filtered",
    "empty",
    "event",
    "sources",
    "source",
    "alerts",
    "new",
    "confirm",
    "stop",
    "404",
    "login",
    "as_of",
    "in_force",
    "event_as_of",
    "entity",
    "suggest",
    "vote",
    "together",
    "voted",
    "second_act",
    "review",
    "submitted",
    "agreement",
    "learning",
    "article",
    "article_new",
    "edit",
    "choose",
    "submit",
    "merge",
    "recorded",
    "mentioned",
    "about",
    "accessibility",
    "knowledge",
    "api",
    "data",
    "embed",
    "related",
    "stop_all",
    "manage",
    "erase",
    "period",
    "old_link",
    "deliveries",
    "preview",
    "account",
    "status",
    "account_address",
    "passkey_new",
    "passkey_remove",
    "app_off",
    "people",
    "people_log",
    "join",
    "password_ask",
    "unsure",
    "unsure_event",
    "unsure_review",
    "search_help",
    "values",
    "query_error",
    "compare",
    "pivot",
    "world",
    "follow_event",
    "alert_follow",
    "new_with_errors",
    "collections",
    "collection",
    "collection_brief",
    "collection_edit",
]


@pytest.fixture
def site(live_server):
    """Addresses by name of a site with an event of every sort and a long word everywhere."""
    pk = make.processed("Twitter bans ads from RT and Sputnik", summary="It did so on 26 October.")
    make.processed(f"Kremlin condemns Twitter ban on ads from RT {LONG}")
    make.processed("تويتر يحظر اعلانات قناة RT و Sputnik", language="ar")
    undone = make.event(
        "YouTube suspends Donald Trump", kind="account_suspension", occurred="2021-01"
    )
    undoing = make.event(f"YouTube reinstates {LONG}", kind="reinstatement", occurred="")
    Link.objects.create(source=undoing, target=undone, type="undoes")
    feed = make.feed("https://b.example/rss", title=LONG, state="failing", error=LONG, failures=3)
    Poll.objects.create(feed=feed, at=NOW, state="failing", error=LONG)
    alert = make.alert("kind:ad_ban country:RU", state="pending")
    SubmittedLink.objects.create(url=f"https://a.example/{LONG}", note=LONG, at=NOW, origin="o")
    unsure = make.event("Doubtful", state="unsure", confidence=0.3, targets=[f"Marla {LONG}"])
    unsure.entities.filter(type="target").update(is_reported=True)
    Event.objects.filter(pk=unsure.pk).update(
        amount=12_000_000, currency="EUR", effective_on="2026-12-01", authority=LONG
    )
    report = Event.objects.get(pk=pk).reports.order_by("pk")[0]
    ReportDispute.objects.create(event_id=pk, report=report, at=NOW)
    second = {"kind": "ad_ban", "platforms": ["youtube"], "targets": [LONG], "position": 1}
    entry = Entry.objects.get(reports=report)
    SecondAct.objects.create(entry=entry, event_id=pk, words=LONG, at=NOW, **second)
    paths = {
        "timeline": "/",
        "search_help": "/help/search",
        "values": "/values/target?kind=ad_ban",
        "query_error": "/?q=kind:adban+platform:telgram",
        "filtered": "/?kind=ad_ban&platform=twitter&q=rt",
        "empty": "/?q=nothing",
        "event": f"/events/{pk}",
        "sources": "/sources",
        "source": f"/sources/{feed.pk}",
        "alerts": "/alerts?sent",
        "new": "/alerts/new?kind=ad_ban",
        "confirm": f"/alerts/confirm/{sign_token(CONFIRM, alert.pk)}",
        "stop": f"/alerts/stop/{sign_token(STOP, alert.pk)}",
        "404": "/events/999999",
        "login": "/login",
        "as_of": f"/?as_of={NOW:%Y-%m-%d}",
        "in_force": "/?in_force=2021-03-01",
        "event_as_of": f"/events/{pk}?as_of={NOW:%Y-%m-%d}",
        "entity": f"/entities/{undone.entities.get(type='platform').pk}",
        "suggest": f"/events/{pk}/suggest",
        "vote": f"/events/{pk}/reports/{report.pk}/vote",
        "together": f"/events/{pk}/together",
        "voted": f"/review?lane=voted&event={pk}",
        "second_act": f"/review?lane=second&event={pk}",
        "review": f"/review?lane=linked&event={pk}",
        "merge": f"/events/{pk}/merge?into={undone.pk}",
        "submitted": "/review?lane=submitted",
        "agreement": "/review/agreement",
        "learning": "/review/learning",
        "article": f"/articles/{Entry.objects.order_by('pk')[0].pk}",
        "article_new": "/articles/new",
        "edit": f"/events/{pk}/edit",
        "choose": f"/events/{pk}/merge?into=youtube",
        "submit": "/submit",
        "recorded": "/?sort=recorded&chart=country",
        "mentioned": "/?q=october",
        "about": "/about",
        "accessibility": "/accessibility",
        "knowledge": "/knowledge",
        "unsure": "/?state=unsure",
        "unsure_event": f"/events/{unsure.pk}",
        "unsure_review": "/review?lane=unsure",
        "api": "/api",
        "data": "/data",
        "embed": "/embed?kind=ad_ban&chart=platform",
        "compare": "/compare?type=target&compared=rt&compared=sputnik",
        "pivot": "/pivot?rows=target&columns=platform&kind=ad_ban",
        "world": "/map",
        **alert_paths(pk),
    }
    return {name: live_server.url + path for name, path in paths.items()}


def alert_paths(pk):
    """The pages of a reader with an alert of a long name, a hook that fails, and a flood."""
    mine = make.alert("", name=LONG, hook_url="https://hooks.example/", hook_error=LONG)
    make.alert("target:rt", state="stopped")
    hits.record_hits([pk], NOW)
    make.entry(LONG, is_held=True)
    queueing.queue_digests(timezone.now())
    mine.subscriber.muted_events.create(event_id=pk, at=NOW)
    digest = Delivery.objects.get(type="digest")
    own = f"/alerts/manage/{sign_token(MANAGE, mine.subscriber_id)}"
    return {
        "related": "/alerts/new?target=rt&q=navalny",
        "stop_all": f"/alerts/stop-all/{sign_token(STOP_ALL, mine.subscriber_id)}",
        "manage": own,
        "erase": f"{own}/erase",
        "period": f"/alerts/period/{sign_token(PERIOD, digest.pk)}",
        "old_link": "/alerts/manage/x",
        "follow_event": f"/alerts/new?event={pk}",
        "alert_follow": f"{own}/{mine.pk}?q=kind:ad_ban",
        "new_with_errors": f"{own}/{mine.pk}?q=kind:none",
        **collection_paths(pk, mine.subscriber),
        "deliveries": "/deliveries",
        "preview": "/deliveries/preview",
        "account": "/account",
        "account_address": "/account/address",
        **account_paths(),
        **people_paths(),
        "status": "/status",
    }


def account_paths():
    """The pages that change one's own account, which has a passkey with a long name."""
    passkey = Passkey.objects.create(
        user=User.objects.create_superuser("ed"),
        name=LONG[:64],
        credential_id="x",
        public_key=b"x",
        confirmed=False,  # an account with one requires it in every session
        created_at=NOW,
    )
    return {
        "passkey_new": "/account/passkeys/new",
        "passkey_remove": f"/account/passkeys/{passkey.pk}/remove",
        "app_off": "/account/app/off",
    }


def collection_paths(pk, subscriber):
    """The pages of a public collection with long words."""
    ours = create_collection(LONG[:120], subscriber, NOW)
    change_collection(ours, LONG[:120], LONG, is_public=True, now=NOW)
    add_event(ours, pk, LONG, NOW)
    token = sign_token(READ, ours)
    return {
        "collections": "/collections",
        "collection": f"/collections/{token}",
        "collection_brief": f"/collections/{token}/brief",
        "collection_edit": f"/collections/edit/{sign_token(COLLECT, ours)}",
    }


def people_paths():
    """The owners' pages, with long names, and the page of an invitation."""
    User.objects.create_user(LONG[:150], email=f"{LONG[:60]}@example.org")
    now = timezone.now()
    invitation = invite(f"{'y' * 60}@example.org", "editor", "en", Actor(LONG[:150]), now)
    return {
        "people": "/people",
        "people_log": "/people/log",
        "join": f"/join/{sign_invitation(invitation)}",
        "password_ask": "/password",
    }


def failed(request):
    """The address of a request that failed, unless the browser left the page before it came."""
    return [] if request.failure == "net::ERR_ABORTED" else [request.url]


@pytest.fixture
def look(chromium, client):
    """Opens a page, as an editor where it is for editors, and gives it with what the browser
    complained of.
    """
    contexts = []
    ed = User.objects.filter(username="ed").first()  # of the site, unless a test has no site
    client.force_login(ed or User.objects.create_superuser("ed"))
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}

    def opened(url, width=1400, scheme="light", **options):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        if any(part in url for part in FOR_EDITORS):
            context.add_cookies([session | {"url": url}])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.extend(failed(request)))
        page.goto(url)
        return page, complaints

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1400, 390, 320])
def test_no_page_is_too_wide_and_the_browser_has_no_complaint(site, look, name, width):
    page, complaints = look(site[name], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # The browser names the status of pages that say what is wrong.
    assert [c for c in complaints if not {"400", "404"}.intersection(c.split())] == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (390, "dark")])
def test_axe_finds_no_fault(site, look, name, width, scheme):
    page, _ = look(site[name], width, scheme)
    found = Axe().run(page, options={"runOnly": WCAG})
    told = [
        (fault["id"], node["target"], node.get("failureSummary"))
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]
    assert told == []


def contrast(page, selector):
    """WCAG 2.2's contrast ratio of the first element's text with the page's ground."""
    return page.evaluate(
        """selector => {
            const light = colour => {
                const c = colour.match(/[\\d.]+/g).slice(0, 3).map(v => {
                    v = v / 255;
                    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
            };
            const style = element => getComputedStyle(element);
            const text = light(style(document.querySelector(selector)).color);
            const ground = light(style(document.body).backgroundColor);
            return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
        }""",
        selector,
    )


TEXTS = [
    ".event h3 a",
    ".event .kind",
    ".facts",
    ".state.unchecked",
    ".facets output",
    ".day h2 small",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_either_ground(site, look, scheme):
    page, _ = look(site["timeline"], scheme=scheme)
    assert all(contrast(page, selector) >= 4.5 for selector in TEXTS)


def test_dark_is_dark(site, look):
    page, _ = look(site["timeline"], scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"


def test_filtering_and_signing_up_work_without_script_and_by_keyboard(site, look):
    page, _ = look(site["timeline"], java_script_enabled=False)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#main")
    page.get_by_role("checkbox", name="Ad ban").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=ad_ban**")
    assert page.get_by_text("Twitter bars RT, Sputnik from advertising").is_visible()
    assert not page.get_by_text("YouTube suspends Donald Trump").first.is_visible()
    page.get_by_role("link", name="Get email alerts").click()
    page.get_by_label("Email address").fill("reader@example.org")
    page.get_by_role("button", name="Send confirmation email").click()
    assert page.get_by_text("Check your email").is_visible()


def test_reports_unfold_with_their_marked_words(site, look):
    page, _ = look(site["timeline"])
    page.get_by_text("1 publisher, 2 languages, 1 reaction").click()
    assert page.locator("mark", has_text="bans").first.is_visible()
    assert page.locator("[lang=ar]").first.evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_a_fact_and_the_words_that_gave_it_light_up_together(site, look):
    page, complaints = look(site["event"])
    page.locator("dd[data-fact=platforms] a").first.focus()
    assert page.locator("mark.lit").first.inner_text() == "Twitter"
    page.locator("mark[data-fact~=kinds]").first.hover()
    assert page.locator("dd.lit").all_inner_texts()[0].startswith("Ad ban")
    assert page.locator("dd[data-fact=kinds]").get_attribute("tabindex") == "0"
    assert complaints == []


def test_the_code_to_embed_a_chart_and_the_link_of_an_event_are_copied(site, look):
    page, _ = look(site["timeline"], permissions=["clipboard-read", "clipboard-write"])
    page.get_by_text("Embed", exact=True).click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith('<iframe src="http://')
    page.goto(site["event"])
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == site["event"]


def test_two_are_compared_by_name_without_script(site, look):
    page, _ = look(site["compare"].partition("&compared")[0], java_script_enabled=False)
    page.get_by_label("Name 1").fill("RT")
    page.get_by_label("Name 2").fill("sputnik")
    page.get_by_role("button", name="Compare").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Compare RT and Sputnik"
    page.get_by_role("row", name="Ad ban").get_by_role("link").first.click()
    assert page.get_by_role("heading", name="1 event", exact=True).is_visible()


def test_the_chart_narrows_the_timeline(site, look):
    page, _ = look(site["timeline"])
    page.get_by_role("link", name="2017, quarter 4: 1").click()
    assert "since=2017-10" in page.url
    assert page.get_by_role("heading", name="1 event").is_visible()


def test_the_queue_is_worked_through_by_keys(site, look):
    make.event("Twitter bars TASS from advertising", targets=[], occurred="2017-10-27")
    page, complaints = look(site["review"].replace("lane=linked", "lane=new"))
    event = Event.objects.get(pk=int(page.url.rpartition("=")[2]))
    page.keyboard.press("e")
    page.keyboard.press("5")
    page.get_by_text("Set the kind of event").wait_for()
    page.keyboard.press("z")
    page.get_by_text("Undone:").wait_for()
    page.goto(site["review"])
    page.keyboard.press("a")
    page.get_by_text("Accepted event").wait_for()
    page.goto(site["review"])
    page.keyboard.press("r")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.press("1")
    page.get_by_role("heading", name="Are these the same act?").wait_for()
    event.refresh_from_db()
    assert (event.kind, event.state) == ("ad_ban", "reviewed")
    assert complaints == []


def test_the_queues_keys_can_be_switched_off(site, look):
    page, _ = look(site["review"])
    page.get_by_label("Turn on keyboard shortcuts").uncheck()
    page.get_by_text("Recent decisions").click()
    page.keyboard.press("n")
    page.keyboard.press("e")
    assert page.locator(".asked").count() == 0
    page.reload()
    assert not page.get_by_label("Turn on keyboard shortcuts").is_checked()


def test_the_queue_works_without_script(site, look):
    page, _ = look(site["review"], java_script_enabled=False)
    page.get_by_role("button", name="Demonetization").click()
    assert page.get_by_text("Set the kind of event").is_visible()


def test_a_value_is_excluded_without_script(site, look):
    page, _ = look(site["timeline"], java_script_enabled=False)
    page.get_by_role("button", name="Without Ad ban").focus()
    page.keyboard.press("Enter")
    page.get_by_text("excluded", exact=True).wait_for()
    assert not page.get_by_text("Twitter bars RT, Sputnik from advertising").is_visible()
    page.get_by_role("link", name="Not Ad ban").click()
    page.get_by_text("Twitter bars RT, Sputnik from advertising").wait_for()


def test_the_timeline_is_read_by_keys(site, look):
    page, complaints = look(site["timeline"])
    page.keyboard.press("j")
    first = page.locator(":focus").inner_text()
    page.keyboard.press("j")
    assert page.locator(":focus").inner_text() != first
    page.keyboard.press("k")
    assert page.locator(":focus").inner_text() == first
    page.keyboard.press("/")
    page.keyboard.type("jo")
    assert page.locator("header input[name=q]").input_value() == "jo"
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    assert page.get_by_label("Turn on keyboard shortcuts").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/events/*")
    assert complaints == []


def test_keys_on_the_timeline_can_be_switched_off(site, look):
    page, _ = look(site["timeline"])
    page.keyboard.press("?")
    page.get_by_label("Turn on keyboard shortcuts").uncheck()
    page.keyboard.press("j")
    assert page.locator(".event :focus").count() == 0


def column(page, name):
    """Where a period of the chart stands on the screen: the middle of it."""
    box = page.locator("svg.bars a", has_text=name).locator(".hit").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_part_of_the_chart_is_dragged_over(site, look):
    page, _ = look(site["timeline"])
    x, y = column(page, "2021, quarter 1")
    page.mouse.move(x + 30, y)
    page.mouse.down()
    page.mouse.move(x - 40, y, steps=5)
    page.mouse.move(column(page, "2017, quarter 4")[0], y, steps=5)
    assert page.locator(".band").is_visible()
    page.mouse.up()
    page.wait_for_url("**since=2017-10&until=2021-03")
    assert page.get_by_role("heading", level=1).inner_text() == "2 events"


def test_a_part_of_the_chart_is_chosen_by_keyboard(site, look):
    page, _ = look(site["timeline"])
    page.locator("figure.chart svg.bars a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator(".band").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**since=2017-10&until=2021-03")


def test_a_tick_changes_the_list_in_place_says_how_many_and_can_be_taken_back(site, look):
    page, complaints = look(site["timeline"])
    page.evaluate("window.stays = true")
    page.get_by_role("checkbox", name="Ad ban").check()
    page.wait_for_url("**kind=ad_ban**")
    page.get_by_role("heading", name="1 event", exact=True).wait_for()
    assert page.locator("#told").inner_text().strip() == "1 event"
    assert page.locator(":focus").get_attribute("value") == "ad_ban"
    assert page.evaluate("window.stays")
    page.keyboard.press("j")
    page.go_back()
    page.get_by_role("heading", name="3 events").wait_for()
    assert complaints == []


def test_on_a_phone_the_filters_are_folded_and_open_before_the_events(site, look):
    page, _ = look(site["timeline"], 390)
    box = page.get_by_role("checkbox", name="Ad ban")
    assert not box.is_visible()
    page.get_by_role("link", name="Filters", exact=True).click()
    box.check()
    page.get_by_role("button", name="Apply", exact=True).click()
    page.wait_for_url("**kind=ad_ban**")
    assert not box.is_visible()
    assert page.get_by_role("heading", level=1).inner_text() == "1 event"


def test_a_search_in_another_script_says_what_else_it_looked_for(site, look):
    page, _ = look(site["timeline"])
    page.locator("header input[name=q]").fill("твиттер")
    page.keyboard.press("Enter")
    page.get_by_text("Also searched: X (Twitter).").wait_for()
    page.get_by_role("link", name="Search only for this word").click()
    page.get_by_text("No events match.").wait_for()


def visit(page, url, at):
    """Open a page at a time of the reader's clock."""
    page.clock.set_fixed_time(at)
    page.goto(url)
    page.wait_for_load_state("networkidle")
    return page.locator("[data-since-visit]")


def test_the_front_page_says_what_is_new_since_the_last_visit(site, look):
    page, complaints = look(site["about"])
    first, later = NOW - timedelta(days=3), NOW + timedelta(days=1)
    page.evaluate("localStorage.clear()")
    assert visit(page, site["timeline"], first).inner_text() == ""
    # Half an hour without a page ends a visit; this one goes on, on another page too.
    assert visit(page, site["timeline"], first + timedelta(minutes=29)).inner_text() == ""
    visit(page, site["about"], first + timedelta(minutes=58))
    told = visit(page, site["timeline"], later)
    assert told.get_attribute("role") == "status"
    assert told.inner_text() == "Events recorded since your last visit on 21 November 2026: 3"
    again = visit(page, site["timeline"], later + timedelta(minutes=20))
    assert again.inner_text() == told.inner_text()
    assert page.context.cookies() == []
    again.get_by_role("link").click()
    page.get_by_role("heading", name="3 events").wait_for()
    assert "recorded=2026-11-21T12%3A58%3A00Z.." in page.url
    assert complaints == []


def test_nothing_is_new_on_a_visit_without_new_events_or_without_script(site, look):
    page, _ = look(site["about"])
    page.evaluate("localStorage.clear()")
    visit(page, site["about"], NOW + timedelta(days=1))
    told = visit(page, site["timeline"], NOW + timedelta(days=2))
    assert told.inner_text().endswith(": 0")
    assert told.get_by_role("link").count() == 0
    plain, _ = look(site["timeline"], java_script_enabled=False)
    assert plain.locator("[data-since-visit]").inner_text() == ""


@pytest.mark.parametrize("kept", ["", "no JSON", "null", '{"last": "x"}', '{"last": 9e15}'])
def test_a_stored_visit_that_is_not_ours_shows_nothing_and_breaks_nothing(site, look, kept):
    page, complaints = look(site["about"])
    page.evaluate("kept => localStorage.setItem('visit', kept)", kept)
    assert visit(page, site["timeline"], NOW).inner_text() == ""
    assert complaints == []


def test_an_embed_shows_the_chart_in_another_sites_frame(site, look, server):
    page = f'<iframe src="{site["embed"]}" title="e" width=600 height=400></iframe>'.encode()
    server.pages["/"] = Answer(page, headers={"Content-Type": "text/html"})
    shown, complaints = look(f"{server.url}/")
    frame = shown.frame_locator("iframe")
    frame.get_by_role("link", name="Ad bans: 1").wait_for()
    assert frame.locator("svg.bars path[stroke]").count() == 1
    assert [c for c in complaints if "favicon" not in c and "404" not in c] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("event", ["Follow this event", "Copy the link", "BibTeX", "Suggest a correction"]),
        ("new", ["How many events to expect"]),
        ("edit", ["Preview the merge", "Add link", "Refuse the event"]),
        ("timeline", ["1 publisher, 2 languages, 1 reaction"]),
    ],
)
def test_a_phone_offers_what_a_wide_screen_offers(site, look, name, words):
    page, _ = look(site[name], 390)
    for text in words:
        assert page.get_by_text(text).first.is_visible(), text


@pytest.mark.parametrize("name", ["status", "deliveries", "people_log", "together"])
def test_tables_of_work_are_cards_on_a_phone(site, look, name):
    page, _ = look(site[name], 390)
    assert page.locator("main table").count()
    assert page.evaluate(
        """() => [...document.querySelectorAll("main .wide")]
            .every(e => e.scrollWidth <= e.clientWidth)"""
    )


@pytest.mark.parametrize("name", ["edit", "new"])
def test_a_label_that_wraps_stays_beside_its_box(site, look, name):
    page, _ = look(site[name], 320)
    beside = page.evaluate(
        """() => [...document.querySelectorAll(".form label:has(> [type=checkbox])")]
            .filter(e => e.getClientRects().length)
            .map(e => {
                const words = document.createRange();
                words.selectNodeContents(e);
                const box = e.querySelector("input").getBoundingClientRect();
                const lines = [...words.getClientRects()].filter(line => line.width > 1);
                return lines.filter(line => line.left < box.left - 8).length;
            })"""
    )
    assert beside
    assert not any(beside)
