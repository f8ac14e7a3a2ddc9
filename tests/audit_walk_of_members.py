"""What the actions of `members` write down."""

from django.utils import timezone

from members import actions
from members.actions import emergency
from members.models import Channel, MessageWish, Role, Tablet
from tests import make
from tests.audit_walk import NEW, Act, dana, sam, with_

A_PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x02\0\0\0\x90wS\xde"
    b"\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\3\1\1\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82"
)
WITHOUT = {
    "members.tablets.count_search": "a search at the door is counted, and not whose it was; a pause is written down",
    "members.tablets.count_tap": "the same: whoever taps is in the book",
}


def wished(world):
    """Amara asked for one kind of message."""
    MessageWish.objects.create(member=world.amara, kind="task_reminder", channel=Channel.TEXT, since_at=timezone.now())
    return world.amara


def switched_off(world):
    actions.switch_off_account(user=world.login, by=dana(world))
    world.login.refresh_from_db()
    return {"user": world.login, "by": dana(world)}


def with_second_factor(world):
    world.sam.user.refresh_from_db()
    return {"user": world.sam.user, "by": dana(world)}


def after_stop(world):
    actions.stop_all_messages(by=dana(world))
    return {"by": dana(world)}


def with_pin(world):
    return {"by": actions.set_pin(by=world.amara.user, pin="4826")}


def put_away(world):
    actions.put_away_note(note=world.note, by=world.amara.user)
    return {"note": world.note, "by": world.amara.user}


def printed(world):
    actions.print_notes(pks=[world.paper_note.pk], by=sam(world))
    return {"by": sam(world)}


def paused(world):
    Tablet.objects.filter(pk=world.tablet.pk).update(paused_at=timezone.now())
    world.tablet.refresh_from_db()
    return {"tablet": world.tablet, "by": sam(world)}


def told(world):
    actions.tell_person(message=world.lost_message, by=sam(world))
    return {"message": world.lost_message, "by": sam(world)}


def refused(world):
    actions.refuse_email(person=world.amara, address=world.amara.email, message_id="<1@example.org>")
    return {"person": world.amara, "by": world.amara.user}


def with_a_number(world):
    make.member("Ike Canary", phone="+44 20 7946 0018", texts_allowed=True)
    return {"number": "+442079460018"}


def no_coordinator_yet(world):
    world.file.owner.__class__.objects.filter(role=Role.COORDINATOR).update(role=Role.STAFF)
    return {}


def worded(world):
    return {"kind": "task_reminder", "language": "en", "opening": "Hello!", "closing": "", "by": dana(world)}


def a_contact(world):
    said = {"name": "Ada", "relation": "sister", "phone": "555 1"}
    return emergency.add_emergency_contact(member=world.amara, by=world.amara.user, **said)


def contact_taken_away(world):
    record = emergency.take_away_emergency_contact(contact=a_contact(world), by=world.amara.user)
    return {"record": record, "by": world.amara.user}


