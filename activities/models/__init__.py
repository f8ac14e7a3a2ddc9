"""What there is to do, and who said they would; and the calendar of the house."""

from activities.models.calendar import OpenDay, OpeningHours, OpeningWeek
from activities.models.events import Event, EventQuerySet, EventSignUp, EventWaiting, RepeatingEvent, Ride, RideWish
from activities.models.library import CanShow, GuideStep, LibraryTask, LibraryTaskQuerySet, Picture
from activities.models.own import CalendarFeed, SavedLunch
from activities.models.places import Offer, TakenPlace, WaitingPlace
from activities.models.repeats import Repeating, monthly, weekly
from activities.models.tasks import (
    PART_BEGINS_AT,
    Part,
    PlaceRole,
    RepeatingTask,
    SignUp,
    TaskDetails,
    Thanks,
    UnitTask,
    UnitTaskQuerySet,
    Waiting,
)
from activities.models.units import Unit

__all__ = [
    "PART_BEGINS_AT",
    "CalendarFeed",
    "CanShow",
    "Event",
    "EventQuerySet",
    "EventSignUp",
    "EventWaiting",
    "GuideStep",
    "LibraryTask",
    "LibraryTaskQuerySet",
    "Offer",
    "OpenDay",
    "OpeningHours",
    "OpeningWeek",
    "Part",
    "Picture",
    "PlaceRole",
    "Repeating",
    "RepeatingEvent",
    "RepeatingTask",
    "Ride",
    "RideWish",
    "SavedLunch",
    "SignUp",
    "TakenPlace",
    "TaskDetails",
    "Thanks",
    "Unit",
    "UnitTask",
    "UnitTaskQuerySet",
    "Waiting",
    "WaitingPlace",
    "monthly",
    "weekly",
]
