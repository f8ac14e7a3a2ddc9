"""A program for tests/test_crash.py: makes people in the house that will be crashed, and looks at it afterwards.

crash_house.py make GROUPS SIZE    members in groups, and Sam signed in; prints them and the cookie
crash_house.py look                prints every mark, visit and audit record, and what is wrong with the chain
"""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "clubhouse.settings"

import django

django.setup()

from django.test import Client  # noqa: E402

from attendance.models import Mark, Visit  # noqa: E402
from members import audit  # noqa: E402
from members.models import AuditRecord  # noqa: E402
from tests import make  # noqa: E402


def people(groups: int, size: int) -> dict:
    make.house(name="Elm House")
    sam = make.staff("Sam Rivers")
    client = Client(SERVER_NAME="localhost")
    client.force_login(make.account(sam, username="sam"), backend="members.sign_in.Backend")
    names = [[f"P{group}N{number}" for number in range(size)] for group in range(groups)]
    members = [[make.member(name, member_no=name) for name in group] for group in names]
    numbers = [[(member.pk, member.member_no) for member in group] for group in members]
    return {"session": client.cookies["sessionid"].value, "groups": numbers}


def look() -> dict:
    marks = Mark.objects.values_list("key", "action", "member", "visit")
    return {
        "marks": [(str(key), action, member, visit) for key, action, member, visit in marks],
        "visits": list(Visit.objects.values_list("pk", "member", "ending")),
        "audit": list(AuditRecord.objects.values_list("verb", "subject", "about")),
        "broken": list(audit.broken_records()),
    }


if __name__ == "__main__":
    found = people(int(sys.argv[2]), int(sys.argv[3])) if sys.argv[1] == "make" else look()
    print(json.dumps(found))
