"""Sets the status of an order at the service `orders`, to one after the other. See puts.rs."""
import json
import os
import urllib.request


def handler(event, context):
    for status in event["then"]:
        url, body = os.environ["ORDERS_URL"] + "/orders/o1", json.dumps({"status": status}).encode()
        urllib.request.urlopen(urllib.request.Request(url, body, method="PUT")).read()
