"""What people write into the pages of this floor. One file per noun."""
