"""What can change about people, their logins and their cards. One file per noun."""

from members.actions.accounts import (
    EmailTaken,
    HasAccount,
    LastCoordinator,
    RoleDoesNotFit,
    UsernameTaken,
    edit_account,
    forget_second_factor,
    give_account,
    switch_off_account,
    switch_on_account,
)
from members.actions.door import NoSuchCode, make_door_card, set_door_code
from members.actions.emergency import (
    ContactIncomplete,
    TooManyContacts,
    add_emergency_contact,
    change_emergency_contact,
    put_back_emergency_contact,
    take_away_emergency_contact,
)
from members.actions.emergency_looks import AlreadyLooked, WhyNeeded, look_at_all, look_at_emergency
from members.actions.held import take_along
from members.actions.invitations import (
    CardUsedUp,
    SwitchedOff,
    accept_invitation,
    invite,
    invite_first_coordinator,
)
from members.actions.logo import edit_logo, remove_logo
from members.actions.message_switch import let_messages_go, stop_all_messages
from members.actions.message_wishes import set_message_wish, stop_channel, stop_messages
from members.actions.notes import put_away_note, take_out_note
from members.actions.paper import print_notes, take_back_printed
from members.actions.people import (
    MemberNumberTaken,
    NoPerson,
    add_member,
    add_staff,
    edit_me,
    edit_member,
    edit_staff,
    look_at_member,
)
from members.actions.pins import NotDigits, PinTooSimple, end_after_wrong_pins, remove_pin, set_pin
from members.actions.tablets import (
    NotPaired,
    count_search,
    count_tap,
    make_tablet,
    pair_tablet,
    resume_tablet,
    revoke_tablet,
)
from members.actions.told import NothingToTell, take_back_told, tell_person
from members.actions.ways_out import refuse_email, stop_texts, use_email_again
from members.actions.wording import (
    HoldsALink,
    NamesSomebody,
    NotInAMessage,
    TellsTheKindOfPlace,
    TooLong,
    edit_wording,
)

__all__ = [
    "AlreadyLooked",
    "CardUsedUp",
    "ContactIncomplete",
    "EmailTaken",
    "HasAccount",
    "HoldsALink",
    "LastCoordinator",
    "MemberNumberTaken",
    "NamesSomebody",
    "NoPerson",
    "NoSuchCode",
    "NotDigits",
    "NotInAMessage",
    "NotPaired",
    "NothingToTell",
    "PinTooSimple",
    "RoleDoesNotFit",
    "SwitchedOff",
    "TellsTheKindOfPlace",
    "TooLong",
    "TooManyContacts",
    "UsernameTaken",
    "WhyNeeded",
    "accept_invitation",
    "add_emergency_contact",
    "add_member",
    "add_staff",
    "change_emergency_contact",
    "count_search",
    "count_tap",
    "edit_account",
    "edit_logo",
    "edit_me",
    "edit_member",
    "edit_staff",
    "edit_wording",
    "end_after_wrong_pins",
    "forget_second_factor",
    "give_account",
    "invite",
    "invite_first_coordinator",
    "let_messages_go",
    "look_at_all",
    "look_at_emergency",
    "look_at_member",
    "make_door_card",
    "make_tablet",
    "pair_tablet",
    "print_notes",
    "put_away_note",
    "put_back_emergency_contact",
    "refuse_email",
    "remove_logo",
    "remove_pin",
    "resume_tablet",
    "revoke_tablet",
    "set_door_code",
    "set_message_wish",
    "set_pin",
    "stop_all_messages",
    "stop_channel",
    "stop_messages",
    "stop_texts",
    "take_along",
    "switch_off_account",
    "switch_on_account",
    "take_away_emergency_contact",
    "take_back_printed",
    "take_back_told",
    "take_out_note",
    "tell_person",
    "use_email_again",
]
