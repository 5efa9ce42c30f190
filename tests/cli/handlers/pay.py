"""Charges a card, and notes that it did, as a program that asks the Lambda Runtime API."""
import http.client
import json
import os


def call(address, method, path, body=None, headers={}):
    connection = http.client.HTTPConnection(address.removeprefix("http://"))
    connection.request(method, path, body and json.dumps(body), headers)
    answer = connection.getresponse()
    return answer.headers, json.loads(answer.read() or "null")


def pay(event):
    headers = {"idempotency-key": "o1"} if event["keyed"] else {}
    call(os.environ["CARDS_URL"], "POST", "/charges", {"order": "o1"}, headers)
    put = {"TableName": "paid", "Item": {"id": {"S": "o1"}}}
    call(os.environ["AWS_ENDPOINT_URL"], "POST", "/", put, {"x-amz-target": "DynamoDB_20120810.PutItem"})


runtime = os.environ["AWS_LAMBDA_RUNTIME_API"]
while True:
    headers, event = call(runtime, "GET", "/2018-06-01/runtime/invocation/next")
    request = headers["lambda-runtime-aws-request-id"]
    try:
        pay(event)
        call(runtime, "POST", f"/2018-06-01/runtime/invocation/{request}/response", {})
    except OSError as error:
        failure = {"errorType": type(error).__name__, "errorMessage": str(error)}
        call(runtime, "POST", f"/2018-06-01/runtime/invocation/{request}/error", failure)
