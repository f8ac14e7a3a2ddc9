"""A mail server that does not know an address: it is put away, kindly, and somebody asks for a new one."""

import datetime as dt
import smtplib

import pytest

from attendance.actions.import_house import import_house
from members import actions, notices
from members.models import AuditRecord, Member, Message
from members.notices.refused import means_no_such_address, while_sending
from tests.members import notes
from tests.members.came_back import NO_SUCH
from tests.members.notes import HOUR, NOON, states, waiting, wish

pytestmark = [pytest.mark.django_db, pytest.mark.once]
FULL = "552 5.2.2 mailbox full"


@pytest.fixture(autouse=True)
def one_kind(monkeypatch):
    kinds = {"note": notes.kind()}
    monkeypatch.setattr("members.notices.sweep.KINDS", kinds)
    monkeypatch.setattr("members.notices.claim.KINDS", kinds)


@pytest.fixture
def amara(amara):
    return with_email(amara, "amara@example.org")


def with_email(person, address: str):
    person.email = address
    person.save()
    wish(person)
    return person


# -- What a server may say ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (550, "5.1.1 <amara@example.org>: Recipient address rejected: User unknown in virtual mailbox table"),
        (550, "5.1.1 The email account that you tried to reach does not exist."),
        (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
        (550, "5.4.1 Recipient address rejected: Access denied. AS(201806281)"),
        (553, "5.1.3 The recipient address is not a valid RFC-5321 address."),
        (554, "5.1.2 bad destination host"),
        (550, "No such user here"),
        (550, "Requested action not taken: mailbox unavailable"),
        (551, "User not local"),
        (553, "sorry, that address is not in my list of rcpthosts"),
    ],
)
def test_nobody_has_this_address(code, words):
    assert means_no_such_address(code, words)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (450, "4.1.1 <amara@example.org>: Recipient address rejected: unverified address"),
        (450, "mailbox unavailable"),
        (451, "5.1.1 odd"),
        (552, "5.2.2 mailbox full"),
        (550, "5.2.1 The user you are trying to contact is receiving mail at a rate that prevents more"),
        (550, "5.7.1 Message rejected due to policy"),
        (550, "5.7.26 sender is unauthenticated"),
        (550, "5.1.8 Sender address rejected: Domain not found"),
        (550, "5.1.0 Address rejected"),
        (550, "5.4.1 no answer from host"),
        (550, "Relay access denied"),
        (550, "Your message looks like spam"),
        (550, "192.0.2.7 is listed on a blocklist, see 5.1.1.3"),
        (552, "Requested mail action aborted: exceeded storage allocation"),
        (554, "Transaction failed"),
        (421, "Service not available"),
    ],
)
def test_something_else_is_the_matter(code, words):
    assert not means_no_such_address(code, words)


@pytest.mark.parametrize(
    ("error", "says_so"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"5.1.1 unknown")}), True),
        (smtplib.SMTPRecipientsRefused({"a@b.c": (550, b"5.7.1 policy")}), False),
        (smtplib.SMTPRecipientsRefused({}), False),
        (smtplib.SMTPDataError(550, b"5.1.1 unknown"), True),
        (smtplib.SMTPDataError(550, b"rejected"), False),
        (smtplib.SMTPSenderRefused(550, b"5.1.1 unknown", "house@example.net"), False),
        (smtplib.SMTPServerDisconnected("gone"), False),
        (TimeoutError(), False),
    ],
)
def test_of_what_the_library_raises(error, says_so):
    assert while_sending(error) is says_so


# -- What follows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["at once", "after the letter"])
def test_an_address_that_nobody_has_is_put_away(amara, noor, mail_server, when):
    if when == "at once":
        mail_server.answers["amara@example.org"] = NO_SUCH
    else:
        mail_server.after_data = NO_SUCH
    waiting(amara, "thing 1")
    waiting(amara, "thing 2", due_at=NOON + 24 * HOUR)
    notices.send_due(NOON)
    amara.refresh_from_db()
    assert (bool(amara.email_refused_at), amara.email_to_use, amara.email) == (True, "", "amara@example.org")
    assert states() == [("thing 1", "failed", "refused"), ("thing 2", "dropped", "refused")]
    record = AuditRecord.objects.get(about=amara)
    assert (record.verb, record.by) == ("refuse_email", None)


