"""The site with some more addresses, which break in every way with what they were sent."""
