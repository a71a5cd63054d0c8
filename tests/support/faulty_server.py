# SPDX-License-Identifier: Apache-2.0
"""An HTTP(S) server on loopback whose answers a test scripts: path (of another
method than GET: "METHOD path") → list of behaviours, the last of which stays."""
import base64
import contextlib
import hashlib
import http.server
import socket
import ssl
import struct
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server.owner
        key = self.path if self.command == "GET" else f"{self.command} {self.path}"
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with server.lock:
            server.requests.append((key, dict(self.headers)))
            server.bodies.append(self.body)
            script = server.script.get(key)
            behaviour = script.pop(0) if script and len(script) > 1 else script[0] if script else not_found
        try:
            behaviour(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_HEAD = do_POST = do_PUT = do_PATCH = do_GET

    def reset(self):
        """Ends the connection with RST."""
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def head(self, status, **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


class Server:
    def __init__(self, certificate=None, clients=None):
        """clients: whose certificates a client must have, a PEM of authorities."""
        self.script, self.requests, self.bodies, self.lock = {}, [], [], threading.Lock()
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.http.block_on_close = False
        self.http.owner = self
        self.http.handle_error = lambda *_: None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            if clients:
                context.load_verify_locations(clients)
                context.verify_mode = ssl.CERT_REQUIRED
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.port = self.http.server_address[1]
        self.url = f"{'https' if certificate else 'http'}://localhost:{self.port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    def asked(self, path):
        """Header fields of the requests for a path, in their order."""
        with self.lock:
            return [h for p, h in self.requests if p == path]


class Tunnel:
    """A proxy that answers CONNECT alone, and leads every host to one port; credentials "user:pass" or None. What it was
    sent is in `requests`, what went through it in `bytes`."""

    def __init__(self, port, credentials=None, status=None):
        self.port, self.credentials, self.status = port, credentials, status
        self.requests, self.bytes = [], b""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "localhost:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self.converse, args=(connection,), daemon=True).start()

    def converse(self, connection):
        with contextlib.suppress(OSError), connection:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                part = connection.recv(1)
                if not part:
                    return
                head += part
            self.requests.append(head.decode("latin-1"))
            wanted = self.credentials and base64.b64encode(self.credentials.encode())
            if not head.startswith(b"CONNECT ") or self.status:
                connection.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % (self.status or 501))
            elif wanted and b"Proxy-Authorization: Basic " + wanted not in head:
                connection.sendall(b"HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")
            else:
                connection.sendall(b"HTTP/1.1 200 Go on\r\n\r\n")
                with socket.create_connection(("127.0.0.1", self.port)) as other:
                    back = threading.Thread(target=self.pour, args=(other, connection), daemon=True)
                    back.start()
                    self.pour(connection, other)
                    back.join(5)

    def pour(self, one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                self.bytes += data
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()


@contextlib.contextmanager
def serving(**more):
    s = Server(**more)
    try:
        yield s
    finally:
        s.close()


# --- behaviours ---

def not_found(h):
    h.head(404, Content_Length="9")
    h.wfile.write(b"not here\n")


def etag(data):
    return '"' + hashlib.sha256(data).hexdigest()[:16] + '"'


MODIFIED = "Sat, 21 Nov 2020 08:49:37 GMT"


def good(data, ranges=True):
    """As a decent server: ETag, If-None-Match, Range with If-Range."""
    def answer(h):
        tag = etag(data)
        if h.headers.get("If-None-Match") == tag:
            h.head(304, ETag=tag)
            return
        wanted = h.headers.get("Range")
        if ranges and wanted and h.headers.get("If-Range") == tag:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            h.head(206, ETag=tag, Last_Modified=MODIFIED, Content_Length=str(len(data) - start),
                   Content_Range=f"bytes {start}-{len(data) - 1}/{len(data)}")
            h.wfile.write(data[start:])
            return
        h.head(200, ETag=tag, Last_Modified=MODIFIED, Content_Length=str(len(data)))
        h.wfile.write(data)
    return answer


def breaks_after(data, n, length=None):
    """Sends n bytes, then resets the connection."""
    def answer(h):
        h.head(200, ETag=etag(data), Last_Modified=MODIFIED, Content_Length=str(length or len(data)))
        h.wfile.write(data[:n])
        h.wfile.flush()
        time.sleep(0.2)  # a reset throws away what the other side has not read yet
        h.reset()
    return answer


def wrong_length(data, length):
    def answer(h):
        h.head(200, Content_Length=str(length), Connection="close")
        h.wfile.write(data)
        h.close_connection = True
    return answer


def status(code, body=b"", **fields):
    def answer(h):
        h.head(code, Content_Length=str(len(body)), **fields)
        if h.command != "HEAD":
            h.wfile.write(body)
    return answer


def body(data):
    """Bytes without validators."""
    return status(200, data)


def hangs(seconds, data=b"", length=1000):
    def answer(h):
        h.head(200, Content_Length=str(length))
        h.wfile.write(data)
        h.wfile.flush()
        time.sleep(seconds)
        h.close_connection = True
    return answer


def endless(block, blocks):
    """Chunked, as many blocks as the client takes."""
    def answer(h):
        h.head(200, Transfer_Encoding="chunked")
        for _ in range(blocks):
            h.wfile.write(b"%x\r\n" % len(block) + block + b"\r\n")
        h.wfile.write(b"0\r\n\r\n")
    return answer
