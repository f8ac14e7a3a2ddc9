"""How and when a member may be reached: said by themselves, or written down at their word."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from members.models import AuditRecord, Member
from tests import make

pytestmark = pytest.mark.page
CONTACT, TIMES = "/me/messages/contact/", "/me/messages/times/"
NUMBER = "+1 313 555 0101"
ADDRESS = "1 Elm Street\nTown"


@pytest.fixture
def amara(amara):
    amara.phone, amara.email, amara.address = NUMBER, "amara@example.org", ADDRESS
    amara.save()
    return amara


@pytest.fixture
def hers(amara, as_):
    """Taps on one of her pages, one after the other; answers her row."""
    browser = as_(amara)

    def tap(page: str, **posted) -> Member:
        response = browser.post(page, posted)
        assert (response.status_code, response.headers.get("Location")) == (302, page)
        return Member.objects.get(pk=amara.pk)

    return tap


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (CONTACT, "calls_allowed"), (CONTACT, "texts_allowed"), (CONTACT, "email_allowed"), (CONTACT, "post_allowed"),
        (TIMES, "works_by_day"), (TIMES, "summary_when_empty"), (CONTACT, "visits_allowed"),
    ],
)  # fmt: skip
def test_one_tap_changes_it_and_a_second_one_undoes_it(amara, as_, hers, page, name):
    before = getattr(amara, name)
    for _ in range(2):
        now = getattr(Member.objects.get(), name)
        button = re.search(
            rf'name="{name}"\s+value="(\w+)"\s+aria-pressed="(\w+)"', as_(amara).get(page).content.decode()
        )
        assert button[2] == str(now).lower() != button[1]
        assert getattr(hers(page, **{name: button[1]}), name) is not now
    assert getattr(Member.objects.get(), name) is before
    assert [(it.verb, it.about, it.before, it.after) for it in AuditRecord.objects.order_by("seq")] == [
        ("set_contact_wish", amara, {name: before}, {name: not before}),
        ("set_contact_wish", amara, {name: not before}, {name: before}),
    ]


def phone(member: Member) -> tuple[bool, str, str]:
    return member.phone_allowed, member.phone_to_use, member.text_to_use


def test_the_phone_for_nothing_and_back(hers):
    assert phone(hers(CONTACT, phone_allowed="false")) == (False, "", "")
    assert phone(hers(CONTACT, phone_allowed="true")) == (True, NUMBER, NUMBER)


def test_with_the_phone_off_a_tap_on_calls_brings_back_calls_alone(hers):
    hers(CONTACT, phone_allowed="false")
    assert phone(hers(CONTACT, calls_allowed="true")) == (True, NUMBER, "")


def test_calls_and_texts_both_off_is_for_nothing_too(hers):
    hers(CONTACT, calls_allowed="false")
    assert phone(hers(CONTACT, texts_allowed="false")) == (True, "", "")
    assert phone(hers(CONTACT, phone_allowed="true")) == (True, NUMBER, NUMBER)


def test_what_is_chosen_and_typed_is_kept(hers):
    member = hers(CONTACT, voicemail="none")
    member = hers(CONTACT, envelope="house")
    member = hers(CONTACT, save="address", address="2 Oak Street")
    member = hers(TIMES, save="hours", contact_from="10:00", contact_until="18:30")
    member = hers(TIMES, best_time="After tea", works_by_day="true")
    member = hers(TIMES, reminder_time="morning")
    assert (member.voicemail, member.envelope, member.address, member.best_time, member.reminder_time) == (
        "none", "house", "2 Oak Street", "After tea", "morning",
    )  # fmt: skip
    assert (member.contact_from, member.contact_until, member.works_by_day) == (dt.time(10), dt.time(18, 30), True)
    assert (member.name_to_use, member.phone_allowed, member.email_allowed) == ("", True, True)  # nothing else
    assert hers(TIMES, save="hours", contact_from="", contact_until="").contact_from is None


def test_reach_out_as_the_house_does_or_her_own_days_or_not(hers):
    def says(**posted):
        member = hers(TIMES, **posted)
        return member.reach_out_wanted, member.reach_out_after_days

    assert says(reach_out="own", reach_out_after_days="30") == (True, 30)
    assert says(reach_out="none", reach_out_after_days="nonsense") == (False, 30)
    assert says(reach_out="house", reach_out_after_days="30") == (True, None)


def test_peace_for_a_while_and_its_end(hers):
    today = timezone.localdate()
    assert hers(TIMES, save="peace", quiet_until_on=str(today)).quiet_until_on == today
    assert hers(TIMES, peace="over", quiet_until_on=str(today)).quiet_until_on is None


@pytest.mark.parametrize(
    ("page", "posted", "field", "sentence"),
    [
        (TIMES, {"contact_from": "12:00", "contact_until": "11:00"}, "contact_until", "This is before the first one."),
        (
            TIMES,
            {"contact_from": "20:30", "contact_until": "21:30"},
            "contact_until",
            "The house writes nothing from 8 pm to 9 am. Leave some time outside of that.",
        ),
        (TIMES, {"quiet_until_on": "2020-01-01"}, "quiet_until_on", "Choose a day from today on"),
        (TIMES, {"reach_out": "own", "reach_out_after_days": ""}, "reach_out_after_days", "Please fill this in."),
        (TIMES, {"best_time": "x" * 61}, "best_time", "Keep this under 60 letters."),
        (CONTACT, {"address": "x" * 301}, "address", "Keep this under 300 letters."),
        (CONTACT, {"voicemail": "song"}, "voicemail", ""),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_kept_as_typed(amara, as_, page, posted, field, sentence):
    Member.objects.filter(pk=amara.pk).update(best_time="After tea")
    response = as_(amara).post(page, posted)
    html = response.content.decode()
    assert response.status_code == 422
    assert "That is not saved yet." in html
    assert sentence in html
    if field != "voicemail":  # a tap: nothing was typed
        assert f'value="{posted[field]}"' in html or posted[field] in html
    if page == TIMES and "best_time" not in posted:
        assert 'value="After tea"' in html  # what was not posted stands as it was
    assert AuditRecord.objects.count() == 0
    piece = as_(amara).post(page, posted, headers={"HX-Request": "true"})
    assert (piece.status_code, "<html" in piece.content.decode(), sentence in piece.content.decode()) == (
        200,
        False,
        True,
    )


def test_her_own_page_shows_her_own_number_also_when_it_is_off(amara, as_, sam):
    Member.objects.update(phone_allowed=False, email_allowed=False, post_allowed=False)
    mine, theirs = as_(amara).get(CONTACT), as_(sam).get(f"/members/{amara.pk}/messages/contact/")
    shown = [
        [words in page.content.decode() for words in (NUMBER, "amara@example.org", "1 Elm")] for page in (mine, theirs)
    ]
    assert shown == [[True, True, False], [False, False, False]]


# -- At their word -----------------------------------------------------------------------------------------------------


@pytest.fixture
def wim(db):
    """A member without a login."""
    return make.member("Wim Bakker", phone="555 0199", email="wim@example.org")


def test_sam_writes_down_what_wim_says_and_the_record_says_so(wim, sam, as_, settings):
    settings.MAIL_READY = True
    browser, base = as_(sam), f"/members/{wim.pk}/messages/"
    page = browser.get(base).content.decode()
    assert "at the word of <bdi>Wim</bdi> only" in page
    assert browser.post(base, {"kind": "task_reminder", "tap": "email yes"}).headers["Location"] == base
    browser.post(f"{base}contact/", {"phone_allowed": "false"})
    browser.post(f"{base}times/", {"best_time": "After tea"})
    wim.refresh_from_db()
    assert (wim.message_wishes.get().kind, wim.phone_to_use, wim.best_time) == ("task_reminder", "", "After tea")
    assert [(it.verb, it.by, it.about) for it in AuditRecord.objects.order_by("seq")] == [
        ("look_at_member", sam.user, wim), ("set_message_wish", sam.user, wim), ("set_contact_wish", sam.user, wim),
        ("set_contact_wish", sam.user, wim),
    ]  # fmt: skip


def test_amara_reads_what_was_changed_at_her_word(amara, sam, as_, settings):
    settings.MAIL_READY = True
    base = f"/members/{amara.pk}/messages/"
    as_(sam).post(base, {"kind": "task_reminder", "tap": "email yes"})
    as_(sam).post(f"{base}contact/", {"voicemail": "none"})
    as_(amara).post(TIMES, {"reminder_time": "morning"})
    as_(amara).post(TIMES, {"save": "hours", "contact_from": "13:00", "contact_until": ""})
    lines = as_(amara).get("/me/looks/").context["lines"]
    assert [(line.who, line.did) for line in lines] == [
        ("You", "changed how the house may reach you"),
        ("You", "changed how the house may reach you"),
        ("Sam Rivers", "changed how the house may reach you, at your word"),
        ("Sam Rivers", "changed which messages you get, at your word"),
    ]
    assert [line.changes for line in lines] == [
        [("not before", "nothing", "1 pm")],
        [("remind me", "The evening before", "That morning")],
        [("on my voicemail", "Say a first name and a number, nothing else", "Please leave no message")],
        [("A reminder of my tasks and events, by e-mail", "no", "yes")],
    ]


@pytest.mark.parametrize(
    ("page", "posted"),
    [("contact/", {"voicemail": "sung"}), ("times/", {"quiet_until_on": "soon"}), ("", {"tap": "x"})],
)
def test_a_tap_that_was_not_understood_still_showed_the_page(wim, sam, as_, page, posted):
    as_(sam).post(f"/members/{wim.pk}/messages/{page}", posted, headers={"HX-Request": "true"})
    assert [(it.verb, it.by, it.about) for it in AuditRecord.objects.all()] == [("look_at_member", sam.user, wim)]


def test_the_members_page_leads_there(wim, sam, as_):
    assert f'href="/members/{wim.pk}/messages/"' in as_(sam).get(f"/members/{wim.pk}/").content.decode()


def test_staff_have_no_contact_wishes(sam, as_):
    assert [as_(sam).get(page).status_code for page in ("/me/messages/", CONTACT, TIMES)] == [200, 404, 404]


@pytest.mark.parametrize("page", ["/me/messages/", CONTACT, TIMES])
def test_each_page_stays_short_and_cheap(amara, as_, page, settings, django_assert_num_queries):
    settings.MAIL_READY = settings.TEXTS_READY = True
    browser = as_(amara)
    browser.get("/me/")
    with django_assert_num_queries(4 if page == "/me/messages/" else 3):  # session, person, house, and the wishes
        html = browser.get(page).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    assert main.count("<a ") <= 7
    assert len(re.sub(r"<[^>]*>", " ", main).split()) <= 150
