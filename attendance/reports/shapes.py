"""What a report holds: frozen, knows no HTTP and no database. Page and files are skins over it."""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal

from clubhouse.converters import Month
from clubhouse.spans import Span


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
    """Averages have two decimals, rounded half up; they are None for a time without open days."""

    open_wod_days: int
    member_days: int
    ada_wod: Decimal | None
    distinct_members: int
    minutes: int
    hours: Decimal
    minutes_per_visit: Decimal | None  # None where no visit has a time out that was written down
    median: Decimal | None
    min: int | None
    max: int | None
    missing_sign_outs: int
    estimated_sign_outs: int
    estimated_minutes: int
    by_day: dict[str, int]  # "2026-10-01" -> members here, for each open day
    by_weekday: dict[str, Decimal]  # "Monday" -> average
    by_hour: dict[str, Decimal]  # "08" -> members here in that hour, average; hours in which nobody was are left out
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
class Cohort:
    """Members who enrolled in one quarter of the calendar, and the percent of them seen again later.

    None until that time is over for all of them, where it began before the book did, and in a cohort under five.
    """

    first: dt.date
    last: dt.date
    joined: int
    seen_31_90: Decimal | None
    seen_91_180: Decimal | None
    seen_181_365: Decimal | None


@dataclass(frozen=True)
class Membership:
    roll: int
    active_30: int
    active_90: int
    active_365: int
    new: int
    returned: int
    returned_after_days: int
    tours: int
    enquiries: int | None  # None: nobody counted
    retention: tuple[Cohort, ...]  # the eight quarters that were over by `until`, the oldest first


@dataclass(frozen=True)
class ReachOuts:
    attempts: int
    replies: int
    distinct_members: int
    by_channel: dict[str, int]
    back_within_14_days: int


@dataclass(frozen=True)
class Stretch:
    """Attendance of another time, to be read beside the report's own."""

    first: dt.date
    until: dt.date
    open_wod_days: int
    member_days: int
    ada_wod: Decimal | None
    distinct_members: int


@dataclass(frozen=True)
class Comparisons:
    """None where the whole time lies before the first month of the book, or is not over by a day."""

    last_month: Stretch | None
    same_month_last_year: Stretch | None
    rolling_12: Stretch | None
    year_to_date: Stretch | None
    fiscal_july: Stretch | None
    fiscal_october: Stretch | None


@dataclass(frozen=True)
class TrendMonth:
    month: str  # "2025-10"
    open_wod_days: int
    member_days: int
    ada_wod: Decimal | None
    running: bool


@dataclass(frozen=True)
class Tasks:
    posted: int
    taken: int
    done: int
    done_together: int
    carried_over: int


@dataclass(frozen=True)
class Meetings:
    unit_meetings: int
    house_decisions: int


@dataclass(frozen=True)
class Programme:
    events: int
    attendances: int
    distinct_members: int
    evenings: int
    weekend_days: int
    holidays: int


@dataclass(frozen=True)
class Staffing:
    days_counted: int
    mean_on_duty: Decimal | None
    ada_per_staff: Decimal | None


@dataclass(frozen=True)
class Report:
    """`until` is the last day counted: `last`, or yesterday while the time is `running`.

    `data_as_of` is the latest change behind the figures (None in an empty house): the same data give the same bytes.
    """

    house: str
    month: str | None  # "2026-10"; None for a time that is no month
    definition_version: str
    data_as_of: dt.datetime | None
    first: dt.date
    until: dt.date
    last: dt.date
    running: bool
    attendance: Attendance
    units_15: Units15
    membership: Membership
    reach_out: ReachOuts
    comparisons: Comparisons
    trend: tuple[TrendMonth, ...]  # 13 months that end with the last one, the oldest first; fewer in a young book
    tasks: Tasks
    meetings: Meetings
    programme: Programme
    staff: Staffing

    @property
    def span(self) -> Span:
        """What the report is about."""
        return Span(self.first, self.last)

    @property
    def begun(self) -> bool:
        """Whether at least one of its days is over."""
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