def test_the_next_letter_still_leaves(amara, noor, mail_server):
    with_email(noor, "noor@example.org")
    mail_server.answers["amara@example.org"] = NO_SUCH
    waiting(amara, "thing 1")
    waiting(noor, "thing 2")
    notices.send_due(NOON)
    assert mail_server.kept == ["noor@example.org"]


@pytest.mark.parametrize("answer", ["450 4.2.1 later", FULL, "550 5.7.1 policy"])
def test_other_refusals_are_tried_again(amara, mail_server, answer):
    mail_server.answers["amara@example.org"] = answer
    waiting(amara)
    notices.send_due(NOON)
    amara.refresh_from_db()
    assert (amara.email_refused_at, states()) == (None, [("thing 1", "waiting", "SMTPRecipientsRefused")])
    mail_server.answers.clear()
    notices.send_due(NOON + HOUR)
    assert mail_server.kept == ["amara@example.org"]


def test_an_address_that_changed_meanwhile_gets_the_letter(amara, mail_server, monkeypatch):
    """The server refused the old one: the new one is tried."""
    mail_server.answers["amara@example.org"] = NO_SUCH
    waiting(amara)

    def changed_first(**fields):
        type(amara).objects.update(email="amara@new.example")
        return refuse(**fields)

    refuse = actions.refuse_email
    monkeypatch.setattr(actions, "refuse_email", changed_first)
    notices.send_due(NOON)
    notices.send_due(NOON + HOUR)
    assert (mail_server.kept, states()) == (["amara@new.example"], [("thing 1", "sent", "")])


def test_twice_is_once(amara):
    waiting(amara, state=Message.State.SENDING, message_id="<1@house>")
    for _each in range(2):
        assert actions.refuse_email(person=amara, address="AMARA@example.org", message_id="<1@house>")
    assert AuditRecord.objects.filter(verb="refuse_email").count() == 1


def test_a_message_without_an_id_is_not_everybodys(amara):
    waiting(amara, state=Message.State.SENT)
    assert not actions.refuse_email(person=amara, address="amara@example.org", message_id="")
    assert states() == [("thing 1", "sent", "")]


# -- Back again --------------------------------------------------------------------------------------------------------


@pytest.fixture
def put_away(amara):
    waiting(amara, "thing 1", state=Message.State.SENT, message_id="<1@house>")
    waiting(amara, "thing 2", due_at=NOON, expires_at=NOON + 10_000 * HOUR)
    actions.refuse_email(person=amara, address="amara@example.org", message_id="<1@house>")
    amara.refresh_from_db()
    assert amara.email_refused_at
    return amara


def test_a_new_address_is_used_and_what_waited_waits_again(put_away):
    actions.edit_me(by=put_away.user, email="amara@new.example")
    put_away.refresh_from_db()
    assert put_away.email_to_use == "amara@new.example"
    assert states() == [("thing 1", "failed", "refused"), ("thing 2", "waiting", "")]


@pytest.mark.parametrize("fields", [{"pronouns": "she"}, {"email": "amara@example.org"}])
def test_another_change_leaves_it_put_away(put_away, fields):
    actions.edit_me(by=put_away.user, **fields)
    put_away.refresh_from_db()
    assert put_away.email_to_use == ""


def test_no_address_brings_nothing_back(put_away):
    actions.edit_me(by=put_away.user, email="")
    put_away.refresh_from_db()
    assert (put_away.email_refused_at, states()[1]) == (None, ("thing 2", "dropped", "refused"))


def test_staff_too(sam, dana):
    with_email(sam, "sam@example.org")
    waiting(sam, state=Message.State.SENT, message_id="<2@house>")
    actions.refuse_email(person=sam, address="sam@example.org", message_id="<2@house>")
    sam.refresh_from_db()
    assert sam.email_to_use == ""
    actions.edit_staff(person=sam, by=dana.user, email="sam@new.example")
    sam.refresh_from_db()
    assert sam.email_to_use == "sam@new.example"


