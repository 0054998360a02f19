FROM python:3.11-slim AS packages
COPY requirements.txt .
# What packages test themselves with is a tenth of them.
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check -r requirements.txt \
    && find /venv -depth -type d -name tests -path '*/site-packages/*' -not -path '*/numpy/*' -exec rm -rf {} + \
    && rm -rf /venv/lib/python3.11/site-packages/pip

FROM python:3.11-slim
COPY --from=packages /venv /venv
WORKDIR /parterre
COPY . .
RUN useradd --system --uid 10001 parterre \
    && install -d -m 700 -o parterre /home/parterre/var \
    && python -m compileall -q .
USER parterre

ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PARTERRE_ENV=production HOST=0.0.0.0 PORT=8050 PARTERRE_HOME=/home/parterre/var
VOLUME /home/parterre/var
EXPOSE 8050
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=4)"]
CMD ["python", "-m", "scripts.serve"]
