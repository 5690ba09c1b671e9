"""The lines that were kept, and how to ask them: `manage.py logs`; see docs/logs.md."""
