"""A spreadsheet brings contacts; what a member said about them stands."""

import pytest
from django.utils import timezone

from attendance.actions.import_house import import_house
from members.models import Member
from tests.attendance.spreadsheets import AMARA, sheets

pytestmark = pytest.mark.django_db


def bring(row: str = AMARA) -> Member:
    import_house(files=sheets(members=[row]), by=None)
    return Member.objects.get()


def test_a_new_number_does_not_switch_the_phone_on():
    bring()
    Member.objects.update(phone_allowed=False, email_allowed=False)
    member = bring(AMARA.replace("555 0100", "555 0123"))
    assert (member.phone, member.phone_to_use, member.text_to_use, member.email_to_use) == ("555 0123", "", "", "")


def test_an_address_that_did_not_work_is_tried_again_when_it_is_another_one():
    bring()
    Member.objects.update(email_refused_at=timezone.now())
    assert bring(AMARA.replace("555 0100", "555 0123")).email_to_use == ""
    assert bring(AMARA.replace("amara@", "okafor@")).email_to_use == "okafor@example.org"
