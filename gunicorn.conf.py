"""What gunicorn reads by itself, however it is started: its own words go into the house's log lines."""

logger_class = "clubhouse.log.GunicornLogger"
