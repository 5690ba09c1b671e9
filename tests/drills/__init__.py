"""Drills: the real site on real servers, under load, while something is broken on purpose.

Each prints a table, ends with its verdict, and has exit status 0 only if all promises held.
"""
