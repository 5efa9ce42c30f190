import json
from datetime import datetime

from aws_durable_execution_sdk_python import durable_execution as durable
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from aws_durable_execution_sdk_python.exceptions import CallbackError
from aws_durable_execution_sdk_python.serdes import SerDes

from body import body


def seconds(**of):
    return CallbackConfig(**{name: Duration.from_seconds(count) for name, count in of.items()})


def awaited(config=None, before=lambda _: None):
    """Creates a callback and waits for it; what is to come before that does."""
    def run(name, context):
        callback = context.create_callback(name=name, config=config)
        before(context)
        return callback.result()
    return run


def step(context):
    context.step(body("between"))


def wait(count):
    return lambda context: context.wait(Duration.from_seconds(count))


case_4_1 = durable(awaited())
case_4_2 = durable(lambda _, context: awaited()("approval", context))
case_4_3 = durable(awaited(seconds(timeout=5)))
case_4_4 = durable(awaited(seconds(heartbeat_timeout=5)))
case_4_5 = durable(awaited(seconds(heartbeat_timeout=10)))
case_4_6 = durable(awaited())
case_4_7 = durable(awaited(None, step))
case_4_8 = durable(awaited(seconds(timeout=5), step))
case_4_9 = durable(awaited(None, wait(5)))
case_4_10 = durable(awaited(None, wait(5)))
case_4_11 = durable(awaited(seconds(timeout=3), wait(6)))


def then_waits(config=None):
    def run(name, context):
        try:
            said = awaited(config)(name, context)
        except CallbackError as error:
            said = str(error)
        context.wait(Duration.from_seconds(2))
        return said
    return run


case_4_12 = durable(then_waits())
case_4_13 = durable(then_waits())
case_4_14 = durable(then_waits(seconds(timeout=3)))


class Parsed(SerDes):
    def __init__(self, of):
        self.of = of

    def serialize(self, value, _):
        return json.dumps(value)

    def deserialize(self, data, _):
        return self.of(json.loads(data))


@durable
def case_4_15(name, context):
    def dated(said):
        return {**said, "timestamp": int(datetime.fromisoformat(said["timestamp"]).timestamp())}
    return {"received": awaited(CallbackConfig(serdes=Parsed(dated)))(name, context)}


@durable
def case_4_16(name, context):
    count = awaited(CallbackConfig(serdes=Parsed(int)))(name, context)
    return {"count": count, "doubled": 2 * count}


@durable
def case_4_17(names, context):
    return [awaited()(name, context) for name in names]


@durable
def case_4_18(names, context):
    a, b = [context.create_callback(name=name) for name in names]
    return [a.result(), b.result()]


@durable
def case_4_19(names, context):
    a, b = [context.create_callback(name=name) for name in names]
    second = b.result()
    return [a.result(), second]
