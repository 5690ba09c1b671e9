"""gunicorn's settings; started as `gunicorn -c python:config.gunicorn config.wsgi`."""

from config import env

bind = f"{env.text('BIND_HOST', '127.0.0.1')}:{env.number('PORT', 8000, least=1)}"
worker_class = "gthread"
workers = env.web_processes()
threads = env.web_threads()
# Longer than the 60 s after which an ALB lets an idle connection go, or it would send
# a request into one that we have just closed.
keepalive = 75
# A part of an upload may be slow to arrive; gthread's heartbeat goes on meanwhile.
timeout = 60
graceful_timeout = 30
control_socket_disable = True
