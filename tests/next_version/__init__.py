"""The version after this one, as far as tests/test_update_live.py needs it: marks have a colour, and all must say it.

The program of today cannot write into the database of tomorrow.
"""
