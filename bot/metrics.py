"""How the service runs, as Prometheus reads it: the only module that knows its client library.

Labels are channel names, codes and job names, never an id: what looks otherwise is counted as `other`. Each instance
has a registry of its own; what was not looked at yet is left out, never shown as zero.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OTHER = "other"
_LABEL = re.compile(r"[a-z]+(_[a-z]+){0,5}(_?[0-9]{1,3})?")
_LATENCIES = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
_TURNS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

GAUGES: Mapping[str, str] = MappingProxyType(
    {
        "swis_oldest_unsent_seconds": "How long the oldest row that is due has waited to be sent.",
        "swis_overdue_rows": "Rows that have been due for more than a minute.",
        "swis_heartbeat_age_seconds": "Since the auditor last found every open concern looked after.",
        "swis_unheard_concerns": "Open concerns that nobody holds and no row will bring up again.",
        "swis_unreached_concerns": "Open concerns whose alerts were all given up: nobody at all was told.",
        "swis_undeliverable_rows": "Rows that were tried until nobody tries any more.",
        "swis_waiting_rows": "Rows that wait, due or not.",
        "swis_refused_directories": "Directory files that could not be used; the last good one is.",
        "swis_spool_waiting": "Presses of danger that are kept on this machine and not written down yet.",
        "swis_spool_aside": "Files of the spool that could not be used: somebody has to look at them.",
        "swis_drafts_unreminded": "Drafts with a worrying answer whose writers the rounds missed.",
        "swis_jobs_missed": "Kinds of job that ended well nowhere for a while.",
        "swis_clock_jumps": "How often this process saw its clock jump.",
        "swis_figures_age_seconds": "How old the figures from the database are.",
    }
)
SOCKETS: Mapping[str, str] = MappingProxyType(
    {
        "swis_socket_down_seconds": "Since the standing connection of a channel was last seen; 0 while it stands.",
        "swis_socket_connections": "Connections that the app of a channel had when this one opened; Slack takes ten.",
    }
)
"""By channel; there only where a channel keeps a standing connection."""
NO_SOCKETS: Mapping[str, Mapping[str, float]] = MappingProxyType({})


@dataclass(slots=True, eq=False)
class _Shown:
    """What was last looked at: gauges by name, those of sockets by name and channel, and jobs' ages."""

    gauges: Mapping[str, float] = field(default_factory=dict)
    sockets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    jobs: Mapping[str, float] = field(default_factory=dict)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """For the registry."""
        for name, value in self.gauges.items():
            yield GaugeMetricFamily(name, GAUGES[name], value=value)
        for name, by_channel in self.sockets.items():
            yield _labelled(name, SOCKETS[name], "channel", by_channel)
        about = "Since a job of this process last ended well."
        yield _labelled("swis_job_last_success_age_seconds", about, "job", self.jobs)


def _labelled(name: str, about: str, by: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, about, labels=[by])
    for one, value in values.items():
        found.add_metric([label(one)], value)
    return found


class Metrics:
    """Keeps figures and writes them as a page. Called from any thread."""

    def __init__(self) -> None:
        # The moment at which each series began says nothing to us, and doubles the page.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._shown = _Shown()
        self._registry.register(self._shown)
        self._deliveries = self._counter("swis_deliveries", "Cards handed over.", "channel", "repeat")
        self._failures = self._counter("swis_delivery_failures", "Cards not handed over.", "channel", "code")
        self._jobs = self._counter("swis_job_failures", "Jobs that ended with an error.", "job")
        self._turned = self._counter("swis_turned_away", "Requests refused at a door.", "channel", "code")
        self._latency = self._histogram("swis_delivery_latency_seconds", "From due to handed over.", _LATENCIES)
        self._turns = self._histogram("swis_turn_seconds", "One answer of a conversation.", _TURNS)

    def delivered(self, channel: str, seconds: float, repeat: bool) -> None:
        """A card was handed over so many seconds after it was due."""
        self._deliveries.labels(label(channel), "yes" if repeat else "no").inc()
        self._latency.observe(max(seconds, 0.0))

    def failed(self, channel: str, code: str) -> None:
        """A card was not taken."""
        self._failures.labels(label(channel), label(code)).inc()

    def turn(self, seconds: float) -> None:
        """Somebody's answer was taken."""
        self._turns.observe(seconds)

    def job_failed(self, job: str) -> None:
        """A job ended with an error."""
        self._jobs.labels(label(job)).inc()

    def turned_away(self, channel: str, code: str) -> None:
        """A request was refused at a channel's door."""
        self._turned.labels(label(channel), label(code)).inc()

    def page(
        self,
        gauges: Mapping[str, float],
        jobs: Mapping[str, float],
        sockets: Mapping[str, Mapping[str, float]] = NO_SOCKETS,
    ) -> bytes:
        """Everything in Prometheus's text format: gauges, ages of jobs (seconds), sockets by gauge and channel."""
        self._shown.gauges, self._shown.jobs, self._shown.sockets = gauges, jobs, sockets
        return generate_latest(self._registry)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self._registry)

    def _histogram(self, name: str, about: str, buckets: Iterable[float]) -> Histogram:
        return Histogram(name, about, registry=self._registry, buckets=tuple(buckets))


def label(text: str) -> str:
    """The text if it is a word of ours, else `other`: an id must never become a series.

    >>> label("smtp_550"), label("rate_limited"), label("3f2a9c"), label("Brentside High")
    ('smtp_550', 'rate_limited', 'other', 'other')
    """
    return text if len(text) <= 40 and _LABEL.fullmatch(text) else OTHER
