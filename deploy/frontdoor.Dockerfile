# What stands behind the gateway besides services and portal: problems of its own; where ACADEMY_ENV says development,
# the issuer and the mailbox too.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS packages
COPY requirements/frontdoor.txt /requirements.txt
RUN python3 -m venv --without-pip /opt/venv \
 && pip3 --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check --require-hashes \
        --only-binary :all: --requirement /requirements.txt

FROM packages AS code
COPY deploy/healthy.py /app/
COPY shared /app/shared
COPY academy/__init__.py /app/academy/
COPY academy/services.py /app/academy/
COPY academy/local /app/academy/local
RUN python3 -m compileall -q /app && mkdir /state && chown 10001:10001 /state

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="academy/frontdoor" \
      org.opencontainers.image.description="The gateway's own problems; development issuer and mailbox"
COPY --from=packages /opt/venv /opt/venv
COPY --from=code /app /app
COPY --from=code --chown=10001:10001 /state /state
WORKDIR /app
USER 10001:10001
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ACADEMY_LISTEN=0.0.0.0 ACADEMY_STATE=/state
VOLUME /state
HEALTHCHECK --interval=10s --timeout=10s --start-period=90s --retries=3 \
    CMD ["/opt/venv/bin/python", "-IS", "/app/healthy.py"]
ENTRYPOINT ["/opt/venv/bin/python", "-m"]
CMD ["academy.local.frontdoor"]
