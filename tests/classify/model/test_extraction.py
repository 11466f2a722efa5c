from tracker.classify.model.extraction import MENTION_LIMIT, PASSED, extract_features
from tracker.classify.words.mention import Mention


def mention(value, start, end=None, table="concept"):
    return Mention(table, value, start, end or start + len(value), is_weak=False)


def test_words_and_pairs_are_features_and_near_pairs_count_more():
    found = extract_features(
        "x" * 300, [mention("ban", 0), mention("ads", 4), mention("twitter", 200, table="platform")]
    )
    pairs = {"ban+ads", "ban+platform"}
    assert set(found) == {"ban", "ads", "platform", ">platform", "platform@after"} | pairs
    assert found["ban+ads"].share == 1.0
    assert found["ban+platform"].share == 0.25


def test_of_two_objects_the_nearer_one_is_what_the_act_is_about():
    found = extract_features(
        "x" * 30, [mention("block", 0), mention("ads", 6), mention("account", 12)]
    )
    assert found["block+ads"].share == 1.0
    assert found["block+account"].share == PASSED


def test_one_word_is_no_pair_with_itself():
    assert set(extract_features("x" * 30, [mention("policy", 0), mention("ban", 0, 6)])) == {
        "policy",
        "ban",
    }


def test_in_a_full_text_only_neighbours_are_pairs():
    mentions = [mention("ban", 0), mention("ads", 90)]
    assert "ban+ads" in extract_features("x" * 100, mentions)
    assert "ban+ads" not in extract_features("x" * 100, mentions, near_only=True)


def test_a_text_of_nothing_but_such_words_is_read_up_to_a_limit():
    mentions = [mention("ban", 4 * i) for i in range(MENTION_LIMIT)] + [
        mention("ads", 4 * MENTION_LIMIT)
    ]
    assert set(extract_features("x" * 9_000, mentions)) == {"ban", "alone"}
