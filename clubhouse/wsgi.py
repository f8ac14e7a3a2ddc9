import os

from django.core.wsgi import get_wsgi_application

from clubhouse.front import Letters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")

application = Letters(get_wsgi_application())
