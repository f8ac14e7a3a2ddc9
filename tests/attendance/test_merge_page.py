"""The page on which two entries become one: find, look at both, choose, and undo."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from attendance.models import CorrectionRequest, Visit
from members.models import AuditRecord, Member, MemberMerge
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]


@pytest.fixture
def again(amara):
    """Amara was written down a second time by somebody who did not know her."""
    return make.member("Amara Okafr", member_no="AGAIN", enrolled_on=dt.date(2026, 10, 5))


def words(response) -> str:
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", main.group()))


def said(response) -> list[tuple]:
    if response.status_code == 302:
        response = response.client.get(response.url)
    return [(str(message), message.extra_tags) for message in response.context["messages"]]


def join(client, kept, merged):
    return client.post(f"/members/{kept.pk}/merge/", {"other": merged.pk, "keep": kept.pk})


def test_it_proposes_who_looks_alike_and_finds_anybody_by_name(amara, noor, again, sam, as_):
    page = as_(sam).get(f"/members/{amara.pk}/merge/")
    assert re.findall(r'href="\?other=(\d+)"', page.content.decode()) == [str(again.pk)]
    page = as_(sam).post(f"/members/{amara.pk}/merge/", {"q": "haddad"})
    assert re.findall(r'href="\?other=(\d+)"', page.content.decode()) == [str(noor.pk)]
    assert "Nobody else by that name." in words(as_(sam).post(f"/members/{amara.pk}/merge/", {"q": "amara okafor"}))
    assert AuditRecord.objects.count() == 0


@pytest.mark.parametrize("people", [1, 3])
def test_looking_for_the_other_costs_the_same_for_one_and_for_three(people, sam, as_, django_assert_num_queries):
    amara, client = make.member("Amara Okafor"), as_(sam)
    for _number in range(people):
        make.member("Amara Okafr")
    client.get("/")
    with django_assert_num_queries(7):  # session, user, house; the member, the roll's names, who is alike, and they
        page = client.get(f"/members/{amara.pk}/merge/")
    assert page.content.decode().count("?other=") == people


def test_both_stand_side_by_side_and_each_look_is_written_down(amara, again, sam, as_):
    make.visit(again, dt.date(2026, 10, 5))
    page = as_(sam).get(f"/members/{amara.pk}/merge/", {"other": again.pk})
    assert "Amara Okafor Member number" in words(page)
    assert "Enrolled 5 October 2026 Last seen 5 October 2026 Visits 1 Sign-in no" in words(page)
    assert "Enrolled 1 January 2020 Last seen never Visits 0 Sign-in yes" in words(page)
    assert re.findall(r'name="keep" value="(\d+)" checked', page.content.decode()) == [str(amara.pk)]
    assert sorted(AuditRecord.objects.values_list("verb", "about__last_name")) == [
        ("look_at_member", "Okafor"), ("look_at_member", "Okafr"),
    ]  # fmt: skip


def test_the_one_enrolled_first_is_proposed_when_nobody_signs_in(again, sam, as_):
    old = make.member("Amara O.", enrolled_on=dt.date(2015, 1, 1))
    page = as_(sam).get(f"/members/{again.pk}/merge/", {"other": old.pk}).content.decode()
    assert re.findall(r'name="keep" value="(\d+)" checked', page) == [str(old.pk)]


def test_one_post_joins_them_and_the_undo_is_at_hand(amara, again, sam, as_):
    make.visit(again, dt.date(2026, 10, 5))
    client = as_(sam)
    answer = join(client, amara, again)
    merge = MemberMerge.objects.get()
    undo = f"/members/merges/{merge.pk}/undo/"
    assert answer.url == f"/members/{amara.pk}/"
    assert said(answer) == [("Saved. It is one entry now: Amara Okafor.", undo)]
    page = client.get(f"/members/{amara.pk}/")
    assert "Amara Okafr (AGAIN) turned out to be the same person." in words(page)
    assert f'action="{undo}"' in page.content.decode()
    assert Visit.objects.get().member == amara
    assert said(client.post(undo)) == [("Undone. They are two people again.", "")]
    assert Visit.objects.get().member == again
    assert undo not in client.get(f"/members/{amara.pk}/").content.decode()


def test_the_other_way_round_too(again, sam, as_):
    other = make.member("Amara O.")
    as_(sam).post(f"/members/{again.pk}/merge/", {"other": other.pk, "keep": other.pk})
    assert Member.objects.get(pk=again.pk).merged_into == other


def test_only_the_latest_can_be_undone(amara, again, sam, as_):
    client = as_(sam)
    join(client, amara, again)
    said(join(client, amara, make.member("A. Okafor")))
    first, second = MemberMerge.objects.order_by("pk")
    page = client.get(f"/members/{amara.pk}/").content.decode()
    assert [f"/members/merges/{merge.pk}/undo/" in page for merge in (first, second)] == [False, True]
    sentence = "Something was joined with this entry later. Take that back first."
    assert said(client.post(f"/members/merges/{first.pk}/undo/")) == [(sentence, "")]


def test_what_is_refused_is_said_and_both_are_shown_again(amara, noor, again, sam, as_):
    answer = as_(sam).post(f"/members/{again.pk}/merge/", {"other": amara.pk, "keep": again.pk})
    assert (answer.status_code, said(answer)) == (422, [("Amara has a sign-in there. Keep that entry.", "")])
    answer = as_(sam).post(f"/members/{amara.pk}/merge/", {"other": again.pk})
    assert (answer.status_code, said(answer)) == (422, [("Choose which entry stays.", "")])
    page = as_(sam).get(f"/members/{amara.pk}/merge/", {"other": noor.pk})
    assert "Both have a sign-in." in words(page) and "Make it one entry" not in words(page)
    assert MemberMerge.objects.count() == 0


@pytest.mark.parametrize("other", ["x", "0", "9" * 30, "²"])
def test_nobody_else_is_no_choice(other, amara, sam, as_):
    assert "Find the other entry" in words(as_(sam).get(f"/members/{amara.pk}/merge/", {"other": other}))
    assert "Find the other entry" in words(as_(sam).post(f"/members/{amara.pk}/merge/", {"other": amara.pk}))


def test_the_undo_says_which_place_is_gone(amara, again, noor, sam, as_):
    lunch = make.task("Lunch for 50", places=1)
    for member in (amara, again):
        lunch.sign_ups.create(member=member, at=timezone.now(), by=sam.user)
    client = as_(sam)
    said(join(client, amara, again))
    assert said(client.post(f"/members/merges/{MemberMerge.objects.get().pk}/undo/")) == [
        ("Undone. They are two people again.", ""),
        ("Every place is taken by now, so Amara is not on “Lunch for 50”.", ""),
    ]


def test_the_merged_entry_appears_nowhere_else(amara, again, rosa, dana, as_):
    """Wherever people are listed or found: the canary is the family name that only the merged entry has."""
    again.last_name, canary = "Canary", "Canary"
    again.save()
    today = timezone.localdate()
    make.visit(again, today - dt.timedelta(days=1))
    make.visit(again, today, "00:00", None)
    unit, task = make.unit("Kitchen"), make.task("Lunch")
    unit.members.add(again)
    task.sign_ups.create(member=again, at=timezone.now(), by=dana.user)
    CorrectionRequest.objects.create(member=again, day=today, words="Noon", asked_at=timezone.now())
    client = as_(dana)
    said(join(client, amara, again))
    pages = [
        "/members/", "/members/?show=everyone", "/arrivals/", f"/arrivals/{today}/several/",
        f"/arrivals/{today}/closing/", f"/arrivals/{today}/everyone-out/", f"/arrivals/{today}/sheet/",
        f"/arrivals/{today - dt.timedelta(days=1)}/",
        "/arrivals/corrections/", "/tasks/", f"/house/units/{unit.pk}/", "/reports/",
    ]  # fmt: skip
    shown = {url: client.get(url) for url in pages}
    assert {url: page.status_code for url, page in shown.items()} == dict.fromkeys(pages, 200)
    assert [url for url, page in shown.items() if canary in page.content.decode()] == []
    assert "Amara O." in shown["/arrivals/"].content.decode()  # and the person is here
    for url, q in [("/members/", "canary"), ("/arrivals/", "canary"), (f"/arrivals/{today}/several/", "canary")]:
        assert f">{canary}" not in client.post(url, {"q": q}).content.decode()
    assert client.get(f"/members/{again.pk}/").url == f"/members/{amara.pk}/"
    for url in (f"/members/{again.pk}/edit/", f"/members/{again.pk}/login/", f"/members/{again.pk}/visits/"):
        assert client.get(url).status_code == 404
    assert client.get(f"/members/{again.pk}/merge/").status_code == 404


def test_who_may_not(amara, again, rosa, as_):
    assert join(as_(rosa), amara, again).status_code == 403
    assert as_(rosa).get(f"/members/{amara.pk}/merge/").status_code == 403
    assert MemberMerge.objects.count() == 0
