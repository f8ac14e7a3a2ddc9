from django.urls import path

from members.views import accounts, door, doors, house, lock, logo, me, messages, people, pins, staff, tablets

app_name = "members"

urlpatterns = [
    # coming in
    path("welcome/<str:token>/", doors.accept_invitation, name="accept_invitation"),
    path("stay/", doors.stay, name="stay"),
    path("lock/", lock.lock, name="lock"),
    path("locked/", lock.unlock, name="unlock"),
    path("kept/", doors.kept_form, name="kept_form"),
    # people
    path("me/pin/", pins.set_pin, name="set_pin"),
    path("me/edit/", me.edit_me, name="edit_me"),
    path("me/door/", door.my_door, name="my_door"),
    path("members/<int:pk>/door/", door.member_door, name="member_door"),
    path("members/", people.members, name="members"),
    path("members/add/", people.add_member, name="add_member"),
    path("members/<int:pk>/", people.member, name="member"),
    path("members/<int:pk>/edit/", people.edit_member, name="edit_member"),
    path("members/<int:member>/login/", accounts.give_account, name="give_account"),
    path("staff/", staff.staff, name="staff"),
    path("staff/add/", staff.add_staff, name="add_staff"),
    path("staff/<int:pk>/edit/", staff.edit_staff, name="edit_staff"),
    path("staff/<int:staff>/login/", accounts.give_account, name="give_staff_account"),
    path("logins/<int:pk>/", accounts.edit_account, name="edit_account"),
    path("logins/<int:pk>/off/", accounts.switch_off_account, name="switch_off_account"),
    path("logins/<int:pk>/on/", accounts.switch_on_account, name="switch_on_account"),
    path("logins/<int:pk>/second-key/", accounts.forget_second_factor, name="forget_second_factor"),
    path("logins/<int:pk>/card/", accounts.invite, name="invite"),
    # the house
    path("house/", house.house_settings, name="house_settings"),
    path("house/logo/", logo.edit_logo, name="edit_logo"),
    path("house/logo/remove/", logo.remove_logo, name="remove_logo"),
    path("house/logo-<slug:version>.png", logo.house_logo, name="house_logo"),
    # tablets
    path("tablets/pair/", tablets.pair_tablet, name="pair_tablet"),
    path("house/tablets/", tablets.tablets, name="tablets"),
    path("house/tablets/new/", tablets.make_tablet, name="make_tablet"),
    path("house/tablets/<int:pk>/revoke/", tablets.revoke_tablet, name="revoke_tablet"),
    path("house/tablets/<int:pk>/resume/", tablets.resume_tablet, name="resume_tablet"),
    # messages
    path("me/messages/", messages.set_message_wish, name="set_message_wish"),
    path("stop/<str:token>/", messages.stop_messages, name="stop_messages"),
    path("house/messages/", messages.messages, name="messages"),
    path("house/mail/", messages.sample_mail, name="sample_mail"),
]
