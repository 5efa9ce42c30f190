"""A card provider as its users write one for their tests. It knows idempotency keys again."""
import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

charges = {}


class Cards(BaseHTTPRequestHandler):
    def do_GET(self):
        self.say(200, list(charges.values()))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/reset":
            charges.clear()
            return self.say(200, "reset")
        key = self.headers["idempotency-key"] or f"charge {len(charges)}"
        charge = {"id": len(charges) + 1, "order": json.loads(body)["order"]}
        self.say(201, charges.setdefault(key, charge))

    def say(self, status, what):
        text = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args):
        pass


HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Cards).serve_forever()
