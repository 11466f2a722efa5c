import pytest

from tracker.classify import Text
from tracker.classify.suggestions import suggest_names

TITLES = {
    "a person": ("Instagram disables the account of Marla Quint over a photo", ("Marla Quint",)),
    "with a particle": (
        "Facebook suspende la cuenta de Juan de la Cruz tras denuncias",
        ("Juan de la Cruz",),
    ),
    "in Cyrillic": ("Twitter заблокировал аккаунт Ивана Петрова", ("Ивана Петрова",)),
    "in quotes": ("YouTube bans channel “Free Speech Daily”", ("Free Speech Daily",)),
    "without capitals": ("ツイッター、「自由新聞」のアカウントを凍結", ("自由新聞",)),
    "known names are no candidates": ("Twitter bans the account of Donald Trump", ()),
    "common words in capitals": ("Twitter Suspends Account After New Complaint", ()),
    "no act": ("A walk with Marla Quint through the old town", ()),
    "far from the act": (
        "Twitter suspends an account, as was told a week ago by the lawyers of the family that"
        " now lives with Marla Quint",
        (),
    ),
    "nothing": ("", ()),
}


@pytest.mark.parametrize(("title", "names"), TITLES.values(), ids=TITLES)
def test_unknown_names_beside_an_act_are_candidates(title, names):
    assert suggest_names(Text(title, "")) == names
