import pytest

from tracker.events.wording.roles import role_before

CASES = [
    ("Lena Brandt", "X suspends account of German MP Lena Brandt", "en", "German MP"),
    ("Clara Nun", "Streamer Clara Nun is banned", "en", "streamer"),
    ("Clara Nun", "British singer Clara Nun is banned", "en", "British singer"),
    ("Clara Nun", "X bans controversial singer Clara Nun", "en", "singer"),
    ("Clara Nun", "X bans singer, Clara Nun says", "en", ""),
    ("Clara Nun", "Clara Nun is banned", "en", ""),
    ("Clara Nun", "X bans somebody", "en", ""),
    ("Lou Morel", "Facebook suspend le compte de la députée Lou Morel", "fr", "la députée"),
    ("Lou Morel", "Facebook suspend le compte du député Lou Morel", "fr", "le député"),
    ("Lou Morel", "Facebook suspend députée Lou Morel", "fr", ""),
]


@pytest.mark.parametrize(("name", "title", "language", "role"), CASES)
def test_a_title_says_what_a_name_is(name, title, language, role):
    assert role_before(name, title, language) == role
