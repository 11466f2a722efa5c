"""The whole record as files."""

import ast
import csv
import gzip
import hashlib
import inspect
import io
import json
from datetime import timedelta

import duckdb
import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.publish import dumps
from tracker.events.publish.dictionary import columns

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.SITE_URL = "https://tracker.example"
    return settings.DATA_DIR


def body(client, name):
    answer = client.get(f"/data/{name}")
    assert answer.status_code == 200
    return answer.getvalue()


def test_the_newest_files_have_every_event_and_say_what_they_are(client):
    made = make.event("Twitter bars RT")
    make.event("refused", state="refused")
    dumps.write_dumps(NOW)
    lines = gzip.decompress(body(client, "latest.jsonl.gz")).decode().splitlines()
    (event,) = map(json.loads, lines)
    assert event["url"] == f"https://tracker.example/events/{made.pk}"
    text = gzip.decompress(body(client, "latest.csv.gz")).decode()
    rows = csv.DictReader(io.StringIO(text))
    assert [row["headline"] for row in rows] == ["Twitter bars RT"]


def test_checksums_are_of_the_files(client):
    dumps.write_dumps(NOW)
    for name in ("latest.csv.gz", "events-2026-11-24.jsonl.gz"):
        told = body(client, f"{name}.sha256").decode()
        assert told == f"{hashlib.sha256(body(client, name)).hexdigest()}  {name}\n"


def test_once_a_day_and_the_oldest_are_forgotten(client, folder, settings):
    settings.DATA_KEPT = 2
    for day in range(4):
        assert len(dumps.write_dumps(NOW + timedelta(days=day))) == 6
    assert dumps.write_dumps(NOW + timedelta(days=3)) == []
    assert [str(file.day) for file in dumps.dump_files()][::6] == [
        "2026-11-27",
        "2026-11-26",
        "2026-11-25",
    ]
    assert not list(folder.glob("events-2026-11-24*"))


def test_a_writer_that_dies_leaves_the_last_files_whole(client, folder, monkeypatch):
    make.event()
    dumps.write_dumps(NOW)
    before = body(client, "latest.csv.gz")

    def dies(query):
        yield from ()
        raise OSError("no space left on device")

    monkeypatch.setattr("tracker.events.search.find.all_events", dies)
    with pytest.raises(OSError, match="no space"):
        dumps.write_dumps(NOW + timedelta(days=1))
    assert body(client, "latest.csv.gz") == before
    assert not [p for p in folder.iterdir() if p.name.startswith(".")]


def test_who_has_the_file_gets_304(client):
    dumps.write_dumps(NOW)
    first = client.get("/data/latest.csv.gz")
    first.close()
    for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        assert client.get("/data/latest.csv.gz", headers=header).status_code == 304


@pytest.mark.parametrize("name", ["nothing", "..%2Fsecret_key", ".events", "events-2026-11-24.csv"])
def test_no_other_file_is_served(client, folder, name):
    dumps.write_dumps(NOW)
    (folder.parent / "secret_key").write_text("x")
    assert client.get(f"/data/{name}").status_code == 404


def test_the_page_lists_them(client):
    assert "appear within an hour" in client.get("/data").content.decode()
    dumps.write_dumps(NOW)
    assert "events-2026-11-24.csv.gz" in client.get("/data").content.decode()


def test_parquet_has_types_and_lists_and_no_apostrophe(client, folder):
    event = make.event("=1+1", targets=["RT", "Sputnik"], amount=12_000_000, currency="EUR")
    make.report(event)
    dumps.write_dumps(NOW)
    told = duckdb.read_parquet(str(folder / "latest.parquet"))
    row = dict(zip(told.columns, told.fetchall()[0], strict=True))
    assert row["headline"] == "=1+1"
    assert sorted(row["targets"]) == ["RT", "Sputnik"]
    assert (row["id"], row["amount"], row["occurred"]) == (event.pk, 12_000_000, "2017-10-26")
    assert row["recorded_at"] == NOW
    reports = duckdb.read_parquet(str(folder / "latest-reports.parquet"))
    assert reports.select("event_id").fetchall() == [(event.pk,)]


def test_latest_json_is_one_document(client):
    made = [make.event(f"Act {n}").pk for n in range(3)]
    dumps.write_dumps(NOW)
    told = json.loads(b"".join(client.get("/data/latest.json").streaming_content))
    assert sorted(event["id"] for event in told["events"]) == made
    assert told["about"]["schema"] == "1"


def test_the_data_set_is_described_for_archives_and_each_column_is_explained(client, settings):
    settings.DATA_LICENCE = "CC-BY-4.0"
    dumps.write_dumps(NOW)
    told = client.get("/data/datacite.json").json()
    assert told["types"]["resourceTypeGeneral"] == "Dataset"
    assert told["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"
    assert len(told["sizes"]) == 6
    tables = client.get("/data/dictionary.json").json()["tables"]
    text = gzip.decompress(body(client, "latest.csv.gz")).decode()
    described = [column["name"] for column in tables[0]["tableSchema"]["columns"]]
    assert described == next(csv.reader([text]))[: len(described)]


def test_the_columns_are_described_in_the_language_of_the_reader(client):
    tree = ast.parse(inspect.getsource(columns))
    marked = {
        ast.literal_eval(call.args[0])
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "gettext_noop"
    }
    every = (*columns.EVENT_COLUMNS, *columns.REPORT_COLUMNS)
    assert {column.description for column in every} == marked
    page = client.get("/data", headers={"Accept-Language": "fr"}).content.decode()
    assert '<dl class="record" lang' not in page
