"""The kinds of activity that this slice brings."""