CONTACT = "edit_emergency_contacts"
ACTS = [
    Act(
        "members.accounts.edit_account",
        lambda w: {"user": w.login, "by": dana(w), "username": "other2"},
        ("other_of_house",),
    ),
    Act("members.accounts.forget_second_factor", with_second_factor),
    Act(
        "members.accounts.give_account",
        lambda w: {"person": w.noor, "username": "noor", "role": Role.MEMBER, "by": dana(w)},
        ("noor",),
    ),
    Act("members.accounts.switch_off_account", lambda w: {"user": w.login, "by": dana(w)}, ("other_of_house",)),
    Act("members.accounts.switch_on_account", switched_off, ("other_of_house",)),
    Act("members.door.make_door_card", with_(member="amara"), ("amara",), again=False),  # a new card each time
    Act("members.door.set_door_code", lambda w: {"member": w.amara, "code": "2580", "by": sam(w)}, ("amara",)),
    Act(
        "members.emergency.add_emergency_contact",
        lambda w: {"member": w.amara, "name": "Ada", "relation": "aunt", "phone": "555 1", "by": w.amara.user},
        ("amara",),
        verb=CONTACT,
    ),
    Act(
        "members.emergency.change_emergency_contact",
        lambda w: {"contact": a_contact(w), "name": "Ada", "relation": "aunt", "phone": "555 1", "by": w.amara.user},
        ("amara",),
        verb=CONTACT,
    ),
    Act(
        "members.emergency.take_away_emergency_contact",
        lambda w: {"contact": a_contact(w), "by": w.amara.user},
        ("amara",),
        verb=CONTACT,
    ),
    Act("members.emergency.put_back_emergency_contact", contact_taken_away, ("amara",), verb=CONTACT),
    Act(
        "members.emergency_looks.look_at_emergency",
        lambda w: {"member": w.amara, "why": "nobody", "key": "k1", "by": sam(w)},
        ("amara",),
    ),
    Act(
        "members.emergency_looks.look_at_all",
        lambda w: {"members": [w.amara, w.noor], "why": "fire", "key": "k1", "by": sam(w)},
        ("amara", "noor"),
        verb="attendance.see_emergency_sheet",
    ),
    Act("members.house.edit_house", lambda w: {"by": dana(w), "name": "Oak House"}),
    Act(
        "members.invitations.accept_invitation",
        lambda w: {"token": w.token, "username": "newcomer", "password": make.PASSWORD},
        (NEW,),
    ),
    Act(
        "members.invitations.invite", lambda w: {"user": w.login, "by": dana(w)}, ("other_of_house",), again=False
    ),  # a new card each time
    Act("members.invitations.invite_first_coordinator", no_coordinator_yet, verb="invite", again=False),
    Act("members.logo.edit_logo", lambda w: {"content": A_PNG, "by": dana(w)}),
    Act("members.logo.remove_logo", lambda w: {"by": dana(w)}),
    Act("members.message_switch.let_messages_go", after_stop),
    Act("members.message_switch.stop_all_messages", lambda w: {"by": dana(w)}),
    Act(
        "members.message_wishes.set_message_wish",
        lambda w: {"person": w.amara, "kind": "week_ahead", "channel": "page", "wanted": True, "by": w.amara.user},
        ("amara",),
    ),
    Act(
        "members.message_wishes.stop_channel",
        lambda w: {"person": wished(w), "channel": Channel.TEXT},
        ("amara",),
        verb="set_message_wish",
    ),
    Act(
        "members.message_wishes.stop_messages",
        lambda w: {"person": wished(w), "kinds": ["task_reminder"], "channel": Channel.TEXT},
        ("amara",),
        verb="set_message_wish",
    ),
    Act("members.notes.put_away_note", lambda w: {"note": w.note, "by": w.amara.user}, ("amara",)),
    Act("members.notes.take_out_note", put_away, ("amara",)),
    Act(
        "members.paper.print_notes",
        lambda w: {"pks": [w.paper_note.pk], "by": sam(w)},
        ("amara",),
        verb="print_note",
    ),
    Act("members.paper.take_back_printed", printed, ("amara",)),
    Act(
        "members.people.add_member",
        lambda w: {"by": dana(w), "member_no": "N9", "first_name": "Nia", "enrolled_on": w.day},
        (NEW,),
    ),
    Act("members.people.add_staff", lambda w: {"by": dana(w), "first_name": "Ines"}, again=False),  # names repeat
    Act("members.people.edit_me", lambda w: {"by": w.amara.user, "name_to_use": "Ama"}, ("amara",)),
    Act("members.people.edit_member", lambda w: {"member": w.amara, "by": dana(w), "first_name": "Amy"}, ("amara",)),
    Act("members.people.edit_staff", lambda w: {"person": w.sam, "by": dana(w), "first_name": "Samuel"}),
    Act(
        "members.held.take_along",
        lambda w: {"person": w.amara, "what": "json", "by": w.amara.user},
        ("amara",),
        again=False,  # each file is one
    ),
    Act("members.people.look_at_member", with_(member="amara"), ("amara",), again=False),  # each look is one
    Act(
        "members.pins.end_after_wrong_pins", lambda w: {"user": w.amara.user}, ("amara",), again=False
    ),  # each time it happened
    Act("members.pins.remove_pin", with_pin, ("amara",)),
    Act("members.pins.set_pin", lambda w: {"by": w.amara.user, "pin": "4826"}, ("amara",), again=False),
    Act(
        "members.tablets.make_tablet",
        lambda w: {"name": "Side door", "place": Tablet.Place.DOOR, "by": dana(w)},
        again=False,
    ),  # two may be called the same
    Act("members.tablets.pair_tablet", lambda w: {"code": w.pairing_code}),
    Act("members.tablets.resume_tablet", paused),
    Act("members.tablets.revoke_tablet", with_(tablet="tablet")),
    Act("members.told.take_back_told", told, ("amara",)),
    Act("members.told.tell_person", with_(message="lost_message"), ("amara",)),
    Act(
        "members.ways_out.refuse_email",
        lambda w: {"person": w.amara, "address": w.amara.email, "message_id": "<1@example.org>"},
        ("amara",),
    ),
    Act("members.ways_out.stop_texts", with_a_number, (NEW,)),
    Act("members.ways_out.use_email_again", refused, ("amara",)),
    Act("members.wording.edit_wording", worded),
]
