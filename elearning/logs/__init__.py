"""One JSON object a line on stdout, with nothing in it about people; see docs/logs.md."""
