"""Moves an order, if it is new and that is asked for, and counts how often it was moved."""
import http.client
import json
import os


def handler(event, context):
    guard = {"ConditionExpression": "#s = :new"} if os.environ.get("GUARDED") else {}
    update = {
        "TableName": "orders", "Key": {"id": {"S": "o1"}}, **guard,
        "UpdateExpression": "SET #s = :to ADD moves :one", "ExpressionAttributeNames": {"#s": "status"},
        "ExpressionAttributeValues": {":to": {"S": event["to"]}, ":one": {"N": "1"}},
    }
    if guard:
        update["ExpressionAttributeValues"][":new"] = {"S": "NEW"}
    gate = http.client.HTTPConnection(os.environ["AWS_ENDPOINT_URL"].removeprefix("http://"))
    gate.request("POST", "/", json.dumps(update), {"x-amz-target": "DynamoDB_20120810.UpdateItem"})
    gate.getresponse().read()
    return "ok"
