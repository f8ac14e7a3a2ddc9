"""Reach-out in the sample house: what each member wishes, whom somebody was in touch with, and who is on it today."""

import datetime as dt
import random

from attendance.models import ReachOut, ReachOutClaim, TimeAway
from attendance.sample.people import DAY, Invented
from members.models import Channel, House, Member, Message, MessageWish, Note, User

Outcome = ReachOut.Outcome
Way = ReachOut.Channel

STREETS = ("Maple Street", "Harbour Road", "Mill Lane", "Garden Street", "Station Road")
BEST_TIMES = ("after 4 pm", "in the morning", "not on Fridays", "at weekends", "Tuesdays after lunch")
TOPICS = (
    "the garden", "the cat Miso", "soup recipes", "the lake", "football", "a birthday", "old films", "knitting",
    "the new bus line", "tomatoes on the balcony",
)  # fmt: skip
# Nobody is in touch with these but as `ONES` says: so that the list of today has them.
WAITING = {97, 98, 99, 100, 101, 104, 105}
# place | days ago | way | outcome | topic | note
ONES = """
0|44|card|left_message||A card for your birthday, from all of us in the kitchen.
0|12|phone|spoke|the tomatoes on your balcony|You told us about your tomatoes. We look forward to Monday.
97|26|phone|left_message||
98|17|visit|hospital|crosswords|Says a visit is nice, after lunch. Likes crosswords.
99|31|phone|spoke|the choir|Sings in the choir again on Wednesdays. Would like to hear about the newsletter.
100|40|card|left_message||
101|22|text|will_come|lunch on Fridays|Wants to come by for a Friday lunch.
103|3|phone|quiet||Would like quiet for a while. We wait to hear.
104|19|email|spoke|a new flat|Has moved, and is busy with boxes.
105|35|phone|no_answer||
"""
AWAY = ((98, TimeAway.Place.HOSPITAL, 9, 12), (106, TimeAway.Place.HOME, 20, 24), (83, TimeAway.Place.HOME, 60, -20))
CLAIMED = {99: "staff", 104: "reachout"}
WISHES = {
    0: (("weekly_summary", Channel.PAGE),),
    1: (("task_reminder", Channel.TEXT),),
    7: (("weekly_summary", Channel.NOTE),),
    13: (("task_reminder", Channel.PAGE), ("weekly_summary", Channel.NOTE)),
    19: (("task_reminder", Channel.TEXT), ("weekly_summary", Channel.PAGE)),
    26: (("weekly_summary", Channel.NOTE),),
}
WEEK = (
    "Hello %(name)s,\n\nlast week you took part in three days of work with us. Thank you.\n\n"
    "On the board for this week: lunch on Tuesday, the newsletter on Thursday. See you around!"
)


def say_wishes(people: list[Invented], made_on: dt.date) -> None:
    """How each may be reached: most say little, some turned a way off, a few wish for peace."""
    for place, person in enumerate(people):
        chance, member = random.Random(f"maple street, wishes of {place}"), person.member
        if chance.random() < 0.7:
            member.address = f"{chance.randrange(1, 90)} {chance.choice(STREETS)}\nApt {chance.randrange(1, 30)}"
        member.calls_allowed, member.texts_allowed = chance.random() < 0.95, chance.random() < 0.8
        member.post_allowed, member.visits_allowed = chance.random() < 0.9, chance.random() < 0.15
        member.voicemail = chance.choice(["name", "name", "none", "house"])
        member.envelope = chance.choice(["plain", "plain", "house"])
        member.best_time = chance.choice(BEST_TIMES) if chance.random() < 0.35 else ""
        member.works_by_day = 34 <= place < 109 and chance.random() < 0.12
        if chance.random() < 0.08:
            member.contact_from, member.contact_until = dt.time(11), dt.time(18)
    for place in (0, 97, 99, 101, 103, 105):  # somebody called or wrote to them, see ONES
        member = people[place].member
        member.phone = member.phone or f"+1 313 555 01{place % 100:02}"
        member.phone_allowed = member.calls_allowed = member.texts_allowed = True
    for place in (0, 100):
        people[place].member.address = people[place].member.address or f"12 {STREETS[0]}"
        people[place].member.post_allowed = True
    people[104].member.email, people[104].member.email_allowed = "m0105@example.org", True
    people[98].member.visits_allowed = True
    people[102].member.reach_out_wanted = False
    people[108].member.reach_out_after_days = 60
    people[103].member.quiet_until_on = made_on + 27 * DAY
    people[101].member.works_by_day = True


