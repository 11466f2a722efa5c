"""The one door: texts in several languages; sentences of our own making."""

import csv
from datetime import date
from pathlib import Path

import pytest

import tracker.events
from tracker.classify import Coverage, Kind, Text, classify, read_text
from tracker.classify.text import LIMITS
from tracker.classify.words.lists import listed_rows

DAY = date(2017, 10, 27)
CASES = {
    "en": ("Twitter bans ads from RT and Sputnik", Kind.AD_BAN, "twitter", {"RT", "Sputnik"}),
    "fr": (
        "Twitter interdit à RT et Sputnik d'acheter de la publicité",
        Kind.AD_BAN,
        "twitter",
        {"RT", "Sputnik"},
    ),
    "ru": (
        "YouTube удалил канал Russia Today за нарушение правил сообщества",
        Kind.ACCOUNT_SUSPENSION,
        "youtube",
        {"RT"},
    ),
    "es": (
        "Facebook suspende la cuenta de Donald Trump",
        Kind.ACCOUNT_SUSPENSION,
        "facebook",
        {"Donald Trump"},
    ),
    "de": ("YouTube sperrt den Kanal von KenFM", Kind.ACCOUNT_SUSPENSION, "youtube", {"KenFM"}),
    "ja": (
        "ツイッター社、トランプ氏のアカウントを凍結",
        Kind.ACCOUNT_SUSPENSION,
        "twitter",
        {"Donald Trump"},
    ),
    "ar": ("فيسبوك يحظر حساب ترامب", Kind.ACCOUNT_SUSPENSION, "facebook", {"Donald Trump"}),
    "block": (
        "Nigeria blocks Twitter nationwide, government says internet providers must comply",
        Kind.PLATFORM_BLOCK,
        "twitter",
        set(),
    ),
    "back": (
        "Twitter reinstates the account of Donald Trump",
        Kind.REINSTATEMENT,
        "twitter",
        {"Donald Trump"},
    ),
    "money": (
        "YouTube stops ad revenue payments and demonetizes Logan Paul",
        Kind.DEMONETIZATION,
        "youtube",
        {"Logan Paul"},
    ),
    "app": (
        "Apple removes Fortnite app from the App Store",
        Kind.SERVICE_DENIAL,
        "apple_app_store",
        {"Fortnite"},
    ),
    "court": (
        "Court fines Google over content it did not take down, judge rules",
        Kind.LEGAL_ACTION,
        "google",
        set(),
    ),
    "rules": (
        "YouTube announces new policy and updates its rules on harassment",
        Kind.POLICY_CHANGE,
        "youtube",
        set(),
    ),
    "posts": (
        "Facebook removes posts and deletes videos by Bolsonaro",
        Kind.CONTENT_REMOVAL,
        "facebook",
        {"Jair Bolsonaro"},
    ),
    "label": (
        "Twitter adds a warning label to tweets by Donald Trump",
        Kind.REACH_RESTRICTION,
        "twitter",
        {"Donald Trump"},
    ),
}


@pytest.mark.parametrize(("title", "kind", "platform", "targets"), CASES.values(), ids=CASES)
def test_an_act_is_told_with_kind_platform_and_target(title, kind, platform, targets):
    found = classify(Text(title), DAY)
    assert found.kinds[0] is kind
    assert platform in found.platforms
    assert set(found.targets) == targets


NO_EVENTS = {
    "football": "Club suspends striker for two matches after training-ground row",
    "launch": "Microsoft launches a new tablet with a faster chip",
    "threat": "Senators urge Facebook to consider a ban, and may propose a bill",
    "weather": "Heavy rain expected across the region on Thursday",
    "empty": "",
    "one letter": "X",
    "emoji": "🔥🔥🔥",
}


@pytest.mark.parametrize("title", NO_EVENTS.values(), ids=NO_EVENTS)
def test_other_news_is_no_event(title):
    found = classify(Text(title), DAY)
    assert found.kinds == ()
    assert (found.platforms, found.targets, found.coverage) == ((), (), Coverage.NONE)


def test_every_value_has_words_that_gave_it():
    text = Text("Twitter bans ads from RT and Sputnik", "It did so on Thursday, 26 October.")
    found = classify(text, DAY)
    zones = {"title": text.title, "summary": text.summary, "body": text.body}
    assert all(zones[e.zone][e.start : e.end] == e.words for e in found.evidence)
    told = {(e.field, e.value) for e in found.evidence}
    assert {("kinds", "ad_ban"), ("platforms", "twitter"), ("targets", "RT")} <= told
    assert ("occurred", "2017-10-26") in told


def test_a_reaction_in_french_keeps_the_facts_of_the_act():
    text = Text(
        "Le Kremlin proteste contre la décision de Twitter",
        "Le porte-parole regrette que Twitter, en privant RT et Sputnik de publicité, pénalise"
        " des clients.",
        "La décision est tombée ce 26 octobre : Twitter a choisi d'interdire à RT et Sputnik"
        " l'achat de publicité.",
        "fr",
    )
    found = classify(text, DAY)
    assert found.kinds[0] is Kind.AD_BAN
    assert found.coverage is Coverage.REACTION
    assert (found.occurred, found.occurred_source) == ("2017-10-26", "text")
    assert found.targets == ("RT", "Sputnik")


