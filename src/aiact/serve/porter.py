"""The porter: everything that is the same for all requests. Who may come in, what is noted, what answers must carry."""

from __future__ import annotations

import ipaddress
import time

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
        b"font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
        b"base-uri 'none'; frame-ancestors 'none'",
    ),
]
ROUTES = ("sparql", "check", "questions", "openapi.json", "health", "metrics", "service.json", ".well-known")


class Porter:
    """Wraps an ASGI application."""

    def __init__(self, app, sparql, hosts: list[str], prefix: str, note) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self.app, self.sparql = app, sparql  # the second answers at /sparql, without the detour over all routes
        self.figures: dict[tuple[str, int], tuple] = {}
        self.hosts, self.prefix, self.note = [host.lower() for host in hosts], prefix.rstrip("/"), note
        self.registry = CollectorRegistry()
        self.requests = Counter("aiact_requests", "Requests.", ["route", "status"], registry=self.registry)
        buckets = (0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10, 25)
        self.seconds = Histogram("aiact_request_seconds", "Time.", ["route"], buckets=buckets, registry=self.registry)
        self.kept = Counter("aiact_kept_answers", "Answers given again.", registry=self.registry)

    def hit(self) -> None:
        self.kept.inc()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, told = time.perf_counter(), {"status": 500, "size": 0}

        async def sent(message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                message["headers"] = [*message["headers"], *HEADERS]
            else:
                told["size"] += len(message.get("body", b""))
            await send(message)

        path = scope["path"]
        if self.prefix and path.startswith(self.prefix + "/"):  # a proxy that sends it along
            path = path[len(self.prefix) :]
        elif path == self.prefix and path:
            path = "/"
        scope = scope | {"root_path": self.prefix, "path": self.prefix + path}
        first = path.split("/")[1]
        route = first if first in ROUTES else "pages"
        try:
            if self.welcome(scope):
                answering = self.sparql if self.sparql and path == "/sparql" else self.app
                await answering(scope, receive, sent)
            else:
                from .app import problem

                name = "the server was not told that it has this name; start it with --host NAME"
                await problem(421, name)(scope, receive, sent)
        finally:
            took = time.perf_counter() - began
            self.count(route, told["status"], took)
            self.note(scope["method"], route, told["status"], told["size"], took)

    def count(self, route: str, status: int, took: float) -> None:
        known = self.figures.get((route, status))
        if known is None:
            known = self.figures[route, status] = self.requests.labels(route, str(status)), self.seconds.labels(route)
        known[0].inc()
        known[1].observe(took)

    def welcome(self, scope) -> bool:
        """Whether the server is asked under a name of its own, and not under that of a page that a browser shows."""
        if not self.hosts:
            return True
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "").lower()
        return bare(host) in self.hosts

    def metrics(self, state: dict[str, int]) -> bytes:
        """All figures in the text form of Prometheus."""
        from prometheus_client import generate_latest

        lines = []
        for name, value in state.items():
            kind = "counter" if name in ("killed", "crashed") else "gauge"
            full = f"aiact_{name}_total" if kind == "counter" else f"aiact_{name}"
            lines.append(f"# TYPE {full} {kind}\n{full} {value}\n")
        return generate_latest(self.registry) + "".join(lines).encode()


def bare(host: str) -> str:
    """A host without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def local(host: str) -> bool:
    """Whether an address is that of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
