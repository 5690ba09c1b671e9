"""Whether rows and stored files still belong together; `manage.py check_materials` asks."""
