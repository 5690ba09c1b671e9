"""Material from this disk to a bucket or back, while the site runs: `manage.py move_materials`."""
