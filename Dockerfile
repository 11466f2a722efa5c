# The tracker as a small image: one for web, worker and clock; docker-compose.yml says which is which.
# The digest of the tag in September 2026; dependabot proposes the next ones.
FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
WORKDIR /build
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt

FROM python:3.13-slim@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
# pg_dump and pg_restore are for `manage.py backup` and `restore`, the fonts for charts as PNG.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client \
        fonts-noto-core fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home tracker \
    && install -d -o tracker -g tracker /var/tracker
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY tracker ./tracker
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/var/tracker MALLOC_ARENA_MAX=2
USER tracker
VOLUME /var/tracker
EXPOSE 8000
# A page that needs the database, asked for by the site's own name.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s CMD ["python", "-m", "tracker.operations.health.alive"]
CMD ["gunicorn", "tracker.wsgi", "--config", "python:tracker.web.gunicorn", "--bind", "0.0.0.0:8000", "--threads", "4"]
