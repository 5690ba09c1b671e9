"""What the pages of teachers and the office show, assembled in few queries."""
