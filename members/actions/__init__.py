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
from members.actions.invitations import (
    CardUsedUp,
    SwitchedOff,
    accept_invitation,
    invite,
    invite_first_coordinator,
)
from members.actions.logo import edit_logo, remove_logo
from members.actions.message_wishes import set_message_wish, stop_messages
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

__all__ = [
    "CardUsedUp",
    "EmailTaken",
    "HasAccount",
    "LastCoordinator",
    "MemberNumberTaken",
    "NoPerson",
    "NoSuchCode",
    "NotDigits",
    "NotPaired",
    "PinTooSimple",
    "RoleDoesNotFit",
    "SwitchedOff",
    "UsernameTaken",
    "accept_invitation",
    "add_member",
    "add_staff",
    "count_search",
    "count_tap",
    "edit_account",
    "edit_logo",
    "edit_me",
    "edit_member",
    "edit_staff",
    "end_after_wrong_pins",
    "forget_second_factor",
    "give_account",
    "invite",
    "invite_first_coordinator",
    "look_at_member",
    "make_door_card",
    "make_tablet",
    "pair_tablet",
    "remove_logo",
    "remove_pin",
    "resume_tablet",
    "revoke_tablet",
    "set_door_code",
    "set_message_wish",
    "set_pin",
    "stop_messages",
    "switch_off_account",
    "switch_on_account",
]
