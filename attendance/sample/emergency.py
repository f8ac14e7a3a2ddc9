"""Whom to call for two of three members of the invented house."""

import datetime as dt

from attendance.sample.people import Invented
from members.models import EmergencyContact

WHOM = [
    ("Alma", "my sister"),
    ("Bernard", "my brother"),
    ("Mrs. Castellanos", "lives next door"),
    ("Dee", "my best friend"),
    ("Pastor Ellery", ""),
    ("Femi", "my son"),
    ("Gudrun", "my mother"),
]


def whom_to_call(people: list[Invented], at: dt.datetime) -> list[EmergencyContact]:
    """Unsaved. The newest member, who comes last, has not been asked yet; some name two people."""
    found = []
    for place, person in enumerate(people[:-1]):
        for n in range((1, 1, 0, 2, 1, 0)[place % 6]):
            name, relation = WHOM[(place + 3 * n) % len(WHOM)]
            phone = f"+1 313 555 01{(place * 7 + n) % 100:02}"
            found.append(EmergencyContact(member=person.member, name=name, relation=relation, phone=phone, at=at))
    return found
