"""Does what its event says: a table of steps. See soundness.rs."""
import http.client
import json
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

remembered = set()


def call(url, body, headers, patience=None):
    connection = http.client.HTTPConnection(urlparse(url).netloc, timeout=patience)
    connection.request("POST", "/effects" if "x-amz-target" not in headers else "/", json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read() or "null")


def dynamo(operation, body, patience=None):
    headers = {"x-amz-target": f"DynamoDB_20120810.{operation}"}
    return call(os.environ["AWS_ENDPOINT_URL"], {"TableName": "cells", **body}, headers, patience)


def do(step, seen):
    """What it learns, or nothing if it was refused."""
    what, cell, patience = step["do"], step.get("cell"), step.get("patience")
    key = {"id": {"S": cell}}
    if what == "read":
        found = dynamo("GetItem", {"Key": key}, patience)[1]
        seen[cell] = found.get("Item", {}).get("n", {}).get("N", "0")
        return seen[cell]
    if what == "set":
        number = str(int(seen.get(cell, "0")) + 1)
        dynamo("PutItem", {"Item": {**key, "n": {"N": number}}}, patience)
    if what == "add":
        values = {":one": {"N": "1"}}
        dynamo("UpdateItem", {"Key": key, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": values}, patience)
    if what == "once":
        item = {**key, "n": {"N": "1"}}
        return dynamo("PutItem", {"Item": item, "ConditionExpression": "attribute_not_exists(id)"}, patience)[0] == 200
    if what == "name":
        dynamo("PutItem", {"Item": {"id": {"S": str(uuid.uuid4())}, "n": {"N": "1"}}}, patience)
    if what == "effect":
        headers = {"idempotency-key": step["key"]} if "key" in step else {}
        call(os.environ["EFFECTS_URL"], {"cell": cell}, headers, patience)
    if what == "remember" and cell not in remembered:
        remembered.add(cell)
        dynamo("UpdateItem", {"Key": key, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}})
    return True


def attempt(step, seen):
    """Tries as often as the step says; then it fails."""
    for left in range(step.get("tries", 1), 0, -1):
        try:
            return do(step, seen)
        except OSError:
            if left == 1:
                raise
        except http.client.HTTPException:
            if left == 1:
                raise


def handler(event, context):
    seen = {}
    for steps in event["steps"]:
        if len(steps) == 1:
            results = [attempt(steps[0], seen)]
        else:
            with ThreadPoolExecutor(len(steps)) as pool:
                results = list(pool.map(lambda step: attempt(step, seen), steps))
        if event.get("stops") and not all(results):
            return "stopped"
    return "done"
