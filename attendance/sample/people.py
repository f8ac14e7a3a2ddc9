"""The invented people of the sample house, and how often each of them comes."""

import datetime as dt
import random
from dataclasses import dataclass

from members.models import Member

DAY = dt.timedelta(days=1)
# January to December: summers and the turn of the year are quieter.
BUSY = (0.84, 0.87, 0.9, 0.95, 1.0, 0.93, 0.85, 0.88, 0.97, 1.05, 1.03, 0.9)

# First name | family name | name to use | pronouns. Where four stand first, their accounts are in ACCOUNTS.
NAMES = """
Amara|Okafor||she/her
Rosa|Lindqvist||she/her
Stella|Novák||
Idris|Bello||he/him
Mary Ann|Smith||she/her
Mary Ann|Smith|Mamie|
Suharti|||
Madhavan|||he/him
Tecumseh||Tec|
Óscar|Núñez||él
Björk|Ågren||
Nguyễn|Văn Minh|Minh|
Jean-Pierre|Mbeki|JP|il
Ana|Pereira||she/her
Anna|Perera||
Siobhán|O’Neill||she/her
Łukasz|Wójcik||on
Zeynep|Yılmaz||
Олена|Шевченко||вона
Дмитро|Коваль||
سلمى|منصور||
يوسف|حداد||هو
שירה|לוי||
Ελένη|Παππά||
李|小龙|小龙|
王|美玲||
佐藤|花子||
김|민준||
अनिता|शर्मा||
தமிழ்|செல்வி||
ሰላም|ተስፋዬ||
ნინო|ბერიძე||
สมชาย|ใจดี||
Kwame|Asante|Kwame A|he/him
Priya|Raman||
Tomás|Herrera||he/him
Grace|Nakamura||she/her
Delroy|Campbell||he/him
Fatima|Zahra||she/her
Walter|Brandt|Walt|he/him
Ingrid|Solheim||
Marcus|Bell||he/him
Ruth|Goldfarb||she/her
Deshawn|Carter|Shawn|he/him
Lucía|Ibarra||ella
Peter|van der Berg||
Halima|Warsame||she/her
Oluwaseun|Adeyemi|Seun|they/them
Kateri|Whitecloud||she/her
Bernard|Lemaire|Bernie|
Mei|Tanaka||
Robin|Castle||they/them
Gloria|Esposito||
Sven|Dahl||he/him
Aisha|Khan||
Dorothy|Price|Dot|she/her
Miguel|Santos||
Nadia|Petrova||she/her
Clarence|Odom||he/him
Yuki|Mori||they/them
Paulette|Dubois||
Hassan|Farah||he/him
Ellen|McBride||she/her
Raj|Patel||
Wanda|Kowalski||she/her
Terrence|Moss|Terry|he/him
Ines|Carvalho||
Joon|Park||
Beatrice|Nwosu|Bea|she/her
Leonard|Fisk|Len|
Carmen|Delgado||she/her
Abel|Girma||
Sylvie|Fontaine||elle
Otis|Freeman||he/him
Hana|Kim||
Viktor|Hale||
June|Abbott||she/her
Eduardo|Rivas|Lalo|
Maeve|Brennan||
Cyrus|Amini||he/him
Pearl|Jennings||she/her
Anders|Holm||
Lakshmi|Iyer||
Gus|Papadakis||he/him
Thandiwe|Dlamini|Thandi|she/her
Vincent|Moreau|Vince|
Rahel|Tesfaye||
Harold|Finch||he/him
Soledad|Vega||
Emeka|Obi||he/him
Joyce|Tremblay||she/her
Milan|Horvat||
Faye|Donovan||she/her
Ravi|Menon||
Tallulah|Reed|Lula|they/them
Stefan|Ilić||
Norma|Castillo||she/her
Elijah|Banks|Eli|he/him
Greta|Vogel||
Samir|Nasser||he/him
Opal|Hendricks||
Takoda|Running Bear||
Lena|Schwarz||she/her
Dwayne|Pruitt||he/him
Marisol|Quintero|Mari|
Chidi|Eze||
Agnes|Murphy||she/her
Felix|Aubert||they/them
Rosalind|Peake|Roz|
Bao|Tran||
Evelyn|Strand|Evie|she/her
Curtis|Lowe||he/him
Zainab|Sesay||she/her
Arturo|Molina||
Hilde|Nygaard||
Jerome|Baptiste||he/him
Willa|Stone||they/them
Kofi|Mensah||he/him
Lorraine|Duffy||she/her
Noor|Haddad||
"""

