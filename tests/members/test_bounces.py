"""Letters that came back: an address that nobody has is put away, and nothing else ever is."""

import email
import logging

import pytest

from clubhouse.celery import app
from members import tasks
from members.models import AuditRecord, Message
from members.notices import bounces
from members.notices.bounces import read_bounces
from members.notices.refused import in_a_notice, message_ids
from tests.members.came_back import AWAY, EXCHANGE, GMAIL, OURS, POSTFIX, QMAIL, SPAM, letter
from tests.members.notes import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.once]
State = Message.State
FULL = "552 5.2.2 <amara@example.org>: mailbox full"
POLICY = "550 5.7.1 Message rejected by policy"


@pytest.fixture
def amara(amara):
    amara.email = "Amara@example.org"
    amara.save()
    waiting(amara, "thing 1", state=State.SENT, message_id=OURS)
    waiting(amara, "thing 2")
    return amara


def outcome(person) -> tuple[bool, list[str]]:
    """(whether the address is put away, states of the messages)."""
    person.refresh_from_db()
    states = Message.objects.order_by("occurrence").values_list("state", flat=True)
    return bool(person.email_refused_at), list(states)


NOTHING = (False, ["sent", "waiting"])


@pytest.mark.parametrize("sample", [POSTFIX, EXCHANGE, GMAIL, QMAIL], ids=["postfix", "exchange", "gmail", "qmail"])
def test_an_address_that_nobody_has_is_put_away(amara, mailbox, sample):
    uid = mailbox.put(letter(sample))
    assert read_bounces() == 1
    assert outcome(amara) == (True, ["failed", "dropped"])
    assert set(Message.objects.values_list("reason", flat=True)) == {"refused"}
    assert (amara.email_to_use, amara.email) == ("", "Amara@example.org")
    assert mailbox.seen == {uid}


def test_it_stands_in_the_book_for_her_to_read(amara, mailbox, as_):
    mailbox.put(letter(POSTFIX))
    read_bounces()
    record = AuditRecord.objects.get(about=amara)
    assert (record.verb, record.by) == ("refuse_email", None)
    assert "stopped writing to your e-mail address, because mail to it came back" in (
        as_(amara).get("/me/looks/").content.decode()
    )


def test_it_is_read_once(amara, mailbox):
    mailbox.put(letter(POSTFIX))
    read_bounces()
    fetched = list(mailbox.fetched)
    assert (read_bounces(), mailbox.fetched) == (0, fetched)
    assert AuditRecord.objects.filter(verb="refuse_email").count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "delayed", "status": "4.4.1", "reply": "450 4.1.1 not now"},
        {"status": "5.2.2", "reply": FULL},
        {"status": "5.7.1", "reply": POLICY},
        {"status": "4.4.7", "reply": "451 4.4.7 given up after five days"},
        {"status": "5.0.0", "reply": "550 5.7.26 This mail has been blocked because the sender is unauthenticated"},
        {"status": "5.1.8", "reply": "550 5.1.8 Sender address rejected: Domain not found"},
    ],
    ids=["later", "full", "policy", "slow", "unauthenticated", "sender"],
)
def test_other_troubles_count_nothing(amara, mailbox, fields):
    uid = mailbox.put(letter(POSTFIX, **fields))
    assert (read_bounces(), outcome(amara), mailbox.seen) == (0, NOTHING, {uid})


def test_qmail_may_say_that_it_is_full(amara, mailbox):
    mailbox.put(letter(QMAIL, reply=FULL))
    assert (read_bounces(), outcome(amara)) == (0, NOTHING)


def test_a_vague_status_is_told_by_the_other_servers_words(amara, mailbox):
    mailbox.put(letter(POSTFIX, status="5.0.0"))
    assert read_bounces() == 1


# -- Who is believed ---------------------------------------------------------------------------------------------------


def test_a_forged_one_switches_nothing_off(amara, mailbox):
    """Whoever wants Amara to hear no more does not know the Message-ID of a letter to her."""
    mailbox.put(letter(POSTFIX, ours="<a.guess@example.net>"))
    mailbox.put(letter(QMAIL, ours=""))
    assert (read_bounces(), outcome(amara)) == (0, NOTHING)


def test_the_id_of_ones_own_letter_is_no_key_to_somebody_elses(amara, noor, mailbox):
    noor.email = "noor@example.org"
    noor.save()
    waiting(noor, "thing 1", state=State.SENT, message_id="<of.noors.letter@example.net>")
    mailbox.put(letter(POSTFIX, ours="<of.noors.letter@example.net>"))
    assert read_bounces() == 0
    amara.refresh_from_db()
    assert amara.email_refused_at is None


def test_a_new_address_is_not_switched_off_by_the_old_one(amara, mailbox):
    amara.email = "amara@new.example"
    amara.save()
    mailbox.put(letter(POSTFIX))
    assert (read_bounces(), outcome(amara)) == (0, NOTHING)


def test_staff_have_addresses_too(sam, mailbox):
    sam.email = "amara@example.org"
    sam.save()
    waiting(sam, state=State.SENT, message_id=OURS)
    mailbox.put(letter(POSTFIX))
    assert read_bounces() == 1
    sam.refresh_from_db()
    assert sam.email_to_use == ""


# -- What else lies in a mailbox ---------------------------------------------------------------------------------------


def test_what_people_write_is_left_alone(amara, mailbox):
    """Not read, not marked: somebody of the house answers it. Nor is what answers by itself."""
    mailbox.put(b"From: Amara <amara@example.org>\r\nSubject: Hello\r\n\r\nThank you.\r\n")
    mailbox.put(letter(AWAY))
    assert (read_bounces(), outcome(amara), mailbox.fetched, mailbox.seen) == (0, NOTHING, [], set())