def test_without_a_day_in_the_text_the_publication_stands_in_and_says_so():
    found = classify(Text("Twitter bans ads from RT"), DAY)
    assert (found.occurred, found.occurred_source) == ("2017-10-27", "published")


def test_without_any_day_there_is_none():
    found = classify(Text("Twitter bans ads from RT"))
    assert (found.occurred, found.occurred_source) == ("", "")


@pytest.mark.parametrize(
    "title",
    [
        "\x00\u202eTwitter bans ads\ud800",
        "a" * 100_000,
        "Twitter " * 2_000,
        "<b>Twitter</b> bans &amp;",
    ],
    ids=["control", "long word", "long text", "markup"],
)
def test_no_text_makes_it_fail(title):
    classify(Text(title, title, title), DAY)


def test_a_reaction_takes_the_day_told_with_its_month_before_a_weekday():
    told = classify(
        Text(
            "Kremlin condemns Twitter over ads ban on RT",
            "It protested on Friday.",
            "Twitter banned ads from RT on 26 October.",
        ),
        DAY,
    )
    assert (told.coverage, told.occurred) == (Coverage.REACTION, "2017-10-26")


ACTING = {
    "the summary's products of the same family": (
        Text("Facebook bans QAnon pages", "Instagram accounts go too, and Twitter may follow."),
        {"facebook", "instagram"},
    ),
    "the list of the summary that holds the title's": (
        Text("YouTube bans Alex Jones", "Apple, YouTube and Spotify removed his channels."),
        {"youtube", "apple", "spotify"},
    ),
    "a long list of the summary": (
        Text("Twitter bans Alex Jones", "Apple, Facebook, and Spotify removed him at once."),
        {"twitter", "apple", "facebook", "spotify"},
    ),
    "not those that it follows": (
        Text("YouTube bans Alex Jones", "It follows Apple, which removed him."),
        {"youtube"},
    ),
    "a payment service that refuses a platform": (
        Text("Visa and Mastercard stop processing payments for Pornhub"),
        {"visa", "mastercard"},
    ),
    "Apple as its store": (Text("Apple removes VPN apps in China"), {"apple_app_store"}),
    "a state that cuts the internet": (
        Text("Sudan cuts off the internet as protests grow"),
        {"internet"},
    ),
}


@pytest.mark.parametrize(("text", "slugs"), ACTING.values(), ids=ACTING)
def test_the_platforms_are_those_that_act(text, slugs):
    assert set(classify(text).platforms) == slugs


def test_a_word_inside_a_name_is_no_word():
    assert "law" not in read_text(Text("إنستغرام يحذف حسابات")).features["title"]
    assert "country" not in read_text(Text("Facebook bans Britain First")).features["title"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It was restored over the weekend.", "2022-11"),
        ("The block was lifted last week.", "2022-11"),
        ("Hundreds of channels went in October.", "2022-10"),
        ("It happened last night.", "2022-11-21"),
        ("The rule begins in December.", ""),
    ],
)
def test_a_day_that_is_told_loosely(text, day):
    told = classify(Text("Twitter suspends Donald Trump", text), date(2022, 11, 22))
    assert (told.occurred if told.occurred_source == "text" else "") == day


def test_a_text_without_a_platform_is_no_event_and_keeps_the_feeds_language():
    told = classify(Text("Regen im Norden", language="de-AT"))
    assert (told.is_event, told.language) == (False, "de")


@pytest.mark.parametrize(
    ("title", "summary", "found"),
    [
        (
            "Twitter bans ads from RT",
            "It names election interference.",
            "elections_and_disinformation",
        ),
        ("YouTube löscht Kanal", "Grund sei Hassrede.", "hate"),
        ("Facebook удалил страницу", "Причина: терроризм.", "terrorism_and_extremism"),
        ("YouTube、動画を削除", "著作権侵害のため。", "copyright"),
        ("Twitter suspends account", "", ""),
    ],
)
def test_the_grounds_are_those_that_the_text_names(title, summary, found):
    told = classify(Text(title, summary))
    assert told.is_event
    assert "".join(told.grounds[:1]) == found
    quoted = [e.words for e in told.evidence if e.field == "grounds"]
    assert bool(quoted) == bool(found)
    assert all(words in f"{title} {summary}" for words in quoted)


def test_the_grounds_have_the_names_of_the_history():
    with (Path(tracker.events.__file__).parent / "data" / "history.csv").open() as file:
        told = {row["grounds"] for row in csv.DictReader(file)}
    assert told - {"other", "unknown"} == set(listed_rows("ground"))


