"""A durable function that speaks to the service itself: its input is a table of what to do, one after the other. See durable.rs."""
import json
import os
import threading
import urllib.parse
import uuid

import table


class Lost(Exception):
    """The service did not take a checkpoint, or did not say so."""


class Execution:
    def __init__(self, event):
        self.arn, self.token = event["DurableExecutionArn"], event["CheckpointToken"]
        state = event["InitialExecutionState"]
        operations, marker = state["Operations"], state.get("NextMarker")
        while marker:
            page = self.call("GET", f"state?CheckpointToken={self.token}&Marker={marker}&MaxItems=1000")
            operations, marker = operations + page["Operations"], page.get("NextMarker")
        self.known = {operation["Id"]: operation for operation in operations}
        self.input = json.loads(operations[0]["ExecutionDetails"]["InputPayload"])
        assert operations[0]["Id"] == self.arn.rsplit("/", 1)[1]

    def call(self, method, what, body=None):
        connection = table.http.client.HTTPConnection(os.environ["AWS_ENDPOINT_URL"][7:])
        path = f"/2025-12-01/durable-executions/{urllib.parse.quote(self.arn, safe='')}/{what}"
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        said = json.loads(answer.read() or "null")
        if answer.status != 200:
            raise Lost(said["message"])
        return said

    def checkpoint(self, *updates, tries=1):
        body = {"CheckpointToken": self.token, "Updates": updates, "ClientToken": str(uuid.uuid4())}
        for left in range(tries, 0, -1):
            try:
                said = self.call("POST", "checkpoint", body)
                break
            except (OSError, table.http.client.HTTPException):
                if left == 1:
                    raise
        self.token = said["CheckpointToken"]
        self.known.update({operation["Id"]: operation for operation in said["NewExecutionState"]["Operations"]})


class Waiting(Exception):
    pass


class Failed(Exception):
    pass


def beside(body):
    """Runs it in a thread that nobody ends. How it comes out."""
    done, outcome = threading.Event(), []

    def run():
        try:
            body()
            outcome.append(None)
        except Exception as error:
            outcome.append(error)
        done.set()

    threading.Thread(target=run, daemon=True).start()

    def result():
        done.wait()
        if outcome[0]:
            raise outcome[0]

    return result


def step(execution, number, item):
    known = execution.known.get(number, {"Status": "NEW", "StepDetails": {}})
    status, attempt = known["Status"], known["StepDetails"].get("Attempt", 0) + 1
    if status == "SUCCEEDED":
        return
    if status == "FAILED":
        raise Failed(number)
    if status == "PENDING":
        raise Waiting
    update = {"Id": number, "Type": "STEP", "Name": item["step"]}
    start = item.get("start", "awaited") if status != "STARTED" else "none"

    def body():
        seen = {}
        for one in item["do"]:
            table.attempt(one, seen)
        if item.get("fails"):
            raise ValueError("it always fails")

    def begin():
        execution.checkpoint({**update, "Action": "START"}, tries=item.get("tries", 1))

    try:
        if start == "together":
            result = beside(body)
            begin()
            result()
        else:
            if start == "awaited":
                begin()
            body()
    except ValueError as error:
        said = {"Error": {"ErrorType": "ValueError", "ErrorMessage": str(error)}}
        if attempt < item.get("attempts", 1):
            execution.checkpoint({**update, **said, "Action": "RETRY", "StepOptions": {"NextAttemptDelaySeconds": 5}})
            raise Waiting from None
        execution.checkpoint({**update, **said, "Action": "FAIL"})
        raise Failed(number) from None
    execution.checkpoint({**update, "Action": "SUCCEED", "Payload": "1"}, tries=item.get("tries", 1))


def others(execution, number, item):
    """Waits for time, or for somebody."""
    kind = "WAIT" if "wait" in item else "CALLBACK"
    if number not in execution.known:
        options = {"WaitOptions": {"WaitSeconds": item.get("wait")}} if kind == "WAIT" else {"CallbackOptions": item.get("options", {})}
        execution.checkpoint({"Id": number, "Type": kind, "Name": item.get("callback", "wait"), "Action": "START", **options})
    known = execution.known[number]
    if known["Status"] == "STARTED":
        raise Waiting
    if known["Status"] != "SUCCEEDED":
        raise Failed(number)
    if "then" in item and known.get("CallbackDetails", {}).get("Result") == json.dumps(True):
        table.attempt(item["then"], {})


def invoke(execution, number, item):
    """Invokes functions, all at once, and waits for all of them."""
    all = {f"{number}.{at}": call for at, call in enumerate(item["invoke"])}
    updates = [{"Id": id, "Type": "CHAINED_INVOKE", "Name": f"invoke-{id}", "Action": "START", "Payload": json.dumps(given),
                "ChainedInvokeOptions": {"FunctionName": name}} for id, (name, given) in all.items() if id not in execution.known]
    if updates:
        execution.checkpoint(*updates)
    known = [execution.known[id] for id in all]
    if any(one["Status"] == "STARTED" for one in known):
        raise Waiting
    if not item.get("may_fail") and any(one["Status"] != "SUCCEEDED" for one in known):
        raise Failed(number)
    # What the service says of them, in a table.
    said = json.dumps([one["Status"] + one["ChainedInvokeDetails"].get("Error", {}).get("ErrorType", "") for one in known])
    if item.get("tell"):
        table.dynamo("PutItem", {"Item": {"id": {"S": "told"}, "n": {"S": said}}})


def handler(event, context):
    execution = Execution(event)
    try:
        for number, item in enumerate(execution.input):
            (step if "step" in item else invoke if "invoke" in item else others)(execution, str(number + 1), item)
    except Waiting:
        return {"Status": "PENDING"}
    except Failed as error:
        return {"Status": "FAILED", "Error": {"ErrorType": "Failed", "ErrorMessage": f"at {error}"}}
    return {"Status": "SUCCEEDED", "Result": json.dumps("done")}
