# The pages: the portal with the documents it shows.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS packages
COPY requirements/portal.txt /requirements.txt
RUN python3 -m venv --without-pip /opt/venv \
 && pip3 --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes \
        --only-binary :all: --requirement /requirements.txt

FROM packages AS code
COPY deploy/healthy.py /app/
COPY shared /app/shared
COPY docs/api /app/docs/api
COPY docs/events /app/docs/events
COPY services/__init__.py /app/services/
COPY services/portal /app/services/portal
RUN python3 -m compileall -q /app

FROM python:${PYTHON}-slim
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="academy/portal" \
      org.opencontainers.image.description="What people do in a browser" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=packages /opt/venv /opt/venv
COPY --from=code /app /app
WORKDIR /app
USER 10001:10001
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ACADEMY_LISTEN=0.0.0.0
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=10s --start-period=90s --retries=3 \
    CMD ["/opt/venv/bin/python", "-IS", "/app/healthy.py"]
ENTRYPOINT ["/opt/venv/bin/python", "-m", "services.portal"]
CMD ["api"]
