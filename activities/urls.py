from django.urls import path

from activities.views import tasks, whats_on

app_name = "activities"

urlpatterns = [
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<day:day>/", tasks.tasks, name="tasks_on"),
    path("tasks/post/", tasks.post_task, name="post_task"),
    path("tasks/<int:pk>/sign-up/", tasks.sign_up, name="sign_up"),
    path("tasks/<int:pk>/edit/", tasks.edit_task, name="edit_task"),
    path("tasks/<int:pk>/call-off/", tasks.call_off_task, name="call_off_task"),
    path("tasks/<int:pk>/put-back/", tasks.put_back_task, name="put_back_task"),
    path("tasks/<int:pk>/stop-repeating/", tasks.stop_repeating, name="stop_repeating"),
    path("tasks/<int:pk>/repeat-again/", tasks.repeat_again, name="repeat_again"),
    path("whats-on/", whats_on.whats_on, name="whats_on"),
]
