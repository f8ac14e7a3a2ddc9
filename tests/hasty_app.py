"""The house as it must not be, for tests/test_crash.py: it says "saved" at once, and saves when it comes to it."""

import io
from concurrent.futures import ThreadPoolExecutor

from clubhouse.wsgi import application as house

later = ThreadPoolExecutor(1)


def application(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    request = environ | {"wsgi.input": io.BytesIO(body)}
    later.submit(lambda: list(house(request, lambda *answer: None)))
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b'<li data-state="here">']
