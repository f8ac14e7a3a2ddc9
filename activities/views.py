"""The task board."""
