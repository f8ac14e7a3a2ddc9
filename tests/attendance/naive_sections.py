"""The rest of the naive report: who, compared with when, and what else the house did."""

import datetime as dt
from calendar import monthrange
from zoneinfo import ZoneInfo

from tests.attendance.naive_report import (
    DAY,
    SERVED,
    HouseOnPaper,
    apart,
    attendance,
    average,
    days_between,
    here_on,
    hours_of_day,
    is_open,
    units_15,
)


def naive(house: HouseOnPaper, first: dt.date, last: dt.date, today: dt.date) -> dict:
    """All of the report but the house's name, the version, and when its data last changed."""
    yesterday = today - DAY
    until = min(last, yesterday)
    days = days_between(first, until)
    house_then = today_is(house, yesterday)
    whole_month = first.day == 1 and last == month_end(first)
    return {
        "month": f"{first:%Y-%m}" if whole_month else None,
        "first": first,
        "until": until,
        "last": last,
        "running": until < last,
        "attendance": attendance(house_then, days),
        "units_15": units_15(house_then, days),
        "membership": membership(house_then, days, until),
        "reach_out": reach_out(house_then, days),
        "comparisons": comparisons(house_then, first, last, until, yesterday),
        "trend": trend(house_then, first, until, yesterday),
        "tasks": tasks(house, days),
        "meetings": meetings(house, days),
        "programme": programme(house_then, days),
        "staff": staff(house, days),
    }


def today_is(house: HouseOnPaper, yesterday: dt.date) -> HouseOnPaper:
    """What is in the book by the end of yesterday. The book's first month is that of the first visit ever."""
    book = months_back(min((stay.day for stay in house.stays), default=dt.date.max), 0)
    stays = [stay for stay in house.stays if stay.day <= yesterday]
    return HouseOnPaper(**vars(house) | {"stays": stays, "book": book})


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_back(day: dt.date, number: int) -> dt.date:
    """The first of the month so many months before."""
    day = day.replace(day=1)
    for _ in range(number):
        day = (day - DAY).replace(day=1)
    return day


def a_year_back(day: dt.date) -> dt.date:
    return (
        dt.date(day.year - 1, 2, 28) if (day.month, day.day) == (2, 29) else dt.date(day.year - 1, day.month, day.day)
    )


def membership(house: HouseOnPaper, days: list[dt.date], until: dt.date) -> dict:
    served = [stay for stay in house.stays if stay.kind in SERVED and stay.day <= until]
    new = {n for n, person in enumerate(house.members) if person.enrolled_on in days}
    returned = 0
    for member in {stay.member for stay in served if stay.day in days} - new:
        came = min(stay.day for stay in served if stay.member == member and stay.day in days)
        before = [stay.day for stay in served if stay.member == member and stay.day < came]
        returned += bool(before) and (came - max(before)).days >= house.returned_after
    asked = [count for day, kind, count in house.counts if kind == "enquiry" and day in days]
    return {
        "roll": sum(
            person.enrolled_on <= until and (person.off_on is None or person.off_on > until) for person in house.members
        ),
        **{f"active_{n}": len({stay.member for stay in served if (until - stay.day).days < n}) for n in (30, 90, 365)},
        "new": len(new),
        "returned": returned,
        "returned_after_days": house.returned_after,
        "tours": sum(count for day, kind, count in house.guests if kind == "tour" and day in days),
        "enquiries": sum(asked) if asked else None,
        "retention": retention(house, served, until),
    }


def retention(house: HouseOnPaper, served: list, until: dt.date) -> tuple:
    quarters, first = [], dt.date(until.year - 3, 1, 1)
    while month_end(months_after(first, 2)) <= until:
        quarters.append((first, month_end(months_after(first, 2))))
        first = months_after(first, 3)
    found = []
    for first, last in quarters[-8:]:
        joined = {
            n: person.enrolled_on for n, person in enumerate(house.members) if first <= person.enrolled_on <= last
        }
        percents = {}
        for begin, end in ((31, 90), (91, 180), (181, 365)):
            seen = {
                stay.member
                for stay in served
                if stay.member in joined and begin <= (stay.day - joined[stay.member]).days <= end
            }
            is_told = len(joined) >= 5 and last + end * DAY <= until and first + begin * DAY >= house.book
            percents[f"seen_{begin}_{end}"] = average(100 * len(seen), len(joined)) if is_told else None
        found.append({"first": first, "last": last, "joined": len(joined), **percents})
    return tuple(found)


def months_after(day: dt.date, number: int) -> dt.date:
    for _ in range(number):
        day = month_end(day) + DAY
    return day


