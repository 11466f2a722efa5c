from tracker.events.search import Bar
from tracker.web.chart import HEIGHT, WIDTH, strip


def test_the_highest_quarter_fills_the_chart_and_an_empty_one_keeps_its_place():
    bars = [
        Bar(2024, 4, {"ad_ban": 3, "legal_action": 1}),
        Bar(2025, 1, {}),
        Bar(2025, 2, {"ad_ban": 2}),
    ]
    drawn = strip(bars)
    assert drawn is not None
    first, empty, last = drawn.columns
    assert sum(box.height for box in first.boxes) == HEIGHT
    assert sum(box.height for box in last.boxes) == HEIGHT / 2
    assert (empty.boxes, empty.count) == ((), 0)
    assert [c.x for c in drawn.columns] == [0, WIDTH / 3, WIDTH * 2 / 3]
    assert (first.since, first.until) == ("2024-10", "2024-12")
    assert drawn.years == ((0, 2024), (WIDTH / 3, 2025))


def test_any_span_of_years_has_few_labels():
    drawn = strip([Bar(1990 + q // 4, q % 4 + 1, {"ad_ban": 1}) for q in range(4 * 60)])
    assert drawn is not None
    assert len(drawn.years) <= 16


def test_nothing_is_drawn_of_nothing():
    assert strip([]) is None
