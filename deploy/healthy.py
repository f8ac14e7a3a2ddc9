"""Health check of the web container: exits 0 when /healthz answers 200, that is, when the database does too."""

import os
import sys
from urllib.request import Request, urlopen

host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip()
request = Request("http://127.0.0.1:8000/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
with urlopen(request, timeout=5) as answer:
    sys.exit(0 if answer.status == 200 else 1)
