"""Calls a Lambda handler as the runtime of AWS does: asks the Runtime API for the next event, and tells it the answer.

`python lambda.py MODULE.FUNCTION`

With ANECHOIC_FORK the handler is loaded once, and whenever the gate asks for a process, this one forks: a process that is fresh
after its start, for a tenth of the time.
"""
import gc
import http.client
import importlib
import json
import os
import sys
import threading
import traceback
import types

connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])


def call(method, path, body=None):
    headers = {} if body is None else {"content-type": "application/json"}
    connection.request(method, "/2018-06-01/runtime" + path, body, headers)
    answer = connection.getresponse()
    return answer.headers, answer.read()


def failure(error):
    """Prints it, without what is ours and Python's own above the handler, and says it as the Runtime API wants it."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename.startswith((__file__, importlib.__file__, "<frozen importlib")):
        trace = trace.tb_next
    lines = traceback.format_exception(type(error), error, trace)
    print("".join(lines), end="", file=sys.stderr)
    return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": lines})


def load(name):
    sys.path.insert(0, os.getcwd())
    module, _, function = name.rpartition(".")
    if not module:
        raise ImportError(f"`{name}` is not MODULE.FUNCTION")
    loaded = importlib.import_module(module.replace("/", "."))
    handler = getattr(loaded, function, None)
    if not callable(handler):
        known = [name for name, value in vars(loaded).items() if callable(value) and not name.startswith("_")]
        raise ImportError(f"`{module}` has no function `{function}`; it has {', '.join(known) or 'none'}")
    return handler


def hint(error):
    """What to do about a module that is not there."""
    if isinstance(error, ModuleNotFoundError):
        print(f"next: `{error.name}` is neither in {os.getcwd()} nor installed for {sys.executable};\n"
              '  the Python that has it is named by a line such as program = ".venv/bin/python"', file=sys.stderr)


def serve(handler):
    while True:
        headers, body = call("GET", "/invocation/next")
        request = headers["lambda-runtime-aws-request-id"]
        deadline = int(headers["lambda-runtime-deadline-ms"])
        context = types.SimpleNamespace(
            aws_request_id=request,
            function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
            function_version=os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
            invoked_function_arn=headers["lambda-runtime-invoked-function-arn"],
            memory_limit_in_mb=int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]),
            log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
            log_stream_name=os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
            get_remaining_time_in_millis=lambda: deadline - int(__import__("time").time() * 1000),
        )
        try:
            answer = json.dumps(handler(json.loads(body), context))
        except Exception as error:  # whatever it raises, the invocation has failed
            call("POST", f"/invocation/{request}/error", failure(error))
        else:
            call("POST", f"/invocation/{request}/response", answer)


try:
    handler = load(sys.argv[1])
except Exception as error:
    said = failure(error)
    hint(error)
    call("POST", "/init/error", said)
    sys.exit(1)

def fork_when_asked():
    """Returns in each new process."""
    gate, status = http.client.HTTPConnection(os.environ["ANECHOIC_GATE"]), None
    while True:
        gate.request("POST", "/anechoic/fork", json.dumps({"status": status}))
        gate.getresponse().read()
        child = os.fork()
        if child == 0:
            gate.sock.close()
            return
        status = os.waitpid(child, 0)[1]


# What is loaded stays, and need not be looked at when what an event leaves behind is collected.
gc.freeze()
# A thread would not be there after a fork.
if os.environ.get("ANECHOIC_FORK") and threading.active_count() == 1:
    fork_when_asked()
serve(handler)
