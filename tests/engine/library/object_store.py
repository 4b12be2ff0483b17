"""An object store on the loopback with as much of S3 as small tables need: ranges, lists, conditional puts.

A put that must not replace anything (`If-None-Match: *`) keeps two writers apart, so it is refused as S3 does it.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

OBJECT_TIME = "2026-01-01T00:00:00.000Z"
HTTP_TIME = "Thu, 01 Jan 2026 00:00:00 GMT"


class ObjectStore(ThreadingHTTPServer):
    """Keeps objects in a dictionary, by bucket and key."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects: dict[str, bytes] = {}
        self.lock = threading.Lock()
        self.is_closed = False
        """Whether nobody may see anything."""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Gives a store that serves until the context ends."""
    with ObjectStore() as store:
        thread = threading.Thread(target=store.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield store
        finally:
            store.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Paths are /bucket/key. Signatures are not looked at."""

    protocol_version = "HTTP/1.1"
    server: ObjectStore

    def log_message(self, format: str, *arguments: object) -> None:
        """Stays silent."""

    def parse_request(self) -> bool:
        """Refuses everybody while the store is closed."""
        is_good = super().parse_request()
        if is_good and self.server.is_closed:
            self._body()
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return False
        return is_good

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if "list-type" in asked:
            self._answer(200, self._listed(asked.get("prefix", [""])[0], asked.get("delimiter", [""])[0]))
            return
        content = self.server.objects.get(self._key)
        if content is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        span = self.headers.get("Range")
        if span is None:
            self._answer(200, content, {"ETag": _tag(content), "Last-Modified": HTTP_TIME})
            return
        first, last = (int(number) if number else None for number in span.removeprefix("bytes=").split("-"))
        start = len(content) - (last or 0) if first is None else first
        end = len(content) if first is None or last is None else min(last + 1, len(content))
        place = {"Content-Range": f"bytes {start}-{end - 1}/{len(content)}"}
        self._answer(206, content[start:end], place | {"ETag": _tag(content), "Last-Modified": HTTP_TIME})

    def do_PUT(self) -> None:
        content = self._body()
        with self.server.lock:
            is_refused = self.headers.get("If-None-Match") == "*" and self._key in self.server.objects
            if not is_refused:
                source = self.headers.get("x-amz-copy-source")
                self.server.objects[self._key] = (
                    content if source is None else self.server.objects[unquote(source).strip("/")]
                )
        self._answer(412 if is_refused else 200, b"", {"ETag": _tag(content)})

    def do_DELETE(self) -> None:
        self.server.objects.pop(self._key, None)
        self._answer(204, b"")

    def do_POST(self) -> None:
        """Deletes many objects at once."""
        bucket = self._key.split("/")[0]
        keys = [key.text or "" for key in ElementTree.fromstring(self._body()).iter() if key.tag.endswith("Key")]
        for key in keys:
            self.server.objects.pop(f"{bucket}/{key}", None)
        deleted = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).strip("/")

    def _listed(self, prefix: str, delimiter: str) -> bytes:
        bucket = self._key
        keys = [key.removeprefix(f"{bucket}/") for key in sorted(self.server.objects) if key.startswith(f"{bucket}/")]
        files, folders = [], dict[str, None]()
        for key in (key for key in keys if key.startswith(prefix)):
            rest = key.removeprefix(prefix)
            if delimiter and delimiter in rest:
                folders[prefix + rest.split(delimiter)[0] + delimiter] = None
            else:
                files.append(key)
        listed = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>{OBJECT_TIME}</LastModified>"
            f"<ETag>{_tag(content)}</ETag><Size>{len(content)}</Size></Contents>"
            for key in files
            for content in [self.server.objects[f"{bucket}/{key}"]]
        )
        listed += "".join(f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in folders)
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>".encode()

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
