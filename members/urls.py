from django.urls import path

from members.views import messages

app_name = "members"

urlpatterns = [
    path("me/messages/", messages.set_message_wish, name="set_message_wish"),
    path("stop/<str:token>/", messages.stop_messages, name="stop_messages"),
    path("house/messages/", messages.messages, name="messages"),
    path("house/mail/", messages.sample_mail, name="sample_mail"),
]
