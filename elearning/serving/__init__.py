"""How connections are served: gunicorn's worker, as we want it."""
