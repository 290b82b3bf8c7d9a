"""Figures as Prometheus reads them: names as promised, labels that are never ids, nothing shown that was not found."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import GAUGES, SOCKETS, Metrics, label

PROMISED = {
    "swis_oldest_unsent_seconds", "swis_overdue_rows", "swis_heartbeat_age_seconds", "swis_unheard_concerns",
    "swis_undeliverable_rows", "swis_waiting_rows", "swis_delivery_failures", "swis_deliveries",
    "swis_delivery_latency_seconds", "swis_turn_seconds", "swis_job_last_success_age_seconds", "swis_job_failures",
    "swis_turned_away",
}  # fmt: skip


def samples(page: bytes) -> dict[str, float]:
    """Each sample by name and labels."""
    families = text_string_to_metric_families(page.decode())
    return {
        f"{one.name}{sorted(one.labels.items()) if one.labels else ''}": one.value
        for family in families
        for one in family.samples
    }


def filled() -> Metrics:
    """Metrics in which everything happened once."""
    metrics = Metrics()
    metrics.delivered("mail", 0.3, repeat=True)
    metrics.failed("slack", "rate_limited")
    metrics.turn(0.004)
    metrics.job_failed("watch")
    metrics.turned_away("slack", "bad_signature")
    return metrics


def test_every_promised_figure_is_there() -> None:
    page = filled().page(dict.fromkeys(GAUGES, 1.0), {"watch": 2.0})
    assert {family.name for family in text_string_to_metric_families(page.decode())} >= PROMISED


def test_what_happened_is_counted_by_channel_and_code() -> None:
    found = samples(filled().page({}, {"watch": 2.0}))
    assert found["swis_deliveries_total[('channel', 'mail'), ('repeat', 'yes')]"] == 1
    assert found["swis_delivery_failures_total[('channel', 'slack'), ('code', 'rate_limited')]"] == 1
    assert found["swis_job_failures_total[('job', 'watch')]"] == 1
    assert found["swis_turned_away_total[('channel', 'slack'), ('code', 'bad_signature')]"] == 1
    assert found["swis_job_last_success_age_seconds[('job', 'watch')]"] == 2
    assert found["swis_turn_seconds_count"] == found["swis_delivery_latency_seconds_count"] == 1


def test_what_nobody_found_yet_is_missing_and_not_zero() -> None:
    assert not [name for name in samples(filled().page({}, {})) if name in GAUGES]


def test_a_connection_is_shown_by_channel_and_there_is_none_without_one() -> None:
    found = samples(filled().page({}, {}, {name: {"slack": 3.0} for name in SOCKETS}))
    assert found["swis_socket_down_seconds[('channel', 'slack')]"] == 3
    assert found["swis_socket_connections[('channel', 'slack')]"] == 3
    assert not [name for name in samples(filled().page({}, {})) if "socket" in name]


def test_two_instances_share_nothing() -> None:
    filled()
    assert samples(Metrics().page({}, {}))["swis_turn_seconds_count"] == 0


@pytest.mark.parametrize("text", ["smtp_421", "http_500", "outage", "database_unreachable", "web", "no_answer"])
def test_a_code_of_ours_is_a_label(text: str) -> None:
    assert label(text) == text


@pytest.mark.parametrize(
    "text", ["3f2a9c0b5d", "K4M-7QX", "brentside.dsl", "Robin Example", "", "a" * 60, "deadbeef12345678"]
)
def test_what_may_be_an_id_never_becomes_a_label(text: str) -> None:
    assert label(text) == "other"
    metrics = Metrics()
    metrics.failed(text, text)
    assert "[('channel', 'other'), ('code', 'other')]" in "".join(samples(metrics.page({}, {})))
