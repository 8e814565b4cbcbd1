# The dashboard for hosting. Build: docker build -t community-safety-dashboard .
FROM python:3.13-slim AS libraries
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt \
    && /venv/bin/pip uninstall --yes pip

FROM python:3.13-slim
RUN pip uninstall --yes --root-user-action=ignore pip \
    && useradd --system --uid 10001 --no-create-home --home-dir /tmp dashboard \
    && install --directory --owner=dashboard --mode=0700 /data /uploads
COPY --from=libraries /venv /venv
WORKDIR /app
COPY . .
RUN /venv/bin/python -m compileall -q .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    TMPDIR=/uploads \
    SHP_STORE=/data/store \
    SHP_SAMPLE_STORE=/data/sample \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true
USER dashboard
VOLUME /data /uploads
EXPOSE 8501
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "server.py"]
