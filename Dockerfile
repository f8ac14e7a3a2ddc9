# The house's program: web, worker, beat and migrate are the same image with different commands (docker-compose.yml).
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/srv/clubhouse/data
WORKDIR /srv/clubhouse

# Only wheels, each with the hash that was tested: no compiler in the image, nothing that was swapped on the way.
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --only-binary :all: --require-hashes -r requirements.txt

COPY . .
# Style sheets and scripts get their hashed names here; the key is for this one command and stays nowhere.
# The program cannot write into itself: it runs as somebody who owns nothing but the folders of files that were asked for and of backups.
RUN SECRET_KEY=only-while-building python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --uid 10001 --no-create-home clubhouse \
    && install --directory --mode 700 --owner clubhouse data/report-files data/downtime data/backups
USER clubhouse

EXPOSE 8000
CMD ["gunicorn", "clubhouse.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--max-requests", "5000", "--max-requests-jitter", "500"]
