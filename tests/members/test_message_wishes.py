"""Asking for messages and stopping them: on one's own page, and by the link in each message."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from members import actions, notices
from members.models import AuditRecord, Message, MessageWish, Note
from members.notices import letter
from tests import make
from tests.members.notes import HOUR, NOON, states, waiting

pytestmark = pytest.mark.django_db

ONE_CLICK = "List-Unsubscribe=One-Click"  # the body, to the letter
REMINDER, SUMMARY, REPORT = "task_reminder", "weekly_summary", "monthly_report"


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY = True


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.save()
    return amara


def choose(client: Client, kind: str, wanted: str, **headers):
    data = {"kind": kind, "tap": f"email {wanted}"}
    return client.post(reverse("members:set_message_wish"), data, headers=headers)


def said(response) -> str:
    return response.client.get(response.url).content.decode()


def wishes() -> list[tuple[str, str]]:
    return sorted(MessageWish.objects.values_list("member__first_name", "kind"))


def piece(person) -> str:
    client = Client()
    client.force_login(person.user, backend="members.sign_in.Backend")
    return client.get("/me/messages/").content.decode()


def taps(html: str) -> dict[tuple[str, str], bool]:
    """(kind, channel) -> whether its button is pressed."""
    found = {}
    for card in html.split('data-wish="')[1:]:
        buttons = re.findall(r'name="tap"\s+value="(\w+) (\w+)"\s+aria-pressed="(\w+)"', card)
        for channel, change, is_on in buttons:
            assert change == {"true": "no", "false": "yes"}[is_on]
            found[card.split('"')[0], channel] = is_on == "true"
    return found


def pressed(html: str) -> list[tuple[str, str]]:
    return [tap for tap, is_on in taps(html).items() if is_on]


def channels(html: str) -> set[str]:
    return {channel for _, channel in taps(html)}


def test_nothing_is_wished_before_it_is_said(amara):
    assert wishes() == []
    assert pressed(piece(amara)) == []
    assert channels(piece(amara)) == {"email", "page", "note"}


def test_one_tap_asks_and_one_tap_stops(amara, noor, as_):
    choose(as_(noor), REMINDER, "yes")
    browser = as_(amara)
    choose(browser, REMINDER, "yes")
    choose(browser, REMINDER, "yes")
    assert wishes() == [("Amara", REMINDER), ("Noor", REMINDER)]
    assert pressed(piece(amara)) == [(REMINDER, "email")]
    choose(browser, REMINDER, "no")
    choose(browser, REMINDER, "no")
    assert wishes() == [("Noor", REMINDER)]
    assert list(AuditRecord.objects.filter(about=amara).values_list("verb", "by", "before", "after")) == [
        ("set_message_wish", amara.user_id, {"task_reminder email": False}, {"task_reminder email": True}),
        ("set_message_wish", amara.user_id, {"task_reminder email": True}, {"task_reminder email": False}),
    ]


def test_stopping_takes_back_what_waits_and_nothing_else(amara, noor, as_):
    for member in (amara, noor):
        choose(as_(member), REMINDER, "yes")
        choose(as_(member), SUMMARY, "yes")
        waiting(member, f"task {member.pk}", kind=REMINDER)
    waiting(amara, "week 2026-W40", kind=SUMMARY)
    choose(as_(amara), REMINDER, "no")
    assert states() == sorted(
        [
            (f"task {amara.pk}", "dropped", "unwished"),
            (f"task {noor.pk}", "waiting", ""),
            ("week 2026-W40", "waiting", ""),
        ]
    )


def test_stopping_and_its_record_are_one(amara, as_, monkeypatch):
    choose(as_(amara), REMINDER, "yes")
    waiting(amara, kind=REMINDER)
    monkeypatch.setattr("members.audit.record", lambda **about: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.set_message_wish(person=amara, kind=REMINDER, channel="email", wanted=False, by=amara.user)
    assert (wishes(), Message.objects.get().state) == ([("Amara", REMINDER)], "waiting")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "gossip", "tap": "email yes"},
        {"kind": REMINDER, "tap": "pigeon yes"},
        {"kind": REMINDER, "tap": "email perhaps"},
    ],
)
def test_a_post_that_says_nothing_clear_changes_nothing(amara, as_, data):
    response = as_(amara).post(reverse("members:set_message_wish"), data, headers={"HX-Request": "true"})
    assert "That did not say which message." in response.content.decode()
    assert (response.status_code, wishes()) == (200, [])


def test_staff_choose_what_is_for_them_and_nothing_else(sam, amara, as_):
    actions.edit_staff(person=sam, email="sam@example.org", by=None)
    browser = as_(sam)
    choose(as_(amara), REPORT, "yes")
    assert "That did not say which message." in said(choose(browser, REMINDER, "yes"))
    assert "Yes, it will be sent." in said(choose(browser, REPORT, "yes"))
    choose(browser, REPORT, "yes")
    assert [(wish.member or wish.staff, wish.kind) for wish in MessageWish.objects.order_by("pk")] == [
        (amara, REPORT),
        (sam, REPORT),
    ]
    page = browser.get("/me/messages/").content.decode()
    assert [f'data-wish="{kind}"' in page for kind in (REPORT, REMINDER, SUMMARY)] == [True, False, False]
    assert pressed(page) == [(REPORT, "email")]
    choose(browser, REPORT, "no")
    assert wishes() == [("Amara", REPORT)]
    record = AuditRecord.objects.order_by("seq").last()
    assert (record.verb, record.about, record.subject, record.by) == (
        "set_message_wish", None, f"members.staff {sam.pk}", sam.user,
    )  # fmt: skip


def test_a_login_without_a_person_has_no_wishes(as_, noor):
    browser = as_(noor)
    noor.user = None
    noor.save()
    assert choose(browser, REPORT, "yes").status_code == 404


def test_staff_stop_it_by_the_link_too(sam, amara, as_):
    for person in (sam, amara):
        choose(as_(person), REPORT, "yes")
    waiting(sam, kind=REPORT)
    assert Client().post(stop_url(sam, REPORT)).status_code == 200
    assert (wishes(), states()) == ([("Amara", REPORT)], [("thing 1", "dropped", "unwished")])


def test_the_piece_comes_back_alone_for_htmx(amara, as_):
    response = choose(as_(amara), SUMMARY, "yes", **{"HX-Request": "true"})
    html = response.content.decode()
    assert html.lstrip().startswith('<section class="wishes"')
    assert "<html" not in html
    assert pressed(html) == [(SUMMARY, "email")]
    assert "Yes, it will be sent." in html


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": ""}, "We have no e-mail address yet."),
        ({"email_allowed": False}, "E-mail is off."),
        ({"email_refused_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "This e-mail address does not work."),
        ({"mail_ready": False}, ""),
    ],
)
def test_it_says_why_no_email_can_arrive_and_offers_what_can(amara, settings, change, sentence):
    assert not sentence or sentence not in piece(amara)
    change = dict(change)
    settings.MAIL_READY = change.pop("mail_ready", True)
    for name, value in change.items():
        setattr(amara, name, value)
    amara.save()
    html = piece(amara)
    assert (sentence in html, channels(html)) == (True, {"page", "note"})


def test_texts_are_offered_where_the_house_sends_them(amara, settings):
    settings.TEXTS_READY = True
    assert "We have no phone number yet." in piece(amara)
    actions.edit_member(member=amara, by=None, phone="555")
    assert "This number gets no texts." in piece(amara)
    actions.edit_member(member=amara, by=None, phone="+1 313 555 0100")
    assert channels(piece(amara)) == {"email", "text", "page", "note"}
    actions.edit_member(member=amara, by=None, texts_allowed=False)
    assert "Text messages are off." in piece(amara)


def test_who_has_no_login_is_offered_no_page_of_their_own(as_, sam):
    wim = make.member("Wim Bakker")
    assert channels(as_(sam).get(f"/members/{wim.pk}/messages/").content.decode()) == {"note"}


def test_my_page_says_what_was_held_back_and_why(amara, as_):
    now = dt.datetime.now(dt.UTC)
    waiting(amara, kind=REMINDER, state="held", reason="day_cap", settled_at=now)
    waiting(amara, "thing 2", kind=SUMMARY, state="held", reason="week_cap", settled_at=now - 15 * 24 * HOUR)
    html = as_(amara).get("/me/").content.decode()
    assert "We send one message a day at most." in html
    assert "We send three messages a week at most." not in html


# -- The link in every message -----------------------------------------------------------------------------------------


def test_looking_at_the_link_only_asks(amara, as_, client):
    choose(as_(amara), REMINDER, "yes")
    response = client.get(stop_url(amara, REMINDER))
    assert (response.status_code, wishes()) == (200, [("Amara", REMINDER)])
    assert "Stop these messages?" in response.content.decode()
    assert "Amara" not in response.content.decode()


def test_posting_stops_at_once_without_signing_in_also_what_waits(amara, as_):
    """As a mail program does it: no session, no page loaded before, one field of its own (RFC 8058)."""
    choose(as_(amara), REMINDER, "yes")
    choose(as_(amara), SUMMARY, "yes")
    waiting(amara, kind=REMINDER)
    waiting(amara, "thing 2", kind=REMINDER, state="claimed")
    waiting(amara, "thing 3", kind=SUMMARY)
    mail_program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = mail_program.post(
            stop_url(amara, REMINDER), ONE_CLICK, content_type="application/x-www-form-urlencoded"
        )
        assert (response.status_code, wishes()) == (200, [("Amara", SUMMARY)])
    assert states() == [
        ("thing 1", "dropped", "unwished"), ("thing 2", "dropped", "unwished"), ("thing 3", "waiting", ""),
    ]  # fmt: skip
    Message.objects.filter(kind=SUMMARY).delete()
    notices.send_due(NOON)
    assert mail.outbox == []
    last = AuditRecord.objects.filter(about=amara).order_by("seq").last()
    assert (last.verb, last.by, last.after) == ("set_message_wish", None, {"task_reminder email": False})
    assert AuditRecord.objects.filter(about=amara).count() == 3


def test_the_same_page_stops_all_on_that_channel_and_nothing_elsewhere(amara, noor, as_, client):
    for kind in (REMINDER, SUMMARY):
        choose(as_(amara), kind, "yes")
    choose(as_(noor), SUMMARY, "yes")
    actions.set_message_wish(person=amara, kind=SUMMARY, channel="page", wanted=True, by=None)
    waiting(amara, "hers", kind=SUMMARY)
    waiting(noor, "his", kind=SUMMARY)
    page = client.get(stop_url(amara, REMINDER)).content.decode()
    assert "Stop all by e-mail" in page
    page = client.post(stop_url(amara, REMINDER), {"all": "yes"}).content.decode()
    assert ("Stopped" in page, "Stop all" in page) == (True, False)
    left = MessageWish.objects.values_list("member__first_name", "kind", "channel")
    assert sorted(left) == [("Amara", SUMMARY, "page"), ("Noor", SUMMARY, "email")]
    assert states() == [("hers", "dropped", "unwished"), ("his", "waiting", "")]
    lines = as_(amara).get("/me/looks/").context["lines"]
    assert (lines[0].who, lines[0].did) == ("The house", "stopped a message, by the link in it")


def test_a_made_up_link_leads_nowhere(amara, as_, client):
    choose(as_(amara), REMINDER, "yes")
    wrong = stop_url(amara, REMINDER)[:-3] + "xx/"
    assert [client.get(wrong).status_code, client.post(wrong).status_code, wishes()] == [
        404,
        404,
        [("Amara", REMINDER)],
    ]


def stop_url(member, *kinds: str) -> str:
    return reverse("members:stop_messages", kwargs={"token": letter.stop_token(member, list(kinds), "email")})


# -- What waits follows what was said ----------------------------------------------------------------------------------


def test_what_is_being_written_is_taken_back_and_what_is_on_its_way_is_not(amara):
    for occurrence, state in [("thing 1", "waiting"), ("thing 2", "claimed"), ("thing 3", "sending")]:
        waiting(amara, occurrence, kind=REMINDER, state=state)
    actions.stop_messages(person=amara, kinds=[REMINDER], channel="email")
    assert [state for _, state, _ in states()] == ["dropped", "dropped", "sending"]


def test_a_second_tap_undoes_the_first(amara, as_):
    """What was taken back waits again, if it is still of use."""
    browser, soon = as_(amara), dt.datetime.now(dt.UTC) + HOUR
    choose(browser, REMINDER, "yes")
    waiting(amara, kind=REMINDER, due_at=soon)
    waiting(amara, "thing 2", kind=REMINDER)
    waiting(amara, "thing 3", kind=REMINDER, due_at=soon, state="dropped", reason="untrue")
    choose(browser, REMINDER, "no")
    choose(browser, REMINDER, "yes")
    assert states() == [
        ("thing 1", "waiting", ""),
        ("thing 2", "dropped", "unwished"),
        ("thing 3", "dropped", "untrue"),
    ]


def test_a_note_that_nobody_printed_is_gone_and_the_rest_of_its_letter_is_written_anew(amara, noor):
    now, later = dt.datetime.now(dt.UTC), dt.datetime.now(dt.UTC) + HOUR
    sent = {"channel": "note", "state": "sent", "settled_at": now, "expires_at": later}
    both = [waiting(amara, "thing 1", kind=REMINDER, **sent), waiting(amara, "thing 2", kind=SUMMARY, **sent)]
    alone = waiting(amara, "thing 3", kind=SUMMARY, **(sent | {"settled_at": now - HOUR}))
    others = waiting(noor, "thing 4", kind=REMINDER, **sent)
    printed = waiting(amara, "thing 5", kind=REMINDER, **(sent | {"settled_at": now - 2 * HOUR}))
    for row in (both[0], alone, others):
        Note.objects.create(message=row, text="A word.", at=now)
    Note.objects.create(message=printed, text="A word.", at=now, printed_at=now)
    actions.set_message_wish(person=amara, kind=REMINDER, channel="note", wanted=False, by=amara.user)
    assert states() == [
        ("thing 1", "dropped", "unwished"), ("thing 2", "waiting", ""), ("thing 3", "sent", ""),
        ("thing 4", "sent", ""), ("thing 5", "sent", ""),
    ]  # fmt: skip
    assert sorted(Note.objects.values_list("message__occurrence", flat=True)) == ["thing 3", "thing 4", "thing 5"]


@pytest.mark.parametrize(
    ("flag", "channel"), [("email_allowed", "email"), ("phone_allowed", "text"), ("texts_allowed", "text")]
)
def test_a_channel_that_goes_off_takes_back_what_waits_there_and_comes_back_with_it(amara, noor, flag, channel):
    soon = dt.datetime.now(dt.UTC) + HOUR
    for one in ("email", "text", "page"):
        waiting(amara, one, channel=one, due_at=soon)
    waiting(noor, "hers", channel=channel, due_at=soon)
    actions.edit_member(member=amara, by=amara.user, **{flag: False})
    assert [row for row in states() if row[1] != "waiting"] == [(channel, "dropped", "channel_off")]
    actions.edit_member(member=amara, by=amara.user, **{flag: True})
    assert {state for _, state, _ in states()} == {"waiting"}


def test_calls_are_one_thing_and_texts_another(amara):
    waiting(amara, channel="text")
    actions.edit_member(member=amara, by=amara.user, calls_allowed=False)
    assert states() == [("thing 1", "waiting", "")]
