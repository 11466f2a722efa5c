from tracker.events.grouping.reprints import Text, copies

WIRE = "Twitter bars Russian outlets from buying advertising"
SUMMARY = "The company named both channels and pointed to attempts at interference."


def text(publisher, title=WIRE, summary=SUMMARY, link="", language="en"):
    return Text(publisher, language, title, summary, link)


def test_five_papers_that_print_one_wire_print_one_text():
    assert copies([text(name) for name in "ABCDE"]) == [[0, 1, 2, 3, 4]]


def test_a_word_more_is_still_a_copy_and_another_text_is_none():
    wire, edited = text("A"), text("B", f"{WIRE} spaces")
    other = text("C", "Kremlin outlets lose their promoted tweets on Thursday", "Nothing alike.")
    assert copies([wire, edited, other]) == [[0, 1], [2]]


def test_the_same_headline_over_another_text_in_near_words_is_none():
    near = text("B", f"{WIRE} spaces", "An opinion on freedom, censorship and markets abroad.")
    assert len(copies([text("A"), near])) == 2


def test_the_same_page_in_two_feeds_is_one():
    assert copies([text("A", "One", "", "x"), text("B", "Two", "", "x")]) == [[0, 1]]


def test_what_one_agency_signs_is_one_text_in_a_language():
    texts = [
        Text("A", "en", "Twitter stops ads of two channels", "One.", "", "AFP"),
        Text("B", "en", "No more promoted posts for RT", "Two.", "", "AFP"),
        Text("C", "en", "No ads for RT any longer", "Three.", "", "Reuters"),
        Text("D", "fr", "Twitter ne vend plus de publicité à RT", "Quatre.", "", "AFP"),
    ]
    assert copies(texts) == [[0, 1], [2], [3]]


def test_short_titles_and_other_languages_are_told_apart():
    assert len(copies([text("A", "Twitter ban", "a"), text("B", "Twitter bans", "b")])) == 2
    assert len(copies([text("A"), text("B", f"{WIRE} spaces", language="nl")])) == 2
    assert copies([]) == []


def test_a_large_event_is_compared_in_bounded_time():
    many = [text(str(n), f"{WIRE} {n} {'abcdefgh'[n % 8] * 5}", str(n)) for n in range(2_000)]
    assert len(copies(many)) > 1
