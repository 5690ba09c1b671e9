# Two images of one Dockerfile (docs/image.md): `site`, the last one and so the default, and
# `worker`, the same with ffmpeg.

ARG BASE=python:3.13-slim-bookworm
# The image of the release before: its static files stay reachable. None before the first.
ARG PREVIOUS=$BASE

FROM ${PREVIOUS} AS previous
RUN mkdir -p /app/static

FROM ${BASE} AS build
# mysqlclient comes as source only; its compiler stays in this stage.
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libmariadb-dev pkg-config
# Without a pip of its own: nothing is installed any more once it is built.
RUN python -m venv --without-pip /venv
COPY requirements/image.lock /build/
RUN pip --python /venv/bin/python install --require-hashes --no-compile --no-cache-dir \
        -r /build/image.lock
ENV PATH=/venv/bin:$PATH
WORKDIR /app
COPY . .
COPY --from=previous /app/static /build/static-before
ARG STATIC_RELEASES=3
# Static files are collected as production does it; the key signs nothing here.
RUN install -m 755 deploy/image/entrypoint deploy/image/healthcheck.py . \
    && if [ -e deploy/image/rds.pem ]; then install -m 644 deploy/image/rds.pem .; fi \
    && rm -r deploy requirements \
    && pybabel --quiet compile -d config/locale -D django \
    && export SECRET_KEY=only-while-building ALLOWED_HOSTS=localhost VAR_DIR=/build/var \
    && export STATIC_ROOT=/app/static \
    && python manage.py collectstatic --no-input -v 0 \
    && python manage.py take_over_static /build/static-before --releases "$STATIC_RELEASES"
# Bytecode that does not look at the sources' times is the same in every build.
RUN find /app /venv -name __pycache__ -prune -exec rm -r {} + \
    && python -m compileall -q --invalidation-mode unchecked-hash /app /venv

# What both images are but for files: the system, the account, the environment.
FROM ${BASE} AS system
RUN apt-get update \
    && apt-get install -y --no-install-recommends libmariadb3 \
    && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/ldconfig/aux-cache \
    && groupadd --system --gid 10001 elearning \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /app elearning \
    && install -d -o elearning -g elearning /app/var /app/var/files /app/var/uploads \
        /app/var/tmp
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/app/var \
    STATIC_ROOT=/app/static \
    BIND_HOST=0.0.0.0 \
    PORT=8000
WORKDIR /app
USER 10001:10001
# ECS mounts a volume with the rights that its place has in the image, but only of what is named
# here; else /tmp would be root's alone.
VOLUME ["/tmp"]
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/app/entrypoint", "healthcheck"]
ENTRYPOINT ["/app/entrypoint"]
CMD ["web"]

FROM system AS system-with-ffmpeg
USER 0
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/ldconfig/aux-cache
USER 10001:10001

# The list of parts; what writes it stays here.
FROM ${BASE} AS list-of-parts
RUN python -m venv /sbom
COPY requirements/sbom.lock /sbom/
RUN /sbom/bin/pip install --require-hashes --no-cache-dir -r /sbom/sbom.lock
COPY --from=build /venv /venv
COPY deploy/image/sbom.py pyproject.toml /sbom/

FROM list-of-parts AS parts-of-worker
ARG VERSION=unreleased
ARG SOURCE_DATE_EPOCH
COPY --from=system-with-ffmpeg /var/lib/dpkg/status /sbom/status
RUN /sbom/bin/python /sbom/sbom.py /venv /sbom/status /sbom.json

FROM list-of-parts AS parts-of-site
ARG VERSION=unreleased
ARG SOURCE_DATE_EPOCH
COPY --from=system /var/lib/dpkg/status /sbom/status
RUN /sbom/bin/python /sbom/sbom.py /venv /sbom/status /sbom.json

FROM system-with-ffmpeg AS worker
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=parts-of-worker /sbom.json /app/sbom.json
CMD ["worker"]
ARG BASE
ARG VERSION=unreleased
ARG REVISION=unknown
ARG CREATED=unknown
ARG SOURCE=unknown
ENV RELEASE=$VERSION
LABEL org.opencontainers.image.title="elearning worker" \
    org.opencontainers.image.description="The worker of a juku's e-learning site, with ffmpeg" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.base.name="$BASE" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION" \
    org.opencontainers.image.created="$CREATED" \
    org.opencontainers.image.source="$SOURCE"

FROM system AS site
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=parts-of-site /sbom.json /app/sbom.json
ARG BASE
ARG VERSION=unreleased
ARG REVISION=unknown
ARG CREATED=unknown
ARG SOURCE=unknown
ENV RELEASE=$VERSION
LABEL org.opencontainers.image.title="elearning" \
    org.opencontainers.image.description="The e-learning site of a juku: web, scheduler, commands" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.base.name="$BASE" \
    org.opencontainers.image.version="$VERSION" \
    org.opencontainers.image.revision="$REVISION" \
    org.opencontainers.image.created="$CREATED" \
    org.opencontainers.image.source="$SOURCE"
