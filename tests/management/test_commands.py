import gzip
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, ProgrammingError

from tests import make
from tests.conftest import NOW, Answer
from tests.thorough import size
from tracker.alerts.models import Hit
from tracker.classify.training.examples import read_examples
from tracker.events.intake.history_csv import SHIPPED_HISTORY
from tracker.events.models import Entity, Event
from tracker.events.record.entities import add_alias, get_entity
from tracker.feeds.editing.catalogue import CATALOGUE
from tracker.feeds.models import Feed
from tracker.feeds.polling.polls import poll


def run(*words, **options):
    """(standard output, standard error) of a command."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_the_catalogue_is_whole_and_a_repeat_adds_nothing():
    assert run("importopml", str(CATALOGUE))[0].startswith("Feeds added: 253, known already: 0")
    assert run("importopml", str(CATALOGUE))[0].startswith("Feeds added: 0, known already: 253")
    assert Feed.objects.exclude(language="").values("language").distinct().count() >= 20


@pytest.mark.django_db
def test_an_import_names_the_line_that_it_refused(tmp_path):
    file = tmp_path / "feeds.opml"
    file.write_text(
        '<opml><body>\n<outline xmlUrl="ftp://a.example/"/>\n'
        '<outline xmlUrl="https://a.example/rss"/></body></opml>'
    )
    out, err = run("importopml", str(file))
    assert "Feeds added: 1, known already: 0, refused: 1." in out
    assert err.startswith("line 2: ftp://a.example/: only http and https")


@pytest.mark.parametrize("command", ["importopml", "importhistory"])
@pytest.mark.parametrize("content", [None, b"", b"\x00\xff"], ids=["missing", "empty", "binary"])
@pytest.mark.django_db
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path, command, content):
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=r"file: \S+"):
        run(command, str(file))


@pytest.mark.django_db
def test_the_history_is_imported_by_hand_too(tmp_path):
    head, *lines = SHIPPED_HISTORY.read_text("utf-8").splitlines(keepends=True)
    count = size(40, len(lines))
    file = tmp_path / "history.csv"
    file.write_text("".join([head, *lines[:count]]), "utf-8")
    assert run("importhistory", str(file))[0].startswith(f"Events added: {count}")


@pytest.mark.django_db
def test_a_feed_is_added_once():
    assert "Added: feed" in run("addfeed", "https://a.example/rss", title="Alpha")[0]
    assert "Known already" in run("addfeed", "https://a.example/rss")[0]
    assert Feed.objects.get().title == "Alpha"


@pytest.mark.django_db
def test_a_private_feed_is_added_with_a_warning_and_no_address_is_an_error():
    out, err = run("addfeed", "http://127.0.0.1/rss")
    assert "Added" in out
    assert "ALLOWED_NETWORKS" in err
    with pytest.raises(CommandError, match="only http and https"):
        run("addfeed", "file:///etc/passwd")


@pytest.mark.django_db
def test_a_poll_in_the_foreground_goes_all_the_way(server, local):
    server.pages["/rss"] = Answer(
        make.rss({"title": "Twitter bans ads from RT and Sputnik", "published": make.DAY})
    )
    make.feed(f"{server.url}/rss", next_poll_at=NOW.replace(year=2050))
    make.feed(f"{server.url}/missing", next_poll_at=NOW.replace(year=2050))
    make.alert("kind:ad_ban")
    assert run("poll", due=True)[0].startswith("Feeds: 0, none due.")
    out, err = run("poll")
    assert "Feeds: 2, " in out
    assert "Entries classified: 1. Events with a new report: 1." in out
    assert f"{server.url}/missing: HTTP 404" in err
    assert Event.objects.get().kind == "ad_ban"
    assert Hit.objects.count() == 1


@pytest.mark.django_db
def test_a_dry_run_says_what_it_would_do_and_does_nothing():
    out = run("importopml", str(CATALOGUE), dry_run=True)[0]
    assert "Nothing is stored" in out
    assert "Feeds added: 253" in out
    assert not Feed.objects.exists()


@pytest.mark.django_db
def test_one_feed_is_tried_now_even_if_it_was_stopped(server, local):
    server.pages["/rss"] = Answer(make.rss({"title": "x"}))
    later = NOW.replace(year=2050)
    feed = make.feed(f"{server.url}/rss", next_poll_at=later, is_active=False, state="gone")
    make.feed(f"{server.url}/other", next_poll_at=later)
    assert run("poll", feed=feed.pk)[0].startswith("Feeds: 1, 1 working. New entries: 1.")
    with pytest.raises(CommandError, match="there is no feed 99999"):
        run("poll", feed=99_999)


@pytest.mark.django_db
def test_feeds_are_found_at_a_page_and_followed_if_asked(server, local):
    server.pages["/"] = Answer(b"<html></html>")
    server.pages["/rss"] = Answer(make.rss({"title": "x"}))
    assert f"{server.url}/rss: Example, 1 entries" in run("discover", f"{server.url}/")[0]
    assert not Feed.objects.exists()
    assert "added" in run("discover", f"{server.url}/", add=True)[0]
    assert Feed.objects.get().title == "Example"
    with pytest.raises(CommandError, match="HTTP 404"):
        run("discover", f"{server.url}/nowhere")


@pytest.mark.django_db
def test_a_preview_says_what_would_be_taken_and_stores_nothing(server, local):
    server.pages["/rss"] = Answer(
        make.rss(
            {"title": "Twitter bans ads from RT and Sputnik", "published": make.DAY},
            {"title": "Rain in the north"},
        )
    )
    out = run("preview", f"{server.url}/rss")[0].splitlines()
    assert out[0] == "Example: 2 entries, 0 skipped"
    assert out[1].startswith("2017-10-27  ad_ban: twitter, RT, Sputnik  Twitter bans")
    assert out[2] == "no date  no event  Rain in the north"
    with pytest.raises(CommandError, match="HTTP 404"):
        run("preview", f"{server.url}/nowhere")
    server.pages = {"/page": Answer(b"<html></html>")}
    with pytest.raises(CommandError, match="no feed there"):
        run("preview", f"{server.url}/page")


def classify(monkeypatch, *lines, **options):
    """(rows written, standard error, exit code) of `classify` on these lines of standard input."""
    data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    monkeypatch.setattr("sys.stdout", out)
    code = 0
    try:
        call_command("classify", stderr=err, **options)
    except SystemExit as end:
        code = int(end.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), code


def line(number, title, **more):
    return json.dumps({"id": number, "title": title, "summary": "", **more})


def test_a_line_in_is_a_line_out_without_a_database(monkeypatch):
    def fail():
        raise OperationalError("no such table: events_alias")

    monkeypatch.setattr("tracker.events.intake.preview.names_by_editors", fail)
    rows, err, code = classify(
        monkeypatch,
        line(1, "Twitter bans ads from RT and Sputnik", published="2017-10-26"),
        "",
        line(2, "Twitter запретил рекламу RT и Sputnik", published="2017-10-27T08:00:00Z"),
        line(3, "Heavy rain expected on Thursday"),
    )
    assert (err, code) == ("", 0)
    assert [row["id"] for row in rows] == [1, 2, 3]
    assert [row["kinds"] for row in rows] == [["ad_ban"], ["ad_ban"], []]
    assert [row["event"] for row in rows] == ["e1", "e1", ""]
    first = rows[0]
    assert (first["platforms"], first["targets"]) == (["twitter"], ["RT", "Sputnik"])
    assert (first["language"], first["coverage"], first["occurred"]) == ("en", "report", None)
    assert first["evidence"][0]["words"] == "bans"


@pytest.mark.django_db
def test_names_that_editors_added_count(monkeypatch):
    add_alias(get_entity(Entity.Type.TARGET, "Malo K"), "Malo Kante", by="ed")
    act = line(1, "YouTube suspends the channel of Malo Kante")
    (row,), err, code = classify(monkeypatch, act, explain=True)
    assert (err, code, row["targets"], row["unlisted"]) == ("", 0, ["Malo K"], [])
    (row,), *_ = classify(monkeypatch, act, lists_alone=True)
    assert row["targets"] != ["Malo K"]


BAD_LINES = {
    "not JSON": "{",
    "not an object": "[]",
    "no id": '{"title": "x"}',
    "title is a number": '{"id": 1, "title": 5}',
    "no date": '{"id": 1, "title": "x", "published": "soon"}',
    "not UTF-8": b'{"id": 1, "title": "\xff"}',
    "deep": "[" * 100_000,
}


@pytest.mark.django_db
@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_named_by_its_number_and_the_others_are_done(monkeypatch, bad):
    good = line(1, "Twitter bans ads from RT")
    rows, err, code = classify(monkeypatch, good, bad, good)
    assert len(rows) == 2
    assert err.startswith("line 2: ")
    assert code == 1


@pytest.mark.django_db
def test_the_words_that_decided_are_told_if_asked(monkeypatch):
    rows, _, _ = classify(monkeypatch, line(1, "Twitter bans ads from RT"), explain=True)
    assert rows[0]["why"] == ["“bans”, “ads” in the title"]


def test_labelled_entries_give_figures(tmp_path):
    rows = [
        {"title": "Twitter bans ads from RT", "kinds": ["ad_ban"], "platforms": ["twitter"]},
        {"title": "Rain", "summary": None, "kinds": [], "lang": "en", "published": "2017-10-26"},
    ]
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    out = run("score", str(path))[0]
    assert "relevance    precision 1.000, recall 1.000, F1 1.000" in out
    assert "at precision 0.95: 0% of the events are reviewed" in out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "line 1: KeyError"),
        ("[1]", "line 1: AttributeError"),
        ("x", "line 1: JSON"),
        ("", "no entries"),
    ],
)
def test_bad_labels_are_named_with_their_line(tmp_path, text, words):
    path = tmp_path / "labelled.jsonl"
    path.write_text(text)
    with pytest.raises(CommandError, match=words):
        run("score", str(path))


def test_the_natural_rate_of_a_folder_is_reported(tmp_path):
    rows = [
        {"id": "a", "lang": "en", "title": "Twitter bans ads from RT and Sputnik"},
        {"id": "b", "lang": "en", "title": "Heavy rain in the north"},
    ]
    with gzip.open(tmp_path / "stream.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(map(json.dumps, rows)))
    labels = {"id": "a", "kinds": ["ad_ban"]}
    (tmp_path / "stream-labels.jsonl").write_text(json.dumps(labels))
    out = run("score", "--stream", str(tmp_path))[0]
    assert "has seen these entries" in out
    assert "shown: 1 of 1 acts found (recall 1.00), of 1 shown 100% are acts, 0.00 false" in out
    scores = tmp_path / "scores.jsonl"
    scores.write_text(json.dumps({"id": "a", "event": -9.0, "kinds": [-3.0] * 10}))
    out = run("score", "--stream", str(tmp_path), "--scores", str(scores))[0]
    assert "shown: 0 of 1 acts found" in out


def test_a_score_needs_files_or_a_folder_that_can_be_read(tmp_path):
    with pytest.raises(CommandError, match="--stream FOLDER"):
        run("score")
    with pytest.raises(CommandError, match="holds no"):
        run("score", "--stream", str(tmp_path))


def test_training_writes_weights_where_it_is_told(tmp_path, monkeypatch):
    some = read_examples()[:300:3] + read_examples()[-300::3]
    monkeypatch.setattr("tracker.management.commands.train.read_examples", lambda: some)
    out = run("train", out=tmp_path / "weights.json")[0]
    assert out.startswith("200 examples")
    assert json.loads((tmp_path / "weights.json").read_text())["event"]["bias"]


@pytest.mark.django_db
def test_learning_says_what_came_of_it():
    assert run("learn")[0] == "Nothing new to learn from.\n"
    assert run("learn", roll_back=True)[0] == "Weights in use: shipped.\n"


@pytest.mark.django_db
def test_text_with_marks_and_an_account_are_told_if_asked(monkeypatch):
    rows, _, _ = classify(monkeypatch, line(1, "Twitter bans ads from RT"), explain=True)
    assert "[bans: kinds]" in rows[0]["marked"]["title"]
    assert rows[0]["account"][-1].startswith("in all: event +")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["addfeed", ""], "Give the address of a feed"),
        (["addfeed", "not a url"], "only http and https"),
        (["addfeed", "https://"], "cannot be read|only http and https"),
        (["addfeed", "https://exa mple.com/feed"], "no such host name|cannot be read"),
        (["addfeed", "https://-.example/"], "no such host name"),
        (["addfeed", "a.example/rss", "--language", "brazilian portuguese"], "a language's tag"),
        (["importopml", "https://a.example/list.opml"], "download the list first"),
    ],
)
@pytest.mark.django_db
def test_what_is_no_address_language_or_file_is_said_in_a_sentence(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*words)


@pytest.mark.parametrize(
    "url",
    [
        "a.example/rss",
        "feed://a.example/rss",
        "feed:https://a.example/rss",
        "HTTPS://A.Example/rss",
    ],
)
@pytest.mark.django_db
def test_an_address_is_completed_and_one_feed_in_other_spellings_is_one(url):
    assert "Added: feed" in run("addfeed", url)[0]
    assert Feed.objects.get().url == "https://a.example/rss"
    for other in ("http://a.example/rss", "https://a.example:443/rss/", "a.example/rss#top"):
        assert "https://a.example/rss" in run("addfeed", other)[0]
    assert Feed.objects.count() == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError("no such table: feeds_feed"), "no database of the tracker yet"),
        (ProgrammingError('relation "feeds_feed" does not exist'), "no database of the tracker"),
        (OperationalError("database is locked"), "Another program holds the database"),
        (OperationalError("unable to open database file"), "cannot be opened"),
        (OperationalError("database or disk is full"), "disk of the database is full"),
        (
            OperationalError("could not extend file: No space left on device"),
            "disk of the database",
        ),
        (DatabaseError("database disk image is malformed"), "The database is damaged"),
        (DatabaseError("file is not a database"), "restore a backup"),
    ],
)
@pytest.mark.django_db
def test_a_database_that_is_not_there_is_a_sentence(monkeypatch, error, sentence):
    def fails(**_):
        raise error

    monkeypatch.setattr("tracker.management.commands.addfeed.add_feed", fails)
    with pytest.raises(CommandError, match=sentence):
        run("addfeed", "https://a.example/rss")


@pytest.mark.django_db
def test_a_poll_classifies_what_was_read_though_one_feed_failed(server, local, monkeypatch):
    server.pages["/rss"] = Answer(make.rss({"title": "Twitter bans ads from RT and Sputnik"}))
    make.feed(f"{server.url}/rss")

    def fails_at_the_end(feeds):
        yield from poll(feeds)
        raise ExceptionGroup("some", [ValueError("one")])

    monkeypatch.setattr("tracker.management.commands.poll.poll", fails_at_the_end)
    with pytest.raises(CommandError, match="1 feeds failed because of a fault of ours"):
        run("poll")
    assert Event.objects.count() == 1
