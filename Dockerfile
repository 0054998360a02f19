FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1

WORKDIR /parterre
COPY requirements.txt .
RUN pip install --disable-pip-version-check -r requirements.txt

COPY . .
RUN useradd --system --uid 10001 parterre && install -d -o parterre /home/parterre/var
USER parterre

ENV PARTERRE_ENV=production HOST=0.0.0.0 PORT=8050 PARTERRE_HOME=/home/parterre/var
VOLUME /home/parterre/var
EXPOSE 8050
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=4)"]
CMD ["python", "-m", "scripts.serve"]
