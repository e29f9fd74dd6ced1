"""Settings from the environment."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import config


@pytest.fixture(autouse=True)
def instance(tmp_path, monkeypatch):
    monkeypatch.setattr(config, "INSTANCE", tmp_path / "instance")


def test_postgresql_is_always_spoken_to_by_psycopg():
    for url in ("postgresql://u@h/d", "postgres://u@h/d"):
        assert config.load({"DATABASE_URL": url})["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://u@h/d"


def test_a_secret_is_made_once_and_readable_by_its_owner_only():
    first, again = config.load({})["SECRET_KEY"], config.load({})["SECRET_KEY"]

    assert (len(first), first) == (64, again)
    assert (config.INSTANCE / "secret_key").stat().st_mode & 0o777 == 0o600


def test_starting_together_all_get_the_same_secret():
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: config.load({})["SECRET_KEY"], range(32)))

    assert len(keys) == 1


@pytest.mark.parametrize(
    "environ",
    [
        {"APP_ENV": "production"},
        {"APP_ENV": "production", "SECRET_KEY": "short"},
        {"HTMX_SOURCE": "somewhere"},
        {"APP_ENV": "Production"},
        {"APP_ENV": "prod"},
        {"WEB_CONCURRENCY": "0"},
        {"PORT": "65536"},
        {"SMTP_URL": "http://mail.example", "MAIL_FROM": "a@b.example"},
        {"SMTP_URL": "smtps://mail.example"},
        {"SMTP_URL": "smtps://mail.example", "MAIL_FROM": "a@b.example\r\nBcc: c@d.example"},
        {"PUBLIC_URL": "jufu.example"},
        {"PUBLIC_URL": "https://jufu.example/somewhere"},
        {"SMS_PROVIDER": "pigeon"},
        {"METRICS_BIND": "9464"},
        {"METRICS_BIND": "127.0.0.1:"},
        {"METRICS_BIND": "127.0.0.1:99999"},
        {"METRICS_BIND": "http://127.0.0.1:9464"},
        {"SECRET_KEY_FILE": "/does/not/exist"},
        {"DATA_KEYS_FILE": "/does/not/exist"},
        {"SECRET_KEY_FILE": "/dev/null"},
        {"SECRET_KEY_FILE": __file__, "SECRET_KEY": "x" * 32},
    ],
)
def test_unsafe_settings_are_refused_with_a_sentence(environ):
    with pytest.raises(config.ConfigError, match=r"\w+ \w+ .*\."):
        config.load(environ)


def test_only_the_demo_pretends_to_send_text_messages():
    assert config.load({})["SMS_PROVIDER"] == "log"
    assert config.load({"APP_ENV": "production", "SECRET_KEY": "x" * 32})["SMS_PROVIDER"] == "none"


def test_how_people_are_told_as_it_is_written():
    settings = config.load(
        {
            "SMTP_URL": "smtps://u:p@mail.example",
            "MAIL_FROM": "no-reply@jufu.example",
            "PUBLIC_URL": "https://jufu.example/",
            "ALLOWED_OUTBOUND": "intranet, 10.0.0.7:8080",
        }
    )

    assert settings["PUBLIC_URL"] == "https://jufu.example"
    assert settings["ALLOWED_OUTBOUND"] == {"intranet", "10.0.0.7:8080"}


def test_cookies_are_host_bound_and_secure_in_production():
    settings = config.load({"APP_ENV": "production", "SECRET_KEY": "x" * 32})

    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert settings["SESSION_COOKIE_SECURE"]


def test_a_secret_may_lie_in_a_file_of_its_own(tmp_path):
    (tmp_path / "key").write_text("k" * 40 + "\n")
    (tmp_path / "url").write_text("postgresql://u:p@h/d\n")
    files = {"SECRET_KEY_FILE": str(tmp_path / "key"), "DATABASE_URL_FILE": str(tmp_path / "url")}

    settings = config.load({"APP_ENV": "production", **files})

    assert settings["SECRET_KEY"] == "k" * 40
    assert settings["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://u:p@h/d"


def test_where_figures_are_told_is_a_host_and_a_port():
    assert config.load({})["METRICS_BIND"] is None
    assert config.load({"METRICS_BIND": "127.0.0.1:9464"})["METRICS_BIND"] == ("127.0.0.1", 9464)
    assert config.load({"METRICS_BIND": "[::1]:9464"})["METRICS_BIND"] == ("::1", 9464)
