"""The compose file, read without an engine."""

import re
import subprocess
import sys

import pytest

from attendance import downtime
from tests import compose

pytestmark = pytest.mark.once

REQUIRED = {"HOUSE_ADDRESS", "SECRET_KEY", "POSTGRES_PASSWORD", "EMAIL_URL", "BACKUP_KEY"}
OPTIONAL = {
    "HOUSE_NAME", "TIME_ZONE", "WEB_COPIES", "WORKER_COPIES", "BOUNCE_MAILBOX_URL", "TEXT_URL", "TEXT_INBOUND_SECRET",
}  # fmt: skip


@pytest.fixture
def services() -> dict:
    return compose.read()["services"]


def test_the_file_is_what_compose_understands():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    answer = subprocess.run([*command, compose.ROOT / "docker-compose.yml"], capture_output=True, text=True)
    assert (answer.returncode, answer.stdout.strip()) == (0, "ok -- validation done")


def test_everything_a_house_needs_is_there(services):
    assert set(services) == {"proxy", "web", "worker", "beat", "migrate", "postgres", "redis"}


def test_secrets_are_asked_for_and_never_made_up():
    text = (compose.ROOT / "docker-compose.yml").read_text()
    kinds: dict[str, set[str]] = {}
    for found in compose.VARIABLE.finditer(text):
        kinds.setdefault(found["name"], set()).add(found["kind"])
    assert kinds == {name: {":?"} for name in REQUIRED} | {name: {":-"} for name in OPTIONAL}


def test_the_example_names_every_setting_and_no_secret():
    lines = (compose.ROOT / ".env.example").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if re.match(r"\w+=", line))
    assert set(values) == REQUIRED | OPTIONAL
    assert {name: values[name] for name in REQUIRED} == dict.fromkeys(REQUIRED, "")


def test_exactly_one_beat(services):
    with_beat = {
        name for name, service in services.items() if {"beat", "-B", "--beat"} & set(service.get("command", []))
    }
    assert with_beat == {"beat"}
    assert services["beat"]["deploy"]["replicas"] == 1


@pytest.mark.parametrize("name", ["web", "worker"])
def test_web_and_worker_scale_by_number(services, name):
    assert services[name]["deploy"]["replicas"] == f"${{{name.upper()}_COPIES:-1}}"
    assert {"container_name", "ports", "hostname"} & set(services[name]) == set()


def test_health_means_that_the_work_gets_done(services):
    assert {name for name, service in services.items() if "healthcheck" not in service} == {"migrate"}
    assert services["web"]["healthcheck"]["test"] == ["CMD", "python", "deploy/healthy.py"]
    assert "/healthz" in (compose.ROOT / "deploy" / "healthy.py").read_text()
    assert "inspect ping" in services["worker"]["healthcheck"]["test"][1]


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nobody_starts_before_the_database_is_migrated(services, name):
    assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["migrate"]["restart"] == "no"


def test_only_the_front_door_is_open(services):
    assert {name for name, service in services.items() if service.get("ports")} == {"proxy"}
    assert services["postgres"]["networks"] == services["redis"]["networks"] == ["inside"]
    assert compose.read()["networks"]["inside"]["internal"] is True


def test_what_is_kept_has_a_volume(services):
    mounted = {entry.split(":")[0] for service in services.values() for entry in service.get("volumes", [])}
    assert mounted - {"./deploy/Caddyfile"} == set(compose.read()["volumes"])
    assert services["postgres"]["volumes"] == ["database:/var/lib/postgresql/data"]


def test_web_hands_out_what_the_worker_made(services, settings):
    """One folder for both, and the image has it with the right owner: a new volume takes that over."""
    folders = [f"{name}:/srv/clubhouse/data/{name}" for name in ("report-files", "downtime")]
    assert folders == services["web"]["volumes"] == services["worker"]["volumes"][:2]
    assert str(settings.REPORT_FILES.relative_to(settings.DATA_DIR)) == "report-files"
    assert str(downtime.folder().relative_to(settings.DATA_DIR)) == "downtime"
    text = (compose.ROOT / "Dockerfile").read_text()
    assert "DATA_DIR=/srv/clubhouse/data" in text
    assert "install --directory --mode 700 --owner clubhouse data/report-files data/downtime" in text


def test_backups_have_a_volume_of_their_own_which_the_web_server_cannot_reach(services, settings):
    folder = "backups:/srv/clubhouse/data/backups"
    assert {name for name, service in services.items() if folder in service.get("volumes", [])} == {"worker", "migrate"}
    text = (compose.ROOT / "Dockerfile").read_text()
    assert "--owner clubhouse data/report-files data/downtime data/backups" in text


def test_every_copied_path_is_let_into_the_image():
    """The image has what its commands name, and never a house's data or secrets."""
    allowed = {line[1:] for line in (compose.ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    needed = {"clubhouse", "members", "activities", "attendance", "templates", "static", "deploy", "manage.py"}
    assert needed | {"requirements.txt"} <= allowed
    assert {"data", ".env", ".git", ".venv", "tests"} & allowed == set()


def test_the_deployment_check_has_nothing_to_say():
    answer = compose.manage("check", "--deploy", "--fail-level", "WARNING", capture_output=True, text=True)
    assert answer.stdout + answer.stderr == "System check identified no issues (0 silenced).\n"
    assert answer.returncode == 0


def test_the_deployment_check_would_speak_up(monkeypatch):
    """Control: with a house that only this computer reaches, the same check warns."""
    monkeypatch.setitem(compose.FILLED_IN, "HOUSE_ADDRESS", "localhost")
    answer = compose.manage("check", "--deploy", "--fail-level", "WARNING", capture_output=True, text=True)
    assert "security.W004" in answer.stderr
    assert answer.returncode == 1


def test_the_house_itself_refuses_an_empty_secret(monkeypatch):
    monkeypatch.setitem(compose.FILLED_IN, "SECRET_KEY", "")
    answer = compose.manage("check", capture_output=True, text=True)
    assert answer.stderr.startswith("Clubhouse cannot start: SECRET_KEY is missing.")
    assert answer.returncode == 1
