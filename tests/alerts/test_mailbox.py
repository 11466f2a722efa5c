import os
from email.header import Header

import pytest
from django.core.mail.message import sanitize_address
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.alerts.mailbox import (
    ADDRESS_LIMIT,
    MailAddressError,
    canonical_address,
    mailbox_of,
)

EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
VICTIM = "victim@example.com"
SPELLINGS = [
    "victim@example.com",
    "  Victim@EXAMPLE.com ",
    "=?utf-8?q?=76ictim?=@example.com",
    "=?utf-8?b?dmljdGlt?=@example.com",
    "=?utf-8?q?vic?= =?utf-8?q?tim?=@example.com",
    "=?utf-8?q?=3D=3Futf-8=3Fb=3FdmljdGlt=3F=3D?=@example.com",
    '"victim"@example.com',
    '"v\\ictim"@example.com',
    '"=?utf-8?q?victim?="@example.com',
    "vic\u00adtim@example.com",
    "vic\u200btim@example.com",
    "\ufeffvictim@example.com",
    "\uff56ictim@example.com",
    "victim@ex\u00adample.com",
    "victim@\uff45xample.com",
    "victim@example\uff0ecom",
    "victim@example\u3002com",
    "victim@example.com.",
    "\U0001d42fictim@example.com",
]


@pytest.mark.parametrize("text", SPELLINGS, ids=ascii)
def test_w2_every_spelling_of_an_address_is_one(text):
    assert canonical_address(text) == VICTIM


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@Exämple.org", "a@xn--exmple-cua.org"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("A.b+Tag@example.org", "a.b+tag@example.org"),
        ("o'x-1_2@example.org", "o'x-1_2@example.org"),
        ("reader@localhost", "reader@localhost"),
    ],
)
def test_what_an_address_is_written_as(text, address):
    assert canonical_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "a", "a@", "@b.example", "a b@c.example", '"a b"@c.example', "a@b@c.example"),
        *("=?utf-8?q?=0d=0aBcc=3a?=@c.example", "=?utf-8?q?a=40b.example?=@c.example"),
        *("=?no-such?q?a?=@c.example", "a@[127.0.0.1]", "a\x00@c.example", "a@c.example\x00"),
        *('"\x01"@c.example', "(x)a@c.example", "a..b@c.example", ".a@c.example", "a\\b@c.example"),
        *("a" * 65 + "@c.example", "a@" + "b" * 64 + ".example", "\ud800@c.example"),
        *(
            "a@10.0.0.12",
            "a@１０.0.0.１２",
            "|cat@c.example",
            "-oq/tmp@c.example",
            "`id`@c.example",
        ),
        *("a%b@c.example", "a!b@c.example", "ſa@c.example", "\u212aa@c.example", "é@c.example"),
        *("İ" * 240 + "@x.example", "a@" + ".".join(["b" * 60] * 5) + ".example"),
    ],
    ids=ascii,
)
def test_w2_what_cannot_be_written_to_is_refused(text):
    with pytest.raises(MailAddressError):
        canonical_address(text)


@pytest.mark.parametrize("domain", ["localhost", "LOCALHOST.", "mail.localhost", "x.invalid", "x"])
def test_w2_a_stranger_names_no_domain_of_this_machine(domain):
    with pytest.raises(MailAddressError):
        canonical_address(f"a@{domain}", is_public=True)
    assert canonical_address(f"a@{domain}")


@given(st.text(max_size=40), st.text(max_size=30))
@settings(max_examples=EXAMPLES, deadline=None)
def test_w2_whatever_is_typed_is_refused_or_stays_what_it_is(local, domain):
    try:
        address = canonical_address(f"{local}@{domain}")
    except MailAddressError:
        return
    assert canonical_address(address) == address
    assert len(address) <= ADDRESS_LIMIT


@given(st.sampled_from(["victim", "a.b", "o'x", "x-1_y"]), st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_w2_what_is_counted_is_what_is_mailed(local, data):
    """Whatever a mail program makes of a spelling is what we take it for."""
    word = Header(local, "utf-8").encode()
    text = data.draw(st.sampled_from([local, f'"{local}"', word, local.upper()]))
    address = canonical_address(f"{text}@example.com")
    assert sanitize_address(address, "utf-8") == address == f"{local}@example.com"


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("victim+a.1@example.com", "victim@example.com"),
        ("+a@example.com", "+a@example.com"),
        ("v.i.c+x@gmail.com", "vic@gmail.com"),
        ("vic@googlemail.com", "vic@gmail.com"),
        ("v.i.c@example.com", "v.i.c@example.com"),
    ],
)
def test_where_mails_arrive(address, mailbox):
    assert mailbox_of(address) == mailbox
