from tracker.events.grouping.reprints import ComparedText, reprint_groups

WIRE = "Twitter bars Russian outlets from buying advertising"
SUMMARY = "The company named both channels and pointed to attempts at interference."


def text(publisher, title=WIRE, summary=SUMMARY, link="", language="en"):
    return ComparedText(publisher, language, title, summary, link)


def test_five_papers_that_print_one_wire_print_one_text():
    assert reprint_groups([text(name) for name in "ABCDE"]) == [[0, 1, 2, 3, 4]]


def test_a_word_more_is_still_a_copy_and_another_text_is_none():
    wire, edited = text("A"), text("B", f"{WIRE} spaces")
    other = text("C", "Kremlin outlets lose their promoted tweets on Thursday", "Nothing alike.")
    assert reprint_groups([wire, edited, other]) == [[0, 1], [2]]


def test_the_same_headline_over_another_text_in_near_words_is_none():
    near = text("B", f"{WIRE} spaces", "An opinion on freedom, censorship and markets abroad.")
    assert len(reprint_groups([text("A"), near])) == 2


def test_the_same_page_in_two_feeds_is_one():
    assert reprint_groups([text("A", "One", "", "x"), text("B", "Two", "", "x")]) == [[0, 1]]


def test_what_one_agency_signs_is_one_text_in_a_language():
    texts = [
        ComparedText("A", "en", "Twitter stops ads of two channels", "One.", "", "AFP"),
        ComparedText("B", "en", "No more promoted posts for RT", "Two.", "", "AFP"),
        ComparedText("C", "en", "No ads for RT any longer", "Three.", "", "Reuters"),
        ComparedText("D", "fr", "Twitter ne vend plus de publicité à RT", "Quatre.", "", "AFP"),
    ]
    assert reprint_groups(texts) == [[0, 1], [2], [3]]


def test_short_titles_and_other_languages_are_told_apart():
    assert len(reprint_groups([text("A", "Twitter ban", "a"), text("B", "Twitter bans", "b")])) == 2
    assert len(reprint_groups([text("A"), text("B", f"{WIRE} spaces", language="nl")])) == 2
    assert reprint_groups([]) == []


def test_a_large_event_is_compared_in_bounded_time():
    many = [text(str(n), f"{WIRE} {n} {'abcdefgh'[n % 8] * 5}", str(n)) for n in range(2_000)]
    assert len(reprint_groups(many)) > 1
