import time
from email.message import EmailMessage

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, tracking

from tests import make
from tests.conftest import NOW
from tests.outages import OUTAGES
from tracker.alerts.delivery import bounces
from tracker.alerts.delivery.bounces import (
    BounceReport,
    parse_bounce,
    process_bounce_folder,
    record_report,
)
from tracker.alerts.delivery.smtp import classify_bounce
from tracker.alerts.models import Delivery, Subscriber
from tracker.feeds.models import Activity

ID = "<abc@tracker.example>"
SENT = (
    f"From: tracker@tracker.example\r\nTo: reader@example.org\r\nMessage-ID: {ID}\r\nSubject: x\r\n"
)


def report(status="5.1.1", action="failed", *, whole=True, kind="delivery-status"):
    """A bounce of our own writing, in the form of RFC 3464 or RFC 5965."""
    if kind == "delivery-status":
        told = (
            "Reporting-MTA: dns; mx.example\r\n\r\n"
            f"Final-Recipient: rfc822; reader@example.org\r\nAction: {action}\r\n"
            f"Status: {status}\r\nDiagnostic-Code: smtp; 550 {status} told so\r\n"
        )
    else:
        told = "Feedback-Type: abuse\r\nUser-Agent: x\r\nVersion: 1\r\n"
    original = "message/rfc822" if whole else "text/rfc822-headers"
    text = SENT + ("\r\nbody" if whole else "")
    return (
        "From: mailer-daemon@mx.example\r\nTo: tracker@tracker.example\r\nSubject: Undelivered\r\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nWe are sorry.\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\n{told}\r\n"
        f"--b\r\nContent-Type: {original}\r\n\r\n{text}\r\n--b--\r\n"
    ).encode()


KINDS = {
    "no such user": ({"status": "5.1.1"}, "hard"),
    "mailbox disabled": ({"status": "5.2.1"}, "hard"),
    "mailbox full": ({"status": "5.2.2"}, "soft"),
    "a policy": ({"status": "5.7.1"}, "soft"),
    "headers only": ({"whole": False}, "hard"),
    "complaint": ({"kind": "feedback-report"}, "complaint"),
}


@pytest.mark.parametrize(("values", "kind"), KINDS.values(), ids=KINDS)
def test_m11_what_a_bounce_file_says(values, kind):
    found = parse_bounce(report(**values))
    assert found is not None
    assert (found.message_id, found.suppression) == (ID, kind)


def auto_reply():
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "reader@example.org", "tracker@x.example", "Away"
    mail["Auto-Submitted"], mail["In-Reply-To"] = "auto-replied", ID
    mail.set_content("I am away.")
    return mail.as_bytes()


OTHER = {
    "an automatic answer": auto_reply(),
    "still trying": report(action="delayed", status="4.4.1"),
    "nothing": b"",
    "no mail": b"\x00\xff" * 500,
    "cut": report()[:300],
    "odd headers": b"Content-Type: multipart/report; boundary=\r\n\r\n--\r\n",
}


@pytest.mark.parametrize("data", OTHER.values(), ids=OTHER)
def test_m11_any_other_mail_says_nothing_of_an_address(data):
    assert parse_bounce(data) is None


REFUSALS = {
    "451 later": "",
    "550 no such user": "hard",
    "550 5.1.1 no such user": "hard",
    "552 full": "soft",
    "550 5.7.1 policy": "soft",
    "550 5.2.2 full": "soft",
    "554 no": "soft",
}


@pytest.mark.parametrize(("text", "kind"), REFUSALS.items(), ids=REFUSALS)
def test_m11_what_a_refusal_says_of_the_address(text, kind):
    assert classify_bounce(int(text[:3]), text[4:]) == kind


def sent(reader):
    return Delivery.objects.create(
        subscriber=reader,
        type="digest",
        state="sent",
        message_id=ID,
        since=NOW,
        created_at=NOW,
        next_try_at=NOW,
    )


@pytest.mark.django_db
def test_m11_a_folder_of_bounces_ends_addresses_and_is_emptied(tmp_path, settings):
    settings.BOUNCES_DIR = str(tmp_path)
    (tmp_path / "new").mkdir()
    for name, data in {"1": report(), "2": report(), "3": auto_reply()}.items():
        (tmp_path / "new" / name).write_bytes(data)
    reader = make.reader()
    sent(reader)
    assert process_bounce_folder(NOW) == 2
    reader.refresh_from_db()
    assert reader.suppressed_for == "hard"
    assert reader.bounces.count() == 1
    assert list((tmp_path / "new").iterdir()) == []
    assert Activity.objects.get(work_type="bounces").failing_since is None


DEEP = b"Content-Type: multipart/report; boundary=b0\r\n\r\n" + b"".join(
    b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (i, i + 1)
    for i in range(1500)
)


@pytest.fixture
def bounces_of(tmp_path, settings):
    """Puts files into a folder of bounces, by name; whether it is a maildir."""

    def put(is_maildir=False, **files):
        root = tmp_path / "bounces"
        folder = root / "new" if is_maildir else root
        folder.mkdir(parents=True)
        settings.BOUNCES_DIR = str(root)
        for name, data in files.items():
            (folder / name).write_bytes(data)
        return folder

    return put


