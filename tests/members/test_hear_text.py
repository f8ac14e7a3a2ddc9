"""STOP, from a phone, through the gateway: obeyed at once, told to nobody, and believed only when it is signed."""

import hashlib
import hmac
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members.models import AuditRecord, Channel, Member, Message, MessageWish
from members.notices.inbound import says_stop, twilio_signature
from tests import make
from tests.members.notes import LONG_AGO, waiting

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SECRET = "a secret of house and gateway"
HERE = "/hooks/texts/"
NUMBER = "+13135550100"


@pytest.fixture(autouse=True)
def gateway_house(settings):
    settings.TEXT_INBOUND_SECRET = SECRET
    return make.house(country="US")


@pytest.fixture
def amara(amara):
    amara.phone = "(313) 555-0100"
    amara.save()
    asks_for_texts(amara)
    return amara


def asks_for_texts(person) -> None:
    who = {"staff" if person._meta.model_name == "staff" else "member": person}
    MessageWish.objects.create(**who, kind="note", channel=Channel.TEXT, since_at=LONG_AGO)


def post(body: bytes, **headers):
    return Client().post(HERE, body, content_type="application/json", headers=headers)


def signed(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def says(words: str, number: str = NUMBER):
    body = json.dumps({"from": number, "text": words}).encode()
    return post(body, **{"X-Signature": signed(body)})


def text_states(person) -> list[str]:
    theirs = Message.objects.filter(member=person, channel=Channel.TEXT).order_by("occurrence")
    return list(theirs.values_list("state", flat=True))


def test_stop_is_obeyed_at_once(amara):
    waiting(amara, "thing 1", channel=Channel.TEXT)
    waiting(amara, "thing 2", channel=Channel.TEXT, state=Message.State.CLAIMED)  # being written, not handed over
    waiting(amara, "thing 3", channel=Channel.TEXT, state=Message.State.SENT)
    waiting(amara, "thing 4")  # by e-mail
    says("Stop!")
    amara.refresh_from_db()
    assert (amara.texts_allowed, amara.text_to_use, amara.phone_to_use) == (False, "", "(313) 555-0100")
    assert text_states(amara) == ["dropped", "dropped", "sent"]
    assert Message.objects.get(channel=Channel.EMAIL).state == "waiting"
    assert not MessageWish.objects.filter(member=amara, channel=Channel.TEXT).exists()


def test_amara_can_read_what_happened(amara, as_):
    says("STOP")
    record = AuditRecord.objects.filter(about=amara).last()
    assert (record.verb, record.by, record.before, record.after) == (
        "stop_texts",
        None,
        {"texts_allowed": True},
        {"texts_allowed": False},
    )
    page = as_(amara).get("/me/looks/").content.decode()
    assert "The house" in page
    assert "stopped all texts to your phone, because it answered STOP" in page


def test_again_changes_nothing(amara):
    says("STOP")
    records = AuditRecord.objects.count()
    says("STOP")
    assert AuditRecord.objects.count() == records


def test_one_phone_of_two_people(amara, noor):
    noor.phone = "313.555.0100"
    noor.save()
    says("STOP")
    assert list(Member.objects.values_list("texts_allowed", flat=True)) == [False, False]


def test_only_that_phone(amara, noor):
    """Its last digits are the same, and it is another one."""
    noor.phone = "(734) 555-0100"
    noor.save()
    says("STOP")
    noor.refresh_from_db()
    assert noor.texts_allowed


@pytest.mark.parametrize(
    ("phone", "number"), [("+1 313 555 DOGS", "+13135553647"), ("+١٣١٣٥٥٥٠١٠٠", NUMBER), ("313.555.0100", NUMBER)]
)
def test_however_the_number_is_written(amara, phone, number):
    """Texts go to each of these, so each can stop them."""
    Member.objects.update(phone=phone)
    says("STOP", number)
    amara.refresh_from_db()
    assert not amara.texts_allowed


def test_the_book_is_written_last(amara):
    """Whoever holds its end and then waits for a row that another holds, who waits for the book: neither goes on."""
    MessageWish.objects.create(member=amara, kind="rare", channel=Channel.TEXT, since_at=LONG_AGO)
    waiting(amara, channel=Channel.TEXT)
    with CaptureQueriesContext(connection) as statements:
        says("STOP")
    told = [each["sql"] for each in statements]
    first = next(at for at, sql in enumerate(told) if sql.startswith('INSERT INTO "members_auditrecord"'))
    assert not [
        sql
        for sql in told[first:]
        if sql.startswith(('DELETE FROM "members_messagewish"', 'DELETE FROM "members_note"'))
    ]
    assert [sql for sql in told[:first] if "members_member" in sql and '"members_member"."id" = ' in sql]


def test_staff_are_heard_too(sam):
    sam.phone = "313 555 0100"
    sam.save()
    asks_for_texts(sam)
    says("STOP")
    assert not MessageWish.objects.exists()


def test_the_answer_is_the_same_for_every_number_and_every_word(amara):
    answers = {
        (answer.status_code, answer.content)
        for answer in (says("STOP"), says("STOP", "+13135550199"), says("Hello"), says("STOP", "nobody"), says(""))
    }
    assert answers == {(200, b"<Response/>")}


def test_nothing_else_is_kept(amara):
    records = AuditRecord.objects.count()
    says("Can Sam call me back? I feel low.")
    amara.refresh_from_db()
    assert (amara.texts_allowed, AuditRecord.objects.count()) == (True, records)


@pytest.mark.parametrize(
    "words",
    [
        "stop", "STOP.", " Stop \n", "STOP ALL", "StopAll", "stop please", "Unsubscribe", "CANCEL", "end", "Quit!",
        "ALTO", "parar", "Arrêt", "ARRET", "Lopeta", "stopp", "СТОП", "停止", "إلغاء",
    ],
)  # fmt: skip
def test_many_words_say_it(words):
    assert says_stop(words)


@pytest.mark.parametrize(
    "words", ["", "Hello", "Cancel my seat on Friday", "Do not stop", "stopping by at ten", "the end"]
)
def test_these_do_not(words):
    assert not says_stop(words)


# -- Who is believed ---------------------------------------------------------------------------------------------------

BODY = json.dumps({"from": NUMBER, "text": "STOP"}).encode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Signature": ""},
        {"X-Signature": "sha256="},
        {"X-Signature": signed(BODY, "a guess")},
        {"X-Signature": signed(BODY + b" ")},
        {"X-Signature": "é"},
        {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
    ],
)
def test_whoever_cannot_sign_is_told_nothing(amara, headers):
    answer = post(BODY, **headers)
    amara.refresh_from_db()
    assert (answer.status_code, answer.content, amara.texts_allowed) == (403, b"", True)


