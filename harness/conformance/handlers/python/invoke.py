import json

from aws_durable_execution_sdk_python import durable_execution as durable
from aws_durable_execution_sdk_python.config import Duration, InvokeConfig
from aws_durable_execution_sdk_python.exceptions import InvokeError
from aws_durable_execution_sdk_python.serdes import SerDes

from body import same

SECOND = Duration.from_seconds(1)


@durable
def echo(event, context):
    """What is invoked: it answers what it is told."""
    return event


@durable
def fails(event, context):
    raise RuntimeError("it fails")


class Uppercase(SerDes):
    def serialize(self, value, _):
        return json.dumps({"data": value["data"].upper()})

    def deserialize(self, data, _):
        return data.upper()


def caught(context):
    try:
        return context.invoke("fails", {})
    except InvokeError:
        return "fallback"


@durable
def case_5_1(event, context):
    return context.invoke("echo", event)


@durable
def case_5_2(event, context):
    return context.invoke("echo", event["payload"], name=event["name"])


@durable
def case_5_3(event, context):
    return context.invoke("echo", event)


@durable
def case_5_4(_, context):
    return context.invoke("echo", None)


@durable
def case_5_5(_, context):
    return context.invoke("fails", {})


@durable
def case_5_6(_, context):
    return caught(context)


@durable
def case_5_7(_, context):
    return len(context.invoke("echo", "x" * 700 * 1024))


@durable
def case_5_8(event, context):
    return context.invoke("echo", event["payload"], config=InvokeConfig(tenant_id=event["tenantId"]))


@durable
def case_5_9(_, context):
    result = context.invoke("echo", "result")
    context.wait(SECOND)
    return result


@durable
def case_5_10(_, context):
    result = caught(context)
    context.wait(SECOND)
    return result


@durable
def case_5_11(_, context):
    return context.invoke("echo", context.step(same("step", "result")))


@durable
def case_5_12(_, context):
    return context.step(same("step", context.invoke("echo", "result")))


@durable
def case_5_13(_, context):
    return context.run_in_child_context(lambda child: child.invoke("echo", "result"), name="child")


@durable
def case_5_14(_, context):
    return [context.invoke("echo", 1), context.invoke("echo", 2)]


@durable
def case_5_15(event, context):
    return context.invoke("echo", event, config=InvokeConfig(serdes_payload=Uppercase()))


@durable
def case_5_16(text, context):
    return context.invoke("echo", text, config=InvokeConfig(serdes_result=Uppercase()))
