"""Figures for Prometheus: what the parts count together, and those of the whole house read when asked.

Parts of `dangol start` count into one folder (PROMETHEUS_MULTIPROC_DIR), so any of them answers for all; a web process
of somebody else's counts for itself unless that variable is set for it.

Names follow https://prometheus.io/docs/practices/naming/: base units, `_total` for what only grows. Labels are bounded:
routes of this version's addresses, queues, kinds, never a person or an address.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, Summary, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from dangol.platform.db.asking import Asking

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
MOST_ROUTES = 1000
REGISTRY = CollectorRegistry(auto_describe=False)
ProcessCollector(registry=REGISTRY)
log = logging.getLogger(__name__)

_requests = Counter(
    "dangol_http_requests", "Requests answered.", ["route", "method", "status"], registry=REGISTRY
)  # fmt: skip
_seconds = Histogram(
    "dangol_http_request_duration_seconds", "How long an answer took.", ["route"], registry=REGISTRY,
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
_queries = Summary("dangol_http_request_queries", "Statements a request asked.", ["route"], registry=REGISTRY)
_jobs = Counter("dangol_jobs_run", "Jobs that ended.", ["task", "outcome"], registry=REGISTRY)
_job_seconds = Summary("dangol_job_duration_seconds", "How long a job took.", ["task"], registry=REGISTRY)
_routes: set[str] = set()


class Figure:
    """A figure of the whole house, read when asked.

    `read` returns pairs of label values and the number; with one label or none they come from a database of thousands
    of rows, so it must be cheap (a sum kept, an index).
    """

    def __init__(
        self, name: str, text: str, read: Callable[[], Iterable[tuple[tuple[str, ...], float]]], *labels: str
    ) -> None:
        self.name, self.text, self.read, self.labels = name, text, read, labels


_figures: dict[str, Figure] = {}


def register_figure(figure: Figure) -> None:
    """Add a figure of a higher room. Raises ValueError when its name is taken."""
    if figure.name in _figures:
        raise ValueError(f"{figure.name} is counted already.")
    _figures[figure.name] = figure


def observe(route: str, method: str, status: int, seconds: float, queries: int) -> None:
    """Count an answered request."""
    route = _bounded(route)
    _requests.labels(route, method if method in METHODS else "other", str(status)).inc()
    _seconds.labels(route).observe(seconds)
    _queries.labels(route).observe(queries)


def observe_job(who: Asking, ms: float, is_failed: bool) -> None:
    """Count a job that ended in this process."""
    _jobs.labels(who.name, "failed" if is_failed else "succeeded").inc()
    _job_seconds.labels(who.name).observe(ms / 1000)


def exposition() -> tuple[bytes, str]:
    """Return everything in Prometheus' text format, and its content type."""
    own = generate_latest(_counted())
    house = CollectorRegistry(auto_describe=False)
    house.register(_House())
    return own + generate_latest(house), CONTENT_TYPE_PLAIN_0_0_4


def _counted() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    together = CollectorRegistry(auto_describe=False)
    multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def _bounded(route: str) -> str:
    if route in _routes:
        return route
    if len(_routes) >= MOST_ROUTES:
        return "other"
    _routes.add(route)
    return route


class _House:
    """The registered figures; one that cannot be read is left out, so that the others still come."""

    def collect(self) -> Iterator[Any]:
        for figure in list(_figures.values()):
            family = GaugeMetricFamily(figure.name, figure.text, labels=list(figure.labels))
            try:
                for labels, value in figure.read():
                    family.add_metric(list(labels), float(value))
            except Exception:
                log.warning("The figure %s could not be read.", figure.name, exc_info=True)
                continue
            yield family