def test_the_same_words_signed_are_believed(amara):
    """The control of the test above."""
    assert post(BODY, **{"X-Signature": signed(BODY)}).status_code == 200
    amara.refresh_from_db()
    assert not amara.texts_allowed


def test_a_house_without_the_secret_has_no_such_door(amara, settings):
    settings.TEXT_INBOUND_SECRET = ""
    assert post(BODY, **{"X-Signature": signed(BODY, "")}).status_code == 404
    amara.refresh_from_db()
    assert amara.texts_allowed


def test_a_huge_body_is_not_read(amara):
    body = json.dumps({"from": NUMBER, "text": "STOP", "more": "x" * 70_000}).encode()
    assert post(body, **{"X-Signature": signed(body)}).status_code == 403


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"[" * 60_000, b"\xff", b'{"from": 5, "text": {}}', b'"STOP"'])
def test_odd_bodies_change_nothing(amara, body):
    assert post(body, **{"X-Signature": signed(body)}).status_code == 200
    amara.refresh_from_db()
    assert amara.texts_allowed


def test_twilio_signs_as_its_documents_say():
    """The example of Twilio's own guide."""
    fields = {
        "CallSid": ["CA1234567890ABCDE"], "Caller": ["+14158675309"], "Digits": ["1234"], "From": ["+14158675309"],
        "To": ["+18005551212"],
    }  # fmt: skip
    signature = twilio_signature(b"12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)
    assert signature == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def by_twilio(fields: dict, address: str = "http://testserver" + HERE, secret: str = SECRET):
    signature = twilio_signature(secret.encode(), address, {name: [value] for name, value in fields.items()})
    return Client().post(HERE, fields, headers={"X-Twilio-Signature": signature})


@pytest.mark.parametrize("sender", [NUMBER, f"whatsapp:{NUMBER}"])
def test_a_form_from_twilio_is_believed(amara, sender):
    assert by_twilio({"From": sender, "Body": "Stop", "MessageSid": "SM1"}).status_code == 200
    amara.refresh_from_db()
    assert not amara.texts_allowed


def test_twilio_may_call_the_house_by_its_public_address(amara, settings):
    """Behind a proxy the request itself looks like another address."""
    settings.ADDRESS = "https://roll.example.org"
    assert by_twilio({"From": NUMBER, "Body": "Stop"}, settings.ADDRESS + HERE).status_code == 200


@pytest.mark.parametrize(
    ("address", "secret"), [("http://elsewhere/hooks/texts/", SECRET), ("http://testserver" + HERE, "another token")]
)
def test_another_address_or_token_is_not(amara, address, secret):
    assert by_twilio({"From": NUMBER, "Body": "Stop"}, address, secret).status_code == 403
    amara.refresh_from_db()
    assert amara.texts_allowed
