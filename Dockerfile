# One image for the site, its worker and management commands.

FROM python:3.13-slim-bookworm AS build
# mysqlclient comes as source only; its compiler stays in this stage.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libmariadb-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/image.lock /build/
RUN pip install --require-hashes -r /build/image.lock
WORKDIR /app
COPY . .
# Static files are collected as production does it; the key signs nothing here.
RUN if ls config/locale/*/LC_MESSAGES/django.po >/dev/null 2>&1; then \
        pybabel compile -d config/locale -D django; fi \
    && SECRET_KEY=only-while-building ALLOWED_HOSTS=localhost VAR_DIR=/app/var \
        python manage.py collectstatic --no-input -v 0 \
    && python -m compileall -q accounts config courses elearning

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libmariadb3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --home-dir /app elearning
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/app/var \
    BIND_HOST=0.0.0.0 \
    PORT=8000
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
# Only this folder may be written to, and only where no bucket is used.
RUN mkdir -p var/files var/uploads && chown elearning var var/files var/uploads
USER elearning
EXPOSE 8000
# exec form: gunicorn itself gets the SIGTERM with which a task is drained.
CMD ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
