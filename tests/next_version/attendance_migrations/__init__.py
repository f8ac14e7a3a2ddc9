"""All of today's, and one more beside this file."""

from attendance import migrations

__path__.extend(migrations.__path__)