def test_of_endless_texts_the_beginning_is_read():
    text = Text("Twitter bans ads " + "x" * 1_000_000, "Twitter bans " * 80_000, "bans " * 100_000)
    assert {zone: len(words) for zone, words in text.zones().items()} == LIMITS
    told = classify(text)
    assert told.kinds[0] is Kind.AD_BAN
    assert all(e.end <= LIMITS[e.zone] for e in told.evidence)


WHO_ACTS = {
    "a host and Google refuse a site": (
        "GoDaddy and Google end the service of a hate site",
        ("godaddy", "google"),
    ),
    "who pays refuses a store": ("Visa and PayPal cut off payments to Steam", ("visa", "paypal")),
    "one follows another": ("Spotify joins Twitter in banning political ads", ("spotify",)),
    "one after another, in Japanese": (
        "Facebookに続き、Googleが暗号資産の広告を禁止",
        ("google",),
    ),
    "the followed one alone still acts": ("After Twitter ban, RT is back", ("twitter",)),
    "a list that another follows, in Japanese": (
        "Facebook、YouTubeに続き、Xもデマを流す局のアカウントを凍結",
        ("twitter",),
    ),
    "who is first named after another": ("After Facebook, Google bans crypto ads", ("google",)),
    "an owner does not act": ("Instagram, owned by Facebook, bans an art page", ("instagram",)),
    "an owner in a compound": ("Facebook-owned Instagram removes an art page", ("instagram",)),
    "an owner with its article": ("انستغرام المملوكة للفيسبوك تحذف حساب صحفي", ("instagram",)),
    "a company acts itself": ("Meta bans RT from all its platforms", ("meta",)),
}


@pytest.mark.parametrize(("title", "platforms"), WHO_ACTS.values(), ids=WHO_ACTS)
def test_which_platform_acts(title, platforms):
    assert classify(Text(title, "")).platforms == platforms


@pytest.mark.parametrize(
    ("title", "acting"),
    [
        ("India bans 59 apps like TikTok and WeChat", {"tiktok", "wechat"}),
        ("Facebook, like YouTube and Twitter, bans Alex Jones", {"facebook"}),
    ],
)
def test_names_in_a_list_are_followed_together_or_not_at_all(title, acting):
    assert set(classify(Text(title)).platforms) == acting


@pytest.mark.parametrize("country", ["Nepal", "Pakistan", "Senegal", "Kenya"])
def test_a_few_words_that_leave_the_language_open_are_read_where_they_tell_of_an_act(country):
    found = classify(Text(f"{country} bans TikTok"))
    assert (found.language, found.kinds[:1]) == ("en", (Kind.PLATFORM_BLOCK,))


def test_the_feeds_own_language_settles_what_the_words_leave_open():
    assert classify(Text("Nepal bans TikTok", language="id")).language == "id"


ENDS = {
    "ar": "باكستان ترفع الحظر عن تيك توك",
    "de": "Die Türkei hebt die Sperre von Twitter auf",
    "en": "Pakistan lifts its ban on TikTok",
    "es": "Venezuela levanta el bloqueo de Twitter",
    "fr": "Le Sénégal rétablit l’accès à TikTok",
    "ja": "パキスタン、TikTokの禁止を解除",
    "ko": "파키스탄, 틱톡 차단 해제",
    "ru": "Россия разблокировала Telegram",
    "uk": "Україна розблокувала ВКонтакте",
    "zh": "巴基斯坦解除對TikTok的禁令",
}


@pytest.mark.parametrize("title", ENDS.values(), ids=ENDS)
def test_the_end_of_a_block_is_no_block(title):
    found = classify(Text(title))
    assert found.kinds == (Kind.PLATFORM_BLOCK, Kind.REINSTATEMENT)
    assert any(e.value == "reinstatement" and e.words in title for e in found.evidence)


def test_that_somebody_asks_for_the_end_of_a_block_is_not_its_end():
    found = classify(Text("Petition asks Kyiv to unblock VKontakte"))
    assert Kind.REINSTATEMENT not in found.kinds


def test_a_ban_on_a_sort_of_ads_is_a_rule_one_on_an_advertiser_is_not():
    sort = classify(Text("Google bans all political ads in Brazil"))
    assert sort.kinds == (Kind.AD_BAN, Kind.POLICY_CHANGE)
    assert classify(Text("Twitter bans ads from RT and Sputnik")).kinds == (Kind.AD_BAN,)


COUNTRIES = {
    "a short name": ("Hong Kong court orders Google to remove protest song", "HK"),
    "an adjective": ("Kenyan court fines Facebook over moderators", "KE"),
    "within another name": ("Myanmar junta blocks Facebook", "MM"),
    "without the note in brackets": ("Gobierno de Myanmar bloquea Facebook", "MM"),
    "the one beside such a name": ("France fines Twitter over Russian state media", "FR"),
}


@pytest.mark.parametrize(("title", "code"), COUNTRIES.values(), ids=COUNTRIES)
def test_countries_are_found_by_their_common_names(title, code):
    assert classify(Text(title)).countries == (code,)
