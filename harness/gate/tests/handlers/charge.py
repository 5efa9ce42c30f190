"""Charges a card and marks the order as paid. VARIANT `plain` charges again when it is tried again; `keyed` does not."""
import http.client
import json
import os
import uuid
from urllib.parse import urlparse


def call(url, method, path, body, headers):
    connection = http.client.HTTPConnection(urlparse(url).netloc)
    connection.request(method, path, json.dumps(body), {"content-type": "application/json", **headers})
    answer = connection.getresponse()
    said = json.loads(answer.read() or "null")
    if answer.status >= 300:
        raise RuntimeError(f"{answer.status} {said}")
    return said


def dynamo(operation, body):
    return call(os.environ["AWS_ENDPOINT_URL"], "POST", "/", body, {"x-amz-target": f"DynamoDB_20120810.{operation}"})


def handler(event, context):
    order = event["order"]
    key = {"order_id": {"S": order}}
    row = dynamo("GetItem", {"TableName": "orders", "Key": key, "ConsistentRead": True})
    if row["Item"]["status"]["S"] == "PAID":
        return "paid already"
    headers = {"idempotency-key": order} if os.environ.get("VARIANT") == "keyed" else {}
    body = {"order": order, "reference": str(uuid.uuid4())}
    charge = call(os.environ["PAYMENTS_URL"], "POST", "/charges", body, headers)
    dynamo("PutItem", {"TableName": "orders", "Item": {**key, "status": {"S": "PAID"}, "charge": {"S": charge["id"]}}})
    return "paid"
