"""The pages of being forgotten: what they say, and that the house asks once more who says yes."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance import actions
from attendance.models import ReachOut
from members.models import Erasure, Member
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.page]


def test_who_says_yes_signs_in_once_more(amara, dana, sam, as_):
    desk, other = as_(dana), as_(sam)
    url = reverse("attendance:forget_member", args=[amara.pk])
    assert desk.get(url).status_code == 200
    asked = desk.post(url, {"kind": "erase"})
    assert "/accounts/" in asked["Location"]
    assert not Erasure.objects.exists()
    make.just_signed_in(desk, dana).post(url, {"kind": "erase"})
    second = reverse("attendance:confirm_forgetting", args=[Erasure.objects.get().pk])
    assert "/accounts/" in other.post(second)["Location"]
    assert Member.objects.get(pk=amara.pk).erased_at is None
    make.just_signed_in(other, sam).post(second)
    assert Member.objects.get(pk=amara.pk).erased_at is not None


def test_a_colleague_sees_what_goes_and_where_others_wrote_the_name(amara, noor, dana, as_):
    ReachOut.objects.create(
        member=noor, at=timezone.now(), channel="phone", replied=True, topic="With Amara Okafor", note="Amara drew it"
    )
    actions.ask_to_be_forgotten(member=amara, kind="erase", by=amara.user)
    page = as_(dana).get(reverse("attendance:forget_member", args=[amara.pk])).content.decode()
    assert "They asked for it themselves" in page
    assert "With Amara Okafor" in page
    assert "Amara drew it" in page
    assert page.index("With Amara Okafor") < page.index("These say a part of the name") < page.index("Amara drew it")


def test_the_certificate_names_two_colleagues_and_nobody_else(amara, dana, sam, as_):
    erasure = actions.forget_member(member=amara, kind="anonymise", by=dana.user)
    actions.confirm_forgetting(erasure=erasure, by=sam.user)
    page = as_(dana).get(reverse("attendance:certificate", args=[erasure.pk])).content.decode()
    assert ("Amara" in page, "Okafor" in page) == (False, False)
    assert erasure.certificate in page
    assert "Sam" in page
    assert "in a minute or two" in page


def test_a_member_reads_until_when_old_backups_hold_them(amara, as_, settings):
    settings.BACKUPS_KEPT_FOR = dt.timedelta(days=0)
    page = as_(amara).get(reverse("attendance:ask_to_be_forgotten")).content.decode()
    assert "Old backups hold you until" in page


def test_lists_do_not_grow(amara, noor, rosa, dana, as_, django_assert_num_queries):
    for member in (amara, noor, rosa):
        actions.ask_to_be_forgotten(member=member, kind="erase", by=member.user)
    browser = as_(dana)
    browser.get(reverse("attendance:forgetting"))
    with django_assert_num_queries(4):
        browser.get(reverse("attendance:forgetting"))
    Erasure.objects.filter(member__in=[noor, rosa]).delete()
    with django_assert_num_queries(4):
        browser.get(reverse("attendance:forgetting"))
