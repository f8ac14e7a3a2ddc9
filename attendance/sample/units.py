"""The four units of the sample house, and what each says about itself."""

import datetime as dt

from activities.models import Unit

# Name | picture | morning meeting | afternoon meeting | what we do
UNITS = """
Kitchen|kitchen|09:00|13:00|We cook lunch for fifty. Come and chop, stir, bake or set tables. You can learn it here.
Clerical|desk|09:15|13:15|We run the desk. We greet people, answer the phone and write the newsletter.
Hospitality|broom|09:00|13:00|We make the house a good place to be. We care for rooms, laundry, plants and the van.
Employment & Education|briefcase|09:30|13:30|We help each other to jobs and classes. Bring a letter, a form or an idea.
"""
NAMES = [line.split("|")[0] for line in UNITS.strip().splitlines()]


def make_units() -> list[Unit]:
    return [_unit(line, colour) for colour, line in enumerate(UNITS.strip().splitlines(), start=1)]


def _unit(line: str, colour: int) -> Unit:
    name, icon, morning, afternoon, description = line.split("|")
    return Unit.objects.create(
        name=name,
        colour=colour,
        icon=icon,
        description=description,
        morning_meeting_at=dt.time.fromisoformat(morning),
        afternoon_meeting_at=dt.time.fromisoformat(afternoon),
    )
