#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

from django.core.management import execute_from_command_line

from config import env
from elearning.logs import uncaught

if __name__ == "__main__":
    uncaught.listen()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with env.starting():
        execute_from_command_line(sys.argv)
