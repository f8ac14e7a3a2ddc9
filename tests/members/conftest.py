"""Servers on this machine for the ways out."""

import pytest

from tests.members.came_back import Mailbox
from tests.members.gateway import Gateway
from tests.members.post_office import PostOffice


@pytest.fixture
def gateway(settings):
    gateway = Gateway()
    settings.TEXT_URL, settings.TEXTS_READY = gateway.url, True
    yield gateway
    gateway.let_go.set()
    gateway.server.shutdown()
    gateway.server.server_close()


@pytest.fixture
def mailbox(settings):
    mailbox = Mailbox()
    settings.BOUNCE_MAILBOX_URL = mailbox.url
    yield mailbox
    mailbox.close()


@pytest.fixture
def mail_server(settings):
    office = PostOffice()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_READY = "127.0.0.1", office.port, True
    yield office
    office.close()