@pytest.mark.django_db
@pytest.mark.parametrize("is_maildir", [True, False])
def test_q15_a_bounce_that_cannot_be_read_is_set_aside_and_those_behind_it_go_on(
    bounces_of, is_maildir
):
    folder = bounces_of(is_maildir, a=DEEP, b=report())
    reader = make.reader()
    sent(reader)
    assert process_bounce_folder(NOW) == 1
    assert reader.bounces.count() == 1
    assert list(folder.iterdir()) == []
    aside = folder.with_name(f"{folder.name}-aside")
    assert (aside / "a").read_bytes() == DEEP
    assert "1501 MIME parts" in (aside / "a.error").read_text()
    noted = Activity.objects.get(work_type="bounces")
    assert (noted.set_aside, noted.set_aside_at) == (1, NOW)
    assert "1501 MIME parts" in noted.error


@pytest.mark.django_db
def test_q15_a_nul_in_a_bounce_costs_nothing(bounces_of):
    bounces_of(a=report().replace(b"told so", b"told\0 \xe9\xff so"))
    reader = make.reader()
    sent(reader)
    assert process_bounce_folder(NOW) == 1
    assert "\0" not in reader.bounces.get().diagnostic


@pytest.mark.django_db
def test_q15_a_bounce_that_ended_its_readers_is_set_aside_unread(bounces_of, monkeypatch):
    folder = bounces_of(a=report())

    def dies(data):
        raise KeyboardInterrupt  # as a kill: nothing is done after it

    monkeypatch.setattr(bounces, "parse_bounce", dies)
    for _ in range(bounces.LOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            process_bounce_folder(NOW)
    process_bounce_folder(NOW)
    aside = folder.with_name("bounces-aside")
    assert (aside / "a").read_bytes() == report()
    assert "without an outcome" in (aside / "a.error").read_text()


@pytest.mark.django_db
@OUTAGES
def test_q15_while_the_database_does_not_answer_bounces_wait(bounces_of, monkeypatch, outage):
    folder = bounces_of(a=report())

    def locked(returned, now):
        raise outage

    monkeypatch.setattr(bounces, "record_report", locked)
    for _ in range(5):
        with pytest.raises(type(outage)):
            process_bounce_folder(NOW)
    assert [p.name for p in folder.iterdir()] == ["a"]
    assert Activity.objects.get(work_type="bounces").failing_since == NOW


@pytest.mark.django_db
def test_q15_a_folder_that_cannot_be_written_beside_uses_the_trackers_own(
    bounces_of, settings, tmp_path
):
    settings.VAR_DIR = tmp_path / "var"
    folder = bounces_of(a=DEEP)
    folder.with_name("bounces-aside").write_text("a file stands there")
    process_bounce_folder(NOW)
    assert (tmp_path / "var" / "bounces-aside" / "a").read_bytes() == DEEP


@pytest.mark.django_db
@pytest.mark.parametrize(
    "returned",
    [
        BounceReport("<other@tracker.example>", "reader@example.org", "hard", ""),
        BounceReport(ID, "victim@example.org", "hard", ""),
    ],
    ids=["a mail that we did not send", "another address"],
)
def test_m11_a_forged_bounce_ends_nobody(returned):
    sent(make.reader())
    make.reader("victim@example.org")
    assert not record_report(returned, NOW)
    assert not Subscriber.objects.filter(suppressed_at__isnull=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("event_type", "mta", "kind"),
    [
        (EventType.BOUNCED, "550 5.1.1 no such user", "hard"),
        (EventType.BOUNCED, "552 5.2.2 full", ""),
        (EventType.COMPLAINED, None, "complaint"),
        (EventType.DELIVERED, None, ""),
    ],
)
def test_m11_a_provider_tells_of_bounces_and_complaints(event_type, mta, kind):
    reader = make.reader()
    event = AnymailTrackingEvent(
        event_type=event_type, recipient="Reader@example.org", mta_response=mta, timestamp=NOW
    )
    tracking.send(sender=None, event=event, esp_name="Test")
    reader.refresh_from_db()
    assert reader.suppressed_for == kind


NEST = "Content-Type: multipart/report; {}\n\n--B{}\n"
COSTLY = {
    "semicolons": b"Content-Type: multipart/report" + b";" * 900_000,
    "parameters": b"Content-Type: multipart/report; " + b"a*1=b;" * 150_000,
    "folded": b"X: y\rContent-Type: multipart/report\r " + b";\r " * 300_000,
    "in a part": report() + b"\ncontent-type : text/plain" + b";" * 900_000,
    **{
        spelling: "".join(NEST.format(spelling.format(n), n) for n in range(5_000)).encode()
        for spelling in (
            "boundary=B{}",
            "boundary =B{}",
            "boundary*=us-ascii''B{}",
            "Boundary*0=B{}",
        )
    },
}


@pytest.mark.parametrize("name", COSTLY)
def test_q15_a_mail_that_would_take_long_is_refused_at_once(name):
    start = time.process_time()
    with pytest.raises(ValueError, match="more than"):
        bounces.parse_bounce(COSTLY[name])
    assert time.process_time() - start < 1.5  # 13 s and more, without a limit
