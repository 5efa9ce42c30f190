"""Asks as often as its event says, one thing after the other. Without an event it does the same by itself: `python calls.py COUNT`."""
import http.client
import json
import os
import sys

connection = http.client.HTTPConnection(os.environ["AWS_ENDPOINT_URL"].removeprefix("http://"))
headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.UpdateItem"}


def handler(event, context):
    for n in range(event["count"]):
        values = {":n": {"N": str(event["first"] + n)}}
        body = {"TableName": "cells", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET n = :n", "ExpressionAttributeValues": values}
        connection.request("POST", "/", json.dumps(body), headers)
        connection.getresponse().read()


if __name__ == "__main__":
    handler({"count": int(sys.argv[1]), "first": 0}, None)
