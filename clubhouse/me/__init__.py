"""My page: what the house holds about me, my visits, and who looked."""
