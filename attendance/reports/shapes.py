"""What a monthly report holds: frozen, knows no HTTP and no database. Page, CSV and JSON are skins over it."""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal

from clubhouse.converters import Month


@dataclass(frozen=True)
class UnitDays:
    member_days: int
    ada: Decimal


@dataclass(frozen=True)
class Apart:
    """Attendance that is counted beside the work-ordered day, never in it."""

    days: int
    member_days: int
    distinct_members: int


@dataclass(frozen=True)
class Attendance:
    """Averages have two decimals, rounded half up; they are None for a month without open days."""

    open_wod_days: int
    member_days: int
    ada_wod: Decimal | None
    distinct_members: int
    minutes: int
    median: Decimal | None
    min: int | None
    max: int | None
    missing_sign_outs: int
    estimated_sign_outs: int
    estimated_minutes: int
    by_day: dict[str, int]  # "2026-10-01" -> members here, for each open day
    by_weekday: dict[str, Decimal]  # "Monday" -> average
    by_unit: dict[str, UnitDays]
    social: Apart
    virtual: Apart
    offsite: Apart
    distinct_served: int
    guests: int
    guests_by_kind: dict[str, int]
    visits_on_closed_days: int
    closed_days_with_visits: dict[str, int]  # "2026-10-04" -> visits


@dataclass(frozen=True)
class Units15:
    floor_per_day: int
    eight_minute_per_day: int
    up_to_per_day: int
    floor_per_visit: int
    house_rule: str  # "floor_per_day": the rule the house's funder uses, from its settings
    house_units: int


@dataclass(frozen=True)
class Membership:
    roll: int
    active_30: int
    active_90: int
    active_365: int
    new: int
    returned: int
    returned_after_days: int


@dataclass(frozen=True)
class ReachOuts:
    attempts: int
    replies: int
    distinct_members: int
    by_channel: dict[str, int]
    back_within_14_days: int


@dataclass(frozen=True)
class MonthlyReport:
    """`until` is the last day counted: the month's last, or yesterday while the month is `running`.

    `data_as_of` is the latest change behind the figures (None in an empty house): the same data give the same bytes.
    """

    house: str
    month: str
    definition_version: str
    data_as_of: dt.datetime | None
    first: dt.date
    until: dt.date
    running: bool
    attendance: Attendance
    units_15: Units15
    membership: Membership
    reach_out: ReachOuts

    @property
    def begun(self) -> bool:
        """Whether at least one day of the month is over."""
        return self.until >= self.first

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Headline:
    """One month in the list of reports. `ada_wod` is None without open days."""

    month: Month
    open_wod_days: int
    member_days: int
    ada_wod: Decimal | None
    running: bool
