from django.urls import path

from activities.views import calendar, events, lunch, my_week, sign_ups, tasks, units, whats_on

app_name = "activities"

urlpatterns = [
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<day:day>/", tasks.tasks, name="tasks_on"),
    path("tasks/post/", tasks.post_task, name="post_task"),
    path("tasks/<int:pk>/sign-up/", sign_ups.sign_up, name="sign_up"),
    path("tasks/<int:pk>/can-show/", sign_ups.can_show, name="can_show"),
    path("tasks/<int:pk>/edit/", tasks.edit_task, name="edit_task"),
    path("tasks/<int:pk>/call-off/", tasks.call_off_task, name="call_off_task"),
    path("tasks/<int:pk>/put-back/", tasks.put_back_task, name="put_back_task"),
    path("tasks/<int:pk>/stop-repeating/", tasks.stop_repeating, name="stop_repeating"),
    path("tasks/<int:pk>/repeat-again/", tasks.repeat_again, name="repeat_again"),
    path("house/week/", calendar.edit_opening_week, name="edit_opening_week"),
    path("house/week/<day:day>/remove/", calendar.remove_opening_week, name="remove_opening_week"),
    path("house/calendar/", calendar.calendar, name="calendar"),
    path("house/calendar/<month:month>/", calendar.calendar, name="calendar_month"),
    path("house/calendar/<day:day>/", calendar.edit_open_day, name="edit_open_day"),
    path("house/calendar/<day:day>/remove/", calendar.remove_open_day, name="remove_open_day"),
    path("house/units/", units.units, name="units"),
    path("house/units/<int:pk>/", units.unit, name="unit"),
    path("house/units/<int:pk>/members/", units.edit_unit_members, name="edit_unit_members"),
    path("house/units/<int:pk>/staff/", units.edit_unit_staff, name="edit_unit_staff"),
    path("whats-on/", whats_on.whats_on, name="whats_on"),
    path("whats-on/post/", events.post_event, name="post_event"),
    path("whats-on/<int:pk>/edit/", events.edit_event, name="edit_event"),
    path("whats-on/<int:pk>/call-off/", events.call_off_event, name="call_off_event"),
    path("whats-on/<int:pk>/put-back/", events.put_back_event, name="put_back_event"),
    path("whats-on/<int:pk>/stop-repeating/", events.stop_repeating_event, name="stop_repeating_event"),
    path("whats-on/<int:pk>/repeat-again/", events.repeat_event_again, name="repeat_event_again"),
    path("whats-on/<int:pk>/rides/", events.share_ride, name="share_ride"),
    path("whats-on/sheet/", whats_on.whats_on_sheet, name="whats_on_sheet"),
    path("whats-on/<int:pk>/poster/", whats_on.event_poster, name="event_poster"),
    path("whats-on/<int:pk>/", whats_on.event, name="event"),
    path("whats-on/<int:pk>/sign-up/", whats_on.join_event, name="join_event"),
    path("me/week/", my_week.my_week, name="my_week"),
    path("lunch/", lunch.lunch, name="lunch"),
    path("lunch/<day:day>/", lunch.save_lunch, name="save_lunch"),
]
