"""Everything that the house holds about one person: computed once, worn as a page, a file to keep and a file to read by
machines. `shelves.py` says where each table stands; a table that stands nowhere fails tests/test_held_shelves.py.
"""
