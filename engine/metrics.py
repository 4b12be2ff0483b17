"""What an operator watches, in Prometheus' terms. Each server has a registry of its own, so tests share none."""

from collections.abc import Callable
from wsgiref.simple_server import WSGIServer

import prometheus_client


class Metrics:
    """Counters of calls and jobs, and gauges that are read when they are asked for."""

    def __init__(self) -> None:
        self._registry = prometheus_client.CollectorRegistry()
        self._calls = prometheus_client.Histogram(
            "auxsend_call_seconds", "Duration of calls.", ["method", "code"], registry=self._registry
        )
        self._jobs = prometheus_client.Histogram(
            "auxsend_job_seconds",
            "Device time of jobs.",
            ["task", "model"],
            buckets=(0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000),
            registry=self._registry,
        )
        self._audio = prometheus_client.Counter(
            "auxsend_audio_seconds", "Audio that went through a model.", ["task", "model"], registry=self._registry
        )

    def count_call(self, method: str, code: str, elapsed_sec: float) -> None:
        """Counts a call that has ended."""
        self._calls.labels(method, code).observe(elapsed_sec)

    def count_job(self, task: str, model: str, run_sec: float, audio_sec: float) -> None:
        """Counts work that a device has done."""
        self._jobs.labels(task, model).observe(run_sec)
        self._audio.labels(task, model).inc(audio_sec)

    def watch(self, name: str, description: str, read: Callable[[], float]) -> None:
        """Adds a gauge whose value is read whenever it is asked for."""
        gauge = prometheus_client.Gauge(name, description, registry=self._registry)
        gauge.set_function(read)

    def text(self) -> str:
        """Returns all metrics in Prometheus' text format."""
        return prometheus_client.generate_latest(self._registry).decode()

    def serve(self, port: int) -> WSGIServer:
        """Serves the metrics on loopback until the returned server is shut down."""
        server, _ = prometheus_client.start_http_server(port, addr="127.0.0.1", registry=self._registry)
        return server