def test_it_may_be_right_after_all(put_away, sam):
    """Amara says so: her mailbox was away for a while."""
    for _each in range(2):
        actions.use_email_again(person=put_away, by=sam.user)
    put_away.refresh_from_db()
    assert (put_away.email_to_use, states()[1]) == ("amara@example.org", ("thing 2", "waiting", ""))
    assert AuditRecord.objects.filter(verb="use_email_again", by=sam.user, about=put_away).count() == 1


# -- Who hears of it ---------------------------------------------------------------------------------------------------


def test_amara_reads_it_on_her_page_and_may_say_that_it_is_right(put_away, as_):
    page = as_(put_away).get("/me/").content.decode()
    assert "Mail came back" in page
    as_(put_away).post("/me/email/again/")
    put_away.refresh_from_db()
    assert put_away.email_to_use == "amara@example.org"
    assert "Mail came back" not in as_(put_away).get("/me/").content.decode()


def test_staff_see_it_on_her_page_and_ask(put_away, sam, as_):
    page = as_(sam).get(f"/members/{put_away.pk}/").content.decode()
    assert "Please ask <bdi>Amara</bdi> for a new address." in page
    assert "mailto:" not in page
    answer = as_(sam).post(f"/members/{put_away.pk}/email/again/")
    put_away.refresh_from_db()
    assert (answer.status_code, put_away.email_to_use) == (302, "amara@example.org")


def test_an_address_that_is_off_shows_nowhere(put_away, sam, as_):
    type(put_away).objects.update(email_allowed=False)
    page = as_(sam).get(f"/members/{put_away.pk}/").content.decode()
    assert ("amara@example.org" in page, "Mail came back" in page) == (False, False)
    assert ask(as_(sam)) == []


def ask(client) -> list[str]:
    """Whom the list of members names to be asked."""
    page = client.get("/members/").content.decode()
    _before, _heading, after = page.partition('id="ask-for-address"')
    return [name for name in ("Amara O.", "Noor H.", "Sam R.") if name in after.partition("</section>")[0]]


def test_the_list_of_members_says_whom_to_ask(put_away, noor, sam, dana, as_):
    type(sam).objects.filter(pk=sam.pk).update(email="sam@example.org", email_refused_at=NOON)
    assert (ask(as_(sam)), ask(as_(dana))) == (["Amara O."], ["Amara O.", "Sam R."])


@pytest.mark.parametrize("gone", [{"withdrawn_on": dt.date(2026, 1, 1)}, {"deceased_on": dt.date(2026, 1, 1)}])
def test_nobody_is_asked_who_is_gone(put_away, sam, as_, gone):
    type(put_away).objects.filter(pk=put_away.pk).update(**gone)
    assert ask(as_(sam)) == []


def test_a_file_with_the_same_address_leaves_it_put_away_and_a_new_one_is_used(db):
    def bring(name: str, email: str) -> Member:
        columns = "member_no,name_to_use,first_name,last_name,pronouns,born_on,enrolled_on,phone,email,language,units"
        sheet = f"{columns},withdrawn_on,deceased_on\nM1,,Eva,{name},,,2020-01-01,,{email},,,,\n"
        assert import_house(files={"members.csv": sheet.encode()}, by=None).kept == []
        return Member.objects.get(member_no="M1")

    lund = bring("Lund", "lund@example.org")
    type(lund).objects.filter(pk=lund.pk).update(email_refused_at=NOON)
    lund = bring("Lundh", "lund@example.org")
    assert (lund.last_name, lund.email_to_use) == ("Lundh", "")
    assert bring("Lundh", "lund@new.example").email_to_use == "lund@new.example"


def test_the_page_of_messages_says_so_too(put_away, dana, as_):
    page = as_(dana).get("/house/messages/").content.decode()
    _before, _heading, after = page.partition('id="ask-for-address"')
    assert "Amara O." in after.partition("</section>")[0]
