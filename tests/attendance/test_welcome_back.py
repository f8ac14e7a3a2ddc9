"""What is said to somebody who was long away, withdrew, or comes for the first time: a welcome, and nothing else."""

import datetime as dt
import uuid

import pytest
import time_machine

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TUESDAY = dt.date(2026, 10, 6)
HERE = "Saved. Pilar is here since 10 am."


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def arrives(client, member) -> str:
    client.post(
        f"/arrivals/{TUESDAY}/log/", {"key": str(uuid.uuid4()), "member_no": member.member_no, "action": "arrive"}
    )
    return " ".join(str(message) for message in client.get("/arrivals/").context["messages"])


@pytest.mark.parametrize(
    ("days_ago", "withdrawn_days_ago", "welcome"),
    [
        (None, None, " Welcome!"),
        (None, 20, " Welcome!"),
        (89, None, ""),
        (90, None, " Welcome back!"),
        (3000, None, " Welcome back!"),
        (30, 20, " Welcome back!"),  # withdrew at their own wish, and is here again
        (10, 20, ""),  # and was welcomed already
        (0, None, ""),
    ],
)
def test_the_welcome(days_ago, withdrawn_days_ago, welcome, sam, as_):
    make.house(returned_after_days=90)
    withdrawn_on = withdrawn_days_ago and TUESDAY - dt.timedelta(days=withdrawn_days_ago)
    pilar = make.member("Pilar Vega", withdrawn_on=withdrawn_on)
    if days_ago is not None:
        make.visit(pilar, TUESDAY - dt.timedelta(days=days_ago), "08:00", "09:00")
    client = as_(sam)
    assert arrives(client, pilar) == HERE + welcome
    assert arrives(client, pilar) == HERE  # said once
