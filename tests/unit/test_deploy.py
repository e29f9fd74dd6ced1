"""The files that settle a house on a machine guard it, keep secrets out of logs, and hold none themselves."""

import re
import shutil
import subprocess

import pytest

from tests.support import deploying
from tests.support.checkout import ROOT
from tests.support.deploying import DEPLOY

SERVICES = sorted((DEPLOY / "systemd").glob("*.service"))
CADDY = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
JOURNAL = (DEPLOY / "journald.conf").read_text(encoding="utf-8")
SIX_MONTHS = 184
IMAGE = (ROOT / "Containerfile").read_text(encoding="utf-8")
RULES = [
    "/calendar/<token>.ics",
    "/join/shop/<token>",
    "/me/channels/confirm/<token>",
    "/api/v1/join/<token>",
]


@pytest.mark.parametrize("unit", SERVICES, ids=lambda file: file.name)
def test_whoever_gets_into_a_process_stays_there(unit):
    assert deploying.faults_of_unit(unit.read_text(encoding="utf-8")) == []


@pytest.mark.mutant
@pytest.mark.parametrize("guard", [*deploying.MUST, *deploying.LIMITED])
def test_a_unit_without_a_guard_is_found(guard):
    text = SERVICES[0].read_text(encoding="utf-8")
    bare = re.sub(rf"^{guard}=.*\n", "", text, flags=re.MULTILINE)

    assert deploying.faults_of_unit(bare) == [guard]


def test_systemd_understands_the_units(tmp_path):
    tool = shutil.which("systemd-analyze")
    if tool is None:  # the other tests of this file hold without it
        return
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(
            re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        )

    said = subprocess.run(
        [tool, "verify", "--man=no", *sorted(tmp_path.iterdir())], capture_output=True, text=True, check=False
    )

    assert [line for line in said.stderr.splitlines() if "jufu" in line] == []


@pytest.mark.parametrize("hidden", [deploying.hidden_by_caddy(CADDY), deploying.hidden_by_nginx(NGINX)])
def test_a_proxys_log_shows_no_secret_of_an_address_and_nothing_asked_for(hidden, app):
    rules = [str(rule) for rule in app.url_map.iter_rules()]

    assert sum("<token>" in rule for rule in rules) >= 4
    assert deploying.secrets_that_are_logged(hidden, rules) == []


@pytest.mark.mutant
@pytest.mark.parametrize("hole", ["/[A-Za-z0-9_-]{80,}|\\?.*", "/[A-Za-z0-9_-]{20,}", "$^"])
def test_a_log_that_shows_more_is_found(hole):
    assert deploying.secrets_that_are_logged(re.compile(hole), RULES) == RULES


def test_logs_reach_back_six_months_as_the_law_asks_and_as_the_page_says():
    days = deploying.days_that_logs_are_kept(JOURNAL, CADDY)
    told = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")

    assert min(days.values()) > SIX_MONTHS
    assert f"keeps {days['Caddy']} days" in told
    assert f"4 GB and at most {days['journald']} days" in told
    assert (
        "SystemMaxUse=4G\n" in JOURNAL
    )  # with roll_size and roll_keep the page says what they are enough for
    assert "roll_size 100MiB\n\t\t\troll_keep 400\n" in CADDY


@pytest.mark.mutant
@pytest.mark.parametrize(
    ("guard", "less"),
    [("MaxRetentionSec=400day", "MaxRetentionSec=90day"), ("persistent", "auto"), ("5760h", "2160h")],
)
def test_a_log_that_is_cut_sooner_is_found(guard, less):
    days = deploying.days_that_logs_are_kept(JOURNAL.replace(guard, less), CADDY.replace(guard, less))

    assert min(days.values()) < SIX_MONTHS


@pytest.mark.parametrize(
    "line",
    [
        "client_max_body_size 33m;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header X-Forwarded-Host $host;",
    ],
)
def test_nginx_lets_uploads_through_and_says_who_asks(line):
    assert line in NGINX
    assert "Sec-Fetch" not in re.sub("#.*", "", NGINX)  # what is not named passes as it is


def test_caddy_lets_uploads_through():
    assert "max_size 33MB" in CADDY


def test_the_image_has_all_that_the_house_is_made_of_and_no_more():
    copied = deploying.copied_into_image(IMAGE)
    modules = {path.name for path in ROOT.glob("*.py")}
    floors = {
        "blueprints",
        "domain",
        "models",
        "services",
        "migrations",
        "static",
        "templates",
        "translations",
    }

    assert {name for name in copied if name.endswith(".py")} == modules
    assert set(copied) - modules == floors | {"requirements.txt", "deploy/nightly-backup.sh"}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {
        line.removeprefix("!") for line in ignored if line.startswith("!") and "*" not in line
    } | modules == set(copied)


def test_the_image_is_not_root_and_says_whether_it_is_well():
    assert re.search(r"^USER 10001:10001$", IMAGE, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*\n.*/readyz", IMAGE, re.MULTILINE)
    assert "--require-hashes" in IMAGE


def test_containers_have_a_read_only_root_and_no_privileges():
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    house = text.partition("x-house:")[2].partition("x-settings:")[0]

    for guard in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "mem_limit:"):
        assert guard in house


def all_that_settles_a_house():
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and "secrets" not in path.parts]
    return {
        path: path.read_text(encoding="utf-8")
        for path in [*files, ROOT / "Containerfile", ROOT / "compose.yaml"]
    }


def test_no_password_is_written_down_where_a_house_is_settled():
    assert deploying.written_secrets(all_that_settles_a_house()) == []


@pytest.mark.mutant
@pytest.mark.parametrize("line", ["POSTGRES_PASSWORD: jufu", "SECRET_KEY=changeme", 'password = "admin123"'])
def test_a_password_that_is_written_down_is_found(line):
    texts = all_that_settles_a_house() | {ROOT / "compose.yaml": f"services:\n  {line}\n"}

    assert len(deploying.written_secrets(texts)) == 1


def test_an_audit_looks_into_every_lock_and_ends_with_what_it_found(tmp_path):
    for name in ("scripts", ".venv-audit/bin"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copy(ROOT / "scripts/audit.sh", tmp_path / "scripts")
    for name in ("requirements-audit.txt", ".venv-audit/installed"):
        (tmp_path / name).write_text("pip-audit==1\n")
    tool = tmp_path / ".venv-audit/bin/pip-audit"
    tool.write_text('#!/bin/sh\necho "asked: $*"\ncase "$*" in *--strict*requirements.txt) exit 1 ;; esac\n')
    tool.chmod(0o755)

    done = subprocess.run(
        ["sh", "scripts/audit.sh"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    asked = [line.split()[-1] for line in done.stdout.splitlines() if line.startswith("asked:")]
    assert asked == ["requirements.txt", "requirements-dev.txt", "requirements-bots.txt"]
    assert done.returncode == 1
    only_one = ["sh", "scripts/audit.sh", "requirements-dev.txt"]
    assert subprocess.run(only_one, cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_every_package_of_every_lock_has_hashes():
    for lock in ROOT.glob("requirements*.txt"):
        packages = re.split(r"^(?=\S)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert [one for one in packages if "==" in one and "--hash=sha256:" not in one] == [], lock
