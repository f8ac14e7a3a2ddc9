"""Asking for messages and stopping them: on one's own page, and by the link in each message."""

import datetime as dt

import pytest
from django.core import mail
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from members import actions, notices
from members.models import AuditRecord, Message, MessageWish
from members.notices import letter
from tests.members.notes import HOUR, NOON, states, waiting

pytestmark = pytest.mark.django_db

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
    data = {"kind": kind, "channel": "email", "wanted": wanted}
    return client.post(reverse("members:set_message_wish"), data, headers=headers)


def said(response) -> str:
    return response.client.get(response.url).content.decode()


def wishes() -> list[tuple[str, str]]:
    return sorted(MessageWish.objects.values_list("member__first_name", "kind"))


def piece(member) -> str:
    return Template("{% load message_wishes %}{% message_wishes member %}").render(Context({"member": member}))


def test_nothing_is_wished_before_it_is_said(amara):
    assert wishes() == []
    html = piece(amara)
    assert (html.count('data-wanted="no"'), html.count('data-wanted="yes"')) == (4, 0)


def test_one_tap_asks_and_one_tap_stops(amara, noor, as_):
    choose(as_(noor), REMINDER, "yes")
    browser = as_(amara)
    choose(browser, REMINDER, "yes")
    choose(browser, REMINDER, "yes")
    assert wishes() == [("Amara", REMINDER), ("Noor", REMINDER)]
    html = piece(amara)
    assert (html.count('data-wanted="no"'), html.count('data-wanted="yes"')) == (3, 1)
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
        {"kind": "gossip", "channel": "email", "wanted": "yes"},
        {"kind": REMINDER, "channel": "pigeon", "wanted": "yes"},
        {"kind": REMINDER, "channel": "email", "wanted": "perhaps"},
    ],
)
def test_a_post_that_says_nothing_clear_changes_nothing(amara, as_, data):
    response = as_(amara).post(reverse("members:set_message_wish"), data, headers={"HX-Request": "true"})
    assert "That did not say which message." in response.content.decode()
    assert (response.status_code, wishes()) == (200, [])


def test_staff_choose_what_is_for_them_and_nothing_else(sam, amara, as_):
    browser = as_(sam)
    choose(as_(amara), REPORT, "yes")
    assert "That did not say which message." in said(choose(browser, REMINDER, "yes"))
    assert "You will get it." in said(choose(browser, REPORT, "yes"))
    choose(browser, REPORT, "yes")
    assert [(wish.member or wish.staff, wish.kind) for wish in MessageWish.objects.order_by("pk")] == [
        (amara, REPORT),
        (sam, REPORT),
    ]
    page = browser.get("/me/").content.decode()
    assert [f'data-wish="{kind}"' in page for kind in (REPORT, REMINDER, SUMMARY)] == [True, False, False]
    assert page.count('data-wanted="yes"') == 1
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
    assert html.lstrip().startswith('<section class="card-paper" id="message-wishes"')
    assert 'data-wish="weekly_summary" data-wanted="yes"' in html
    assert "You will get it." in html


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({}, "You get only what you ask for here."),
        ({"email": ""}, "We have no e-mail address of yours that we may use."),
        ({"email_allowed": False}, "We have no e-mail address of yours that we may use."),
        ({"mail_ready": False}, "This house does not send e-mail yet."),
    ],
)
def test_it_says_when_nothing_can_arrive(amara, settings, change, sentence):
    settings.MAIL_READY = change.pop("mail_ready", True)
    for name, value in change.items():
        setattr(amara, name, value)
    assert sentence in piece(amara)


def test_it_says_what_was_held_back_and_why(amara):
    now = dt.datetime.now(dt.UTC)
    waiting(amara, kind=REMINDER, state="held", reason="day_cap", settled_at=now)
    waiting(amara, "thing 2", kind=SUMMARY, state="held", reason="week_cap", settled_at=now - 15 * 24 * HOUR)
    html = piece(amara)
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
    mail_program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        response = mail_program.post(stop_url(amara, REMINDER), {"List-Unsubscribe": "One-Click"})
        assert (response.status_code, wishes()) == (200, [("Amara", SUMMARY)])
    assert states() == [("thing 1", "dropped", "unwished")]
    notices.send_due(NOON)
    assert mail.outbox == []
    last = AuditRecord.objects.filter(about=amara).order_by("seq").last()
    assert (last.verb, last.by, last.after) == ("set_message_wish", None, {"task_reminder email": False})
    assert AuditRecord.objects.filter(about=amara).count() == 3


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
