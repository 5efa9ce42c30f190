"""Pays for an order, with an idempotency key or without. See stubs.rs."""
import json
import os
import urllib.request


def handler(event, context):
    headers = {"idempotency-key": event["order"]} if event["keyed"] else {}
    body = json.dumps({"order": event["order"]}).encode()
    request = urllib.request.Request(os.environ["EFFECTS_URL"] + "/charges", body, headers)
    urllib.request.urlopen(request).read()