STAFF = [
    ("Sam", "Rivers", "they/them"),
    ("Dana", "Whitfield", "she/her"),
    ("Mateo", "Aguilar", "he/him"),
    ("Linnea", "Sjöberg", ""),
    ("Farah", "Siddiqui", "she/her"),
    ("Gordon", "Mays", "he/him"),
]


@dataclass(frozen=True)
class Habit:
    """How likely somebody comes on each weekday (0 = Monday), and between which days they come at all."""

    weekdays: dict[int, float]
    since: dt.date
    pauses: tuple[tuple[dt.date, dt.date], ...] = ()
    unit: int = 0  # place of the home unit in the list of units
    socially: float = 0.1

    def is_away(self, day: dt.date) -> bool:
        return not self.weekdays or day < self.since or any(first <= day <= last for first, last in self.pauses)

    def chance(self, day: dt.date) -> float:
        return 0.0 if self.is_away(day) else self.weekdays.get(day.weekday(), 0.0) * BUSY[day.month - 1]


@dataclass(frozen=True)
class Invented:
    """A member of the sample house before they are stored, with what only the sample needs to know."""

    member: Member
    habit: Habit


def invent_members(made_on: dt.date) -> list[Invented]:
    """The 120 people on the roll of a house made on `made_on`; the last one enrolled that day. Always the same."""
    rows = [line.split("|") for line in NAMES.strip().splitlines()]
    return [_invent(place, *row, made_on=made_on, last=len(rows) - 1) for place, row in enumerate(rows)]


def _invent(
    place: int, first: str, last_name: str, use: str, pronouns: str, *, made_on: dt.date, last: int
) -> Invented:
    chance = random.Random(f"maple street, person {place}")
    enrolled_on = made_on - chance.randrange(300, 16 * 365) * DAY
    if 113 <= place < last:  # joined during the months that are shown
        enrolled_on = made_on - (last - place) * 33 * DAY + chance.randrange(9) * DAY
    elif place == last:
        enrolled_on = made_on
    reachable = chance.random()
    member = Member(
        member_no=f"M{place + 1:04}",
        first_name=first,
        last_name=last_name,
        name_to_use=use,
        pronouns=pronouns,
        born_on=dt.date(chance.randrange(1946, 2006), chance.randrange(1, 13), chance.randrange(1, 29)),
        enrolled_on=enrolled_on,
        area=("Eastside", "Harbour", "Eastside", "Old Town", "", "Harbour", "Eastside", "Mill Hill")[place % 8],
        phone=f"+1 {313 if place < 100 else 248} 555 01{place % 100:02}" if reachable < 0.8 else "",
        email=f"m{place + 1:04}@example.org" if reachable > 0.3 or place < 4 or place == last else "",
        phone_allowed=chance.random() < 0.92,
        email_allowed=place < 4 or chance.random() < 0.95,
        board_name=chance.choice(["short", "short", "short", "full", "none"]) if place > 3 else "short",
    )
    member.search_name = member.folded_names()
    return Invented(member, _habit(place, chance, made_on, enrolled_on, last))


def _habit(place: int, chance: random.Random, made_on: dt.date, enrolled_on: dt.date, last: int) -> Habit:
    unit, always = place % 4, dict.fromkeys(range(5), 0.86)
    ago = made_on - chance.randrange(70, 190) * DAY
    pauses: tuple[tuple[dt.date, dt.date], ...] = ()
    if place < 34:  # the heart of the house
        weekdays = dict.fromkeys(chance.sample(range(5), chance.choice([3, 4, 4, 5])), 0.87)
    elif place < 70:
        weekdays = dict.fromkeys(chance.sample(range(5), chance.choice([1, 1, 2])), 0.75)
    elif place < 97:  # now and then
        weekdays = dict.fromkeys(range(5), 0.03)
    elif place < 102:  # not seen for longer than the sample shows
        weekdays = {}
    elif place < 109:  # not attending now
        weekdays, pauses = dict.fromkeys(range(5), 0.3), ((ago, dt.date.max),)
    elif place < 113:  # away for months, and back
        weekdays, pauses = dict.fromkeys(range(5), 0.5), ((ago - 90 * DAY, made_on - (place - 108) * 13 * DAY),)
    else:
        weekdays = always
    if place == last:  # enrolled today, and has not been here yet
        weekdays = {}
    return Habit(weekdays, enrolled_on, pauses, unit, socially=0.28 if place < 34 else 0.07)