def ways_to(member: Member) -> list[Way]:
    """The ways this member allows, the likelier ones more than once."""
    ways = [Way.PHONE] * 3 if member.phone_to_use else []
    ways += [Way.TEXT] * 2 if member.text_to_use else []
    ways += [Way.EMAIL] if member.email_to_use else []
    ways += [Way.CARD] if member.address_to_use else []
    return ways + ([Way.VISIT] if member.visits_allowed else [])


def one_of_that_day(member: Member, at: dt.datetime, by: User, chance: random.Random) -> ReachOut | None:
    """Somebody was in touch with `member`; nobody was where no way is allowed."""
    ways = ways_to(member)
    if not ways:
        return None
    outcome = chance.choice([Outcome.SPOKE, Outcome.SPOKE, Outcome.WILL_COME, Outcome.LEFT_MESSAGE, Outcome.NO_ANSWER])
    way = chance.choice(ways)
    if way == Way.CARD:
        outcome = Outcome.LEFT_MESSAGE
    topic = chance.choice(TOPICS) if outcome == Outcome.SPOKE and chance.random() < 0.6 else ""
    return _reach_out(member, at, by, way, outcome, topic)


def make_reach_outs(house: House, people: list[Invented], today: dt.date, now: dt.datetime) -> None:
    """What is told of single people, and today's claims; notes that wait to be read or printed."""
    by = {user.username: user for user in User.objects.filter(username__in=["staff", "coordinator", "reachout"])}
    made = []
    for number, line in enumerate(ONES.strip().splitlines()):
        place, ago, way, outcome, topic, note = line.split("|")
        at = house.at(today - int(ago) * DAY, dt.time(13, 30 + number))
        member = people[int(place)].member
        made.append(_reach_out(member, at, by["reachout" if number % 3 == 2 else "staff"], way, outcome, topic, note))
    ReachOut.objects.bulk_create(made, ignore_conflicts=True)
    _write_notes(people, now)
    begin_today(people, today, now)


def begin_today(people: list[Invented], today: dt.date, now: dt.datetime) -> None:
    """Two are called by somebody today already; and somebody is at home, somebody in hospital."""
    by = {user.username: user for user in User.objects.filter(username__in=CLAIMED.values())}
    if len(by) < len(set(CLAIMED.values())) or len(people) <= max(CLAIMED):
        return
    ReachOutClaim.objects.bulk_create(
        (ReachOutClaim(member=people[place].member, day=today, by=by[who], at=now) for place, who in CLAIMED.items()),
        ignore_conflicts=True,
    )
    if not TimeAway.objects.on(today).exists():
        TimeAway.objects.bulk_create(
            TimeAway(
                member=people[place].member,
                place=where,
                from_on=today - ago * DAY,
                until_on=today + ahead * DAY,
                at=now - ago * DAY,
                by=by["staff"],
            )
            for place, where, ago, ahead in AWAY
        )


def _reach_out(member: Member, at, by: User, way: str, outcome: str, topic: str = "", note: str = "") -> ReachOut:
    replied = outcome in ReachOut.ANSWERED
    return ReachOut(member=member, at=at, channel=way, outcome=outcome, replied=replied, by=by, topic=topic, note=note)


def _write_notes(people: list[Invented], now: dt.datetime) -> None:
    """Wishes on other ways than e-mail; the last week waits on a page, or on paper for who asked for that."""
    wishes = [
        MessageWish(member=people[place].member, kind=kind, channel=channel, since_at=now - 30 * DAY)
        for place, asked in WISHES.items()
        for kind, channel in asked
    ]
    MessageWish.objects.bulk_create(wishes, ignore_conflicts=True)
    monday = now - now.weekday() * DAY
    year, week, _day = (monday - DAY).isocalendar()
    at = now - dt.timedelta(hours=2)
    for wish in wishes:
        if wish.channel not in {Channel.PAGE, Channel.NOTE} or wish.kind != "weekly_summary":
            continue
        letter = Message.objects.create(
            member=wish.member,
            kind=wish.kind,
            occurrence=f"week {year}-W{week:02}",
            channel=wish.channel,
            due_at=at,
            expires_at=now + 4 * DAY,
            state=Message.State.SENT,
            attempts=1,
            settled_at=at,
        )
        Note.objects.create(message=letter, text=WEEK % {"name": letter.person.known_as}, at=at)
