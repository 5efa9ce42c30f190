"""A durable function that no helper calls. Its first invocation fails while its body goes on, and the body ends the process. See durable.rs."""
import http.client
import json
import os
import threading
import urllib.parse


def call(host, method, path, body=None):
    connection = http.client.HTTPConnection(host)
    connection.request(method, path, None if body is None else json.dumps(body))
    answer = connection.getresponse()
    answer.read()
    return answer


def body():
    call(urllib.parse.urlsplit(os.environ["EFFECTS_URL"]).netloc, "POST", "/effects", {})
    os._exit(1)


RUNTIME = "/2018-06-01/runtime/invocation"
api = os.environ["AWS_LAMBDA_RUNTIME_API"]
told = 0
while True:
    event = call(api, "GET", f"{RUNTIME}/next").headers["lambda-runtime-aws-request-id"]
    told += 1
    if told == 1:
        threading.Thread(target=body).start()
        call(api, "POST", f"{RUNTIME}/{event}/error", {"errorType": "Error", "errorMessage": "it fails"})
    else:
        call(api, "POST", f"{RUNTIME}/{event}/response", {"Status": "SUCCEEDED", "Result": "1"})
