"""Handlers that go astray, each in the way that its event names. See strays.rs."""
import http.client
import json
import os
import random
import select
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlparse

count = 0


def effect(what):
    connection = http.client.HTTPConnection(urlparse(os.environ["EFFECTS_URL"]).netloc)
    connection.request("POST", "/effects", json.dumps({"what": what}), {})
    connection.getresponse().read()


def handler(event, context):
    global count
    way = event["way"]
    if way == "well":
        time.sleep(3600)
    if way == "draws":
        effect(random.getrandbits(64))
        return
    if way == "draws when it fails":
        try:
            effect("first")
        except (OSError, http.client.HTTPException):
            effect(random.getrandbits(64))
        return
    if way == "remembers":
        count += 1
        effect(count)
        return
    if way == "chance":
        effect(os.getpid())
        return
    if way == "real time":
        select.select([], [], [], 30)
    if way == "late":
        # Nobody owns this clock.
        threading.Thread(target=lambda: (select.select([], [], [], 0.02), effect("late")), daemon=True).start()
        effect("first")
        effect("second")
        return
    if way == "elsewhere":
        socket.create_connection(("127.0.0.1", event["port"])).recv(1)
    if way == "a file":
        somebody = socket.socket(socket.AF_UNIX)
        somebody.connect(event["file"])
        effect("told")
        return
    if way == "by another":
        program = "import socket; socket.create_connection(('203.0.113.7', 443))"
        subprocess.run([sys.executable, "-I", "-c", program], check=False)
    if way == "gives up":
        try:
            socket.create_connection((event["host"], 443), timeout=1)
        except OSError:
            effect("gave up")
        return
    if way == "answers at length":
        return "x" * event["length"]
    if way == "tls":
        host, port = os.environ["ANECHOIC_GATE"].split(":")
        socket.create_connection((host, int(port))).sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        socket.create_connection((host, int(port))).recv(1)
    if way == "unknown":
        connection = http.client.HTTPConnection(urlparse(os.environ["EFFECTS_URL"]).netloc)
        connection.request("POST", "/refunds", "{}", {})
        connection.getresponse().read()
    if way == "undeclared":
        connection = http.client.HTTPConnection(urlparse(os.environ["AWS_ENDPOINT_URL"]).netloc)
        put = json.dumps({"TableName": "nowhere", "Item": {"id": {"S": "a"}}})
        connection.request("POST", "/", put, {"x-amz-target": "DynamoDB_20120810.PutItem"})
        connection.getresponse().read()
    if way == "prints":
        while True:
            print("x" * 100_000)
    if way == "ends":
        print("goodbye")
        os._exit(3)
    effect("done")