def reach_out(house: HouseOnPaper, days: list[dt.date]) -> dict:
    zone = ZoneInfo(house.zone)
    tried = [one for one in house.reach_outs if one[1].astimezone(zone).date() in days]
    back = {
        member
        for member, at, _, _ in tried
        for stay in house.stays
        if stay.member == member and stay.kind in SERVED and 1 <= (stay.day - at.astimezone(zone).date()).days <= 14
    }
    channels: dict[str, int] = {}
    for _, _, channel, _ in tried:
        channels[channel] = channels.get(channel, 0) + 1
    return {
        "attempts": len(tried),
        "replies": len([one for one in tried if one[3]]),
        "distinct_members": len({one[0] for one in tried}),
        "by_channel": channels,
        "back_within_14_days": len(back),
    }


def stretch(house: HouseOnPaper, first: dt.date, last: dt.date, yesterday: dt.date) -> dict | None:
    first, last = max(first, house.book), min(last, yesterday)
    open_days = [day for day in days_between(first, last) if is_open(house, day)]
    here = [here_on(house, day) for day in open_days]
    return None if first > last else {
        "first": first,
        "until": last,
        "open_wod_days": len(open_days),
        "member_days": sum(map(len, here)),
        "ada_wod": average(sum(map(len, here)), len(open_days)),
        "distinct_members": len(set().union(*here)),
    }  # fmt: skip


def comparisons(house: HouseOnPaper, first: dt.date, last: dt.date, until: dt.date, yesterday: dt.date) -> dict:
    now = max(first, until)
    if first.day == 1 and last == month_end(last):
        months = (last.year - first.year) * 12 + last.month - first.month + 1
        before = (months_back(first, months), first - DAY)
        a_year_ago = (months_back(first, 12), month_end(months_back(last, 12)))
        twelve = months_back(now, 11)
    else:
        before = (first - len(days_between(first, last)) * DAY, first - DAY)
        a_year_ago = (a_year_back(first), a_year_back(last))
        twelve = a_year_back(now) + DAY

    def since(month: int) -> dt.date:
        """The last first day of `month`."""
        return next(day for n in range(12) if (day := months_back(now, n)).month == month)

    asked = {
        "last_month": before,
        "same_month_last_year": a_year_ago,
        "rolling_12": (twelve, now),
        "year_to_date": (since(1), now),
        "fiscal_july": (since(7), now),
        "fiscal_october": (since(10), now),
    }
    return {name: stretch(house, *days, yesterday) for name, days in asked.items()}


def trend(house: HouseOnPaper, first: dt.date, until: dt.date, yesterday: dt.date) -> tuple:
    found = []
    for number in range(12, -1, -1):
        month = months_back(max(first, until), number)
        if number and month < house.book:
            continue
        days = [day for day in days_between(month, min(month_end(month), yesterday)) if is_open(house, day)]
        count = sum(len(here_on(house, day)) for day in days)
        found.append({
            "month": f"{month:%Y-%m}",
            "open_wod_days": len(days),
            "member_days": count,
            "ada_wod": average(count, len(days)),
            "running": month_end(month) > yesterday,
        })  # fmt: skip
    return tuple(found)


def tasks(house: HouseOnPaper, days: list[dt.date]) -> dict:
    stand = [(n, task) for n, task in enumerate(house.tasks) if task.day in days and not task.is_called_off]
    went_on = {task.rest_of for task in house.tasks if not task.is_called_off}
    return {
        "posted": len(stand),
        "taken": len([task for _, task in stand if task.names]),
        "done": len([task for _, task in stand if task.is_done]),
        "done_together": len([task for _, task in stand if task.is_done and len(task.names) > 1]),
        "carried_over": len([n for n, _ in stand if n in went_on]),
    }


def meetings(house: HouseOnPaper, days: list[dt.date]) -> dict:
    held = 0
    for day in days:
        hours = hours_of_day(house, day)
        if hours is None:
            continue
        opens, closes = hours
        for _, times in house.units:
            held += len([time for time in times if (not opens or opens <= time) and (not closes or time < closes)])
    return {
        "unit_meetings": held,
        "house_decisions": len([day for day, taken_back in house.decisions if day in days and not taken_back]),
    }


def programme(house: HouseOnPaper, days: list[dt.date]) -> dict:
    events = [(day, at_house) for day, at_house, called_off in house.events if day in days and not called_off]
    on = {day for day, at_house in events if at_house}
    on |= {stay.day for stay in house.stays if stay.kind == "social" and stay.day in days}
    weekdays = {day for day in on if day.weekday() < 5}
    holidays = {day for day in weekdays if day in house.exceptions and not house.exceptions[day][0]}
    social = apart(house, "social", days)
    return {
        "events": len(events),
        "attendances": social["member_days"],
        "distinct_members": social["distinct_members"],
        "evenings": len(weekdays - holidays),
        "weekend_days": len(on - weekdays),
        "holidays": len(holidays),
    }


def staff(house: HouseOnPaper, days: list[dt.date]) -> dict:
    on_duty = {day: n for day, kind, n in house.counts if kind == "staff" and day in days and is_open(house, day)}
    people = sum(on_duty.values())
    return {
        "days_counted": len(on_duty),
        "mean_on_duty": average(people, len(on_duty)),
        "ada_per_staff": average(sum(len(here_on(house, day)) for day in on_duty), people),
    }
