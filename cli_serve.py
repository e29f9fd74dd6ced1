"""The commands that run for as long as the house is open: the pages and the jobs, beside each other or alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app

from blueprints import measuring, warming
from blueprints.clock import now
from cli_house import House, need_current_tables, need_data_keys, need_durable_database
from domain.errors import Unavailable
from models import db
from services import meter, serving, soundness, tables, warden

if TYPE_CHECKING:
    import socket

    from services import jobs

ROOT = Path(__file__).parent
house = House()
log = logging.getLogger(__name__)


def in_production() -> bool:
    """Whether this is nobody's trial."""
    return bool(current_app.config["APP_ENV"] == "production")


@house.command("serve")
def serve() -> None:
    """Upgrade the database, seed a new one with the demo, and serve until Ctrl-C."""
    port = serving.listener()
    if port is not None:  # of a house that is open: one of its processes died
        _load_for_pages()
        meter.use(meter.Meter.inherited(*_measured()) if current_app.config["METRICS_BIND"] else None)
        web = _web(port)
        serving.keep_whole()
        serving.become(web)
        return
    listener = _listen(current_app.config["HOST"], current_app.config["PORT"])
    metrics = _metrics()
    serving.apart(lambda: _make_ready(current_app.config["HOST"], listener.getsockname()[1]), _load_for_all)
    web = _web(listener.fileno())
    db.engine.dispose()
    parts = [web] * current_app.config["WEB_CONCURRENCY"] + [
        serving.Part("jobs", lambda: _counting("jobs", _work_on_jobs)),
        *metrics,
    ]
    serving.hand_over(parts, listener.fileno())


def _listen(host: str, port: int) -> socket.socket:
    try:
        return serving.listen(host, port)
    except OSError as error:
        raise click.ClickException(f"Port {port} of {host} can't be used: {error.strerror}.") from error


def _measured() -> tuple[list[str], int]:
    return measuring.routes(current_app), current_app.config["WEB_CONCURRENCY"] + 1


def _metrics() -> list[serving.Part]:
    """What tells the figures, where they are wanted: from now on all processes count."""
    bind = current_app.config["METRICS_BIND"]
    if bind is None:
        return []
    listener = _listen(*bind)
    counting = meter.Meter(*_measured())
    counting.hand_on()
    meter.use(counting)

    def answer() -> None:
        from services import metrics_server

        metrics_server.serve(listener, lambda: _figures(counting), serving.lifeline())

    return [serving.Part("metrics", answer)]


def _figures(counting: meter.Meter) -> str:
    from services import figures_of_house, metrics

    moment, found = now(), None
    try:
        found = figures_of_house.figures(moment)
    except Unavailable:
        log.warning("The database does not answer; the metrics say so.")
    finally:
        db.session.remove()
    backup = figures_of_house.newest_backup(current_app.config["BACKUP_DIR"])
    return metrics.page(counting.read(), found, backup, moment)


def _counting(kind: str, run: Callable[[], object]) -> None:
    """Do a part that counts what it does, where somebody measures."""
    counting = meter.current()
    if counting is not None:
        counting.take_part(kind)
    run()


def _load_for_pages() -> None:
    import_module("services.web_server")
    import_module("services.patient_worker")
    warming.load_compiled(current_app.jinja_env)


def _load_for_all() -> None:
    _load_for_pages()
    import_module("services.jobs")


def _web(port: int) -> serving.Part:
    """Answering at the port of this descriptor, with all that it needs made; the database has to be up to date."""
    from services import web_server

    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the one behind the proxy
    warming.warm(app)
    server = web_server.Server(app, ROOT / "gunicorn.conf.py", port)
    return serving.Part(warden.REPLACED, lambda: _counting("web", server.answer))


def _make_ready(host: str, port: int) -> None:
    """Bring the database up to date, and greet. It runs apart: what it needs, nobody needs while the house is open."""
    from services.seed import first_start

    need_durable_database()
    bring_up_to_date()
    need_data_keys()
    first_start.make_ready(
        production=in_production(), demo_password=current_app.config["DEMO_PASSWORD"], now=now()
    )
    click.echo(_greeting(host, port))


def bring_up_to_date() -> None:
    """Give the database the newest tables where it hasn't got them; a damaged file is left as it is."""
    damage = soundness.diagnosis(db.engine.url)
    if damage is not None:
        raise click.ClickException(damage)
    if tables.revision() != current_app.config["MIGRATION_HEAD"]:
        from flask_migrate import upgrade

        upgrade()


def _greeting(host: str, port: int) -> str:
    from services.seed import desk as demo_desk
    from services.seed import people as demo_people

    shown = f"[{host}]" if ":" in host else host
    lines = [f"近邻晤福 · 聚福小区   http://{shown}:{port}"]
    if not in_production() and demo_people.has_demo():
        lines.append(
            f"演示账号，共用密码 / demo accounts, one password:  {current_app.config['DEMO_PASSWORD']}"
        )
        lines += [f"  {account.role.value:<9} {account.phone}" for account in demo_people.ACCOUNTS]
        if demo_desk.pin_is_printed():
            lines.append(f"共用平板的 PIN / PIN of a shared tablet (staff, admin):  {demo_desk.PIN}")
    return "\n".join([*lines, "Ctrl-C 结束 / ends it."])


jobs_ = House("jobs", help="Due work.")


@jobs_.command("run")
@click.option("--once", is_flag=True, help="Do what is due and end.")
def run_jobs(once: bool) -> None:
    """Deliver messages, let requests expire, close bookings that are over, forget what is old."""
    if not once:
        _work_on_jobs(_look_first)
        return
    _look_first()
    outcome = _runner().run_due(now())
    for name, count in outcome.done.items():
        click.echo(f"{name}: {count}")
    if outcome.failed:
        raise click.ClickException(f"Failed: {', '.join(outcome.failed)}.")


def _look_first() -> None:
    need_durable_database()
    need_current_tables()
    need_data_keys()


def _work_on_jobs(look_first: Callable[[], None] | None = None) -> None:
    """Round after round; what is looked at first is looked at again while the database does not answer."""
    from services import jobs

    runner, looks = _runner(), [look_first] if look_first else []

    def work() -> None:
        try:
            while looks:
                looks[0]()
                looks.pop()
        except Unavailable:
            log.warning("The database does not answer; the jobs wait for it.")
            return
        jobs.round_of(runner, now(), lambda due: serving.aside(serving.Part("round", due)))
        counting = meter.current()
        if counting is not None:
            counting.round_ended(now())

    serving.repeat(work, jobs.CYCLE.total_seconds())


def _runner() -> jobs.Runner:
    from blueprints.telling.the_post import the_post
    from services import jobs

    logging.basicConfig(level=logging.INFO, format="%(asctime)s jobs: %(message)s")
    return jobs.Runner(jobs.with_post(the_post()))
