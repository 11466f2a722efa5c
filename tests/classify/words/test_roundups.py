import pytest

from tracker.classify.words.roundups import split_roundup

ROUNDUPS = {
    "zh": (
        "8点1氪丨某公司裁员一千人；视频平台封禁主播；电影票房创新高",
        ["8点1氪丨某公司裁员一千人", "视频平台封禁主播", "电影票房创新高"],
    ),
    "zh stroke": (
        "科技早报｜微博下架应用｜手机涨价一百元",
        ["科技早报", "微博下架应用", "手机涨价一百元"],
    ),
    "en": (
        "Morning briefing: Trains late; Twitter bans farmer; Rain ahead",
        ["Morning briefing: Trains late", "Twitter bans farmer", "Rain ahead"],
    ),
    "en three": (
        "Trains are late; Twitter bans a farmer; Rain is ahead",
        ["Trains are late", "Twitter bans a farmer", "Rain is ahead"],
    ),
    "commas": (
        "In other news: Farmer banned, Bridge closed, Rivers rise",
        ["In other news: Farmer banned", "Bridge closed", "Rivers rise"],
    ),
    "numbers": (
        "1. Züge stehen still 2. Twitter sperrt Bauern 3. Regen kommt",
        ["Züge stehen still", "Twitter sperrt Bauern", "Regen kommt"],
    ),
    "ru": (
        "Дайджест: поезда стоят; блокировка мессенджера; дождь идёт",
        ["Дайджест: поезда стоят", "блокировка мессенджера", "дождь идёт"],
    ),
}


@pytest.mark.parametrize(("title", "parts"), ROUNDUPS.values(), ids=ROUNDUPS)
def test_a_roundup_is_split_into_its_items(title, parts):
    assert [title[start:end].strip() for start, end in split_roundup(title)] == parts


@pytest.mark.parametrize(
    "title",
    [
        "",
        ";;;;",
        "Twitter bans a farmer; he is angry",
        "Twitter, Facebook and YouTube ban a farmer, a miller and a smith",
        "Facebook | Konto gesperrt | Netzwelt",
        "Farmer/miller banned by Facebook/Meta",
        "推特、脸书、油管封禁农民",
        "Version 1.2.3 of an app",
    ],
)
def test_other_titles_stay_whole(title):
    assert split_roundup(title) == [(0, len(title))]