def test_an_answer_that_came_by_itself_says_nothing(amara):
    """Also where it is let through."""
    assert in_a_notice(email.message_from_bytes(letter(AWAY))) == set()


def test_what_is_huge_is_not_fetched(amara, mailbox):
    uid = mailbox.put(letter(POSTFIX))
    mailbox.sizes[uid] = bounces.LARGEST + 1
    assert (read_bounces(), outcome(amara), mailbox.fetched) == (0, NOTHING, [(uid, "head")])
    assert mailbox.seen == {uid}


ODD = [
    letter(SPAM),
    b"From: MAILER-DAEMON\r\n\r\n",
    b"From: postmaster\r\nContent-Type: multipart/report; boundary=\r\n\r\n--\r\n",
    b"From: postmaster\r\nContent-Type: multipart/report\r\n\r\n\xff\xfe",
    letter(POSTFIX)[:900],
    letter(POSTFIX).replace(b"us-ascii", b"no-such-charset"),
    letter(POSTFIX).replace(b"Final-Recipient: rfc822; amara", b"Final-Recipient: rfc822; \xe4\xf6"),
]


@pytest.mark.parametrize("raw", ODD, ids=range(len(ODD)))
def test_odd_letters_keep_nothing_from_being_read(amara, mailbox, raw):
    mailbox.put(raw)
    mailbox.put(letter(POSTFIX))
    assert (read_bounces() > 0, mailbox.seen) == (True, {1, 2})


def test_a_letter_that_breaks_the_reader_is_put_aside(amara, mailbox, monkeypatch, caplog):
    def breaks(notice):
        raise RuntimeError("amara@example.org")

    mailbox.put(letter(POSTFIX))
    monkeypatch.setattr(bounces, "in_a_notice", breaks)
    assert (read_bounces(), mailbox.seen) == (0, {1})
    assert "RuntimeError" in caplog.text
    assert "amara@" not in caplog.text


def test_what_could_not_be_written_down_is_read_again(amara, mailbox, monkeypatch):
    """The database was away: the notice stays new."""
    mailbox.put(letter(POSTFIX))
    with monkeypatch.context() as away:
        away.setattr("members.actions.refuse_email", lambda **fields: 1 / 0)
        assert (read_bounces(), mailbox.seen) == (0, set())
    assert (read_bounces(), mailbox.seen) == (1, {1})


def test_nothing_is_deleted(amara, mailbox):
    mailbox.put(letter(POSTFIX))
    read_bounces()
    verbs = {command.split()[1 if command.startswith("UID") else 0].upper() for command in mailbox.told}
    assert verbs <= {"CAPABILITY", "LOGIN", "SELECT", "SEARCH", "FETCH", "STORE", "LOGOUT"}


# -- The mailbox itself ------------------------------------------------------------------------------------------------


def test_a_house_without_a_mailbox_reads_nothing(settings):
    settings.BOUNCE_MAILBOX_URL = ""
    assert read_bounces() == 0


@pytest.mark.parametrize("trouble", ["away", "wrong password"])
def test_a_mailbox_that_cannot_be_opened_is_a_line_in_the_log(mailbox, settings, caplog, trouble):
    if trouble == "away":
        settings.BOUNCE_MAILBOX_URL = "imap://house:a%20secret@127.0.0.1:1/INBOX"
    else:
        settings.BOUNCE_MAILBOX_URL = mailbox.url.replace("a%20secret", "pass-word")
    caplog.set_level(logging.WARNING)
    assert read_bounces() == 0
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("the mailbox of refused letters could not be read (")
    assert "pass-word" not in line and "secret" not in line


def test_a_password_never_travels_in_the_clear(monkeypatch):
    """Elsewhere than on this machine: TLS from the start, or before anything is said."""
    opened = []

    class Stub:
        def __init__(self, host, port, **more):
            opened.append((type(self).__name__, host, port, "ssl_context" in more))

        def login(self, *credentials):
            opened.append(credentials)

    for name in ("MailBox", "MailBoxStartTls", "MailBoxUnencrypted"):
        monkeypatch.setattr(bounces, name, type(name, (Stub,), {}))
    bounces.open_mailbox("imaps://ho%40use:pa%3Ass@mail.example.org/Came%20back")
    bounces.open_mailbox("imap://house:secret@mail.example.org")
    assert opened == [
        ("MailBox", "mail.example.org", 993, True),
        ("ho@use", "pa:ss", "Came back"),
        ("MailBoxStartTls", "mail.example.org", 143, True),
        ("house", "secret", "INBOX"),
    ]


@pytest.mark.parametrize("sample", [POSTFIX, EXCHANGE, GMAIL, QMAIL])
def test_the_id_of_our_letter_is_found_wherever_it_stands(sample):
    assert OURS in message_ids(email.message_from_bytes(letter(sample)))


def test_what_comes_back_to_a_merged_entry_is_the_persons(amara, noor, mailbox):
    amara.merged_into = noor
    amara.save()
    noor.email = amara.email
    noor.save()
    mailbox.put(letter(GMAIL))
    assert read_bounces() == 1
    noor.refresh_from_db()
    assert noor.email_refused_at


def test_the_beat_does_it_by_itself(amara, mailbox):
    mailbox.put(letter(POSTFIX))
    assert tasks.read_bounces.name in [entry["task"] for entry in app.conf.beat_schedule.values()]
    tasks.read_bounces()
    assert outcome(amara) == (True, ["failed", "dropped"])
