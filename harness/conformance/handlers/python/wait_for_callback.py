from aws_durable_execution_sdk_python import durable_execution as durable
from aws_durable_execution_sdk_python.config import Duration, WaitForCallbackConfig
from aws_durable_execution_sdk_python.exceptions import CallbackError
from aws_durable_execution_sdk_python.serdes import JsonSerDes

from body import backing_off, body, fails, same

submit = body("submit")


def seconds(**of):
    return WaitForCallbackConfig(**{name: Duration.from_seconds(count) for name, count in of.items()})


def named(config=None):
    return lambda name, context: context.wait_for_callback(submit, name=name, config=config)


def caught(config, words):
    def run(name, context):
        try:
            return named(config)(name, context)
        except CallbackError:
            return words
    return run


case_7_1 = durable(named())
case_7_2 = durable(lambda _, context: named()("approval", context))
case_7_3 = durable(lambda _, context: context.wait_for_callback(submit))
case_7_4 = durable(named())
case_7_5 = durable(named(seconds(timeout=3)))
case_7_6 = durable(caught(None, "recovered"))


@durable
def case_7_7(name, context):
    return context.wait_for_callback(fails("submit"), name=name, config=WaitForCallbackConfig(retry_strategy=backing_off(2, 1, 1)))


@durable
def case_7_8(name, context):
    return context.run_in_child_context(lambda child: named()(name, child), name="wrapper")


@durable
def case_7_9(_, context):
    named()("first", context)
    return named()("second", context)


@durable
def case_7_10(name, context):
    context.wait(Duration.from_seconds(1))
    context.step(same("fixed", "data"))
    return named()(name, context)


@durable
def case_7_11(name, context):
    return named(WaitForCallbackConfig(serdes=JsonSerDes()))(name, context)["status"]


case_7_12 = durable(named(seconds(heartbeat_timeout=5)))
case_7_13 = durable(named(seconds(heartbeat_timeout=10)))
case_7_14 = durable(caught(seconds(timeout=3), "timed-out-handled"))
case_7_15 = durable(named())
