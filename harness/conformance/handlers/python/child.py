import os
import time

from aws_durable_execution_sdk_python import durable_execution as durable
from aws_durable_execution_sdk_python.config import ChildConfig, Duration, StepConfig
from aws_durable_execution_sdk_python.exceptions import ChildContextError
from aws_durable_execution_sdk_python.serdes import SerDes

from body import NEVER, backing_off, body, fails, fails_until, same

SECOND = Duration.from_seconds(1)
TWICE = StepConfig(retry_strategy=backing_off(2, 1, 1))


def also_in_replays(child):
    return child.logger.with_is_replaying(lambda: False)


def one_step(text):
    return lambda child: child.step(same("same", text))


def failing(child):
    return child.step(fails("fails"), config=StepConfig(retry_strategy=NEVER))


@durable
def case_3_1(text, context):
    return context.run_in_child_context(one_step(text))


@durable
def case_3_2(event, context):
    return context.run_in_child_context(one_step(event["value"]), name=event["name"])


@durable
def case_3_3(text, context):
    return context.run_in_child_context(lambda child: child.step(same("two", child.step(same("one", text)))), name="child")


@durable
def case_3_4(_, context):
    return context.run_in_child_context(failing, name="child")


@durable
def case_3_5(text, context):
    try:
        context.run_in_child_context(failing, name="child")
    except ChildContextError:
        return context.step(same("recover", text))


@durable
def case_3_6(text, context):
    def outer(child):
        child.step(same("one", text))
        return child.run_in_child_context(lambda inner: inner.step(same("two", text)), name="inner")
    return context.run_in_child_context(outer, name="outer")


@durable
def case_3_7(text, context):
    return context.run_in_child_context(lambda child: child.step(fails_until("unreliable", 2, text), config=TWICE), name="child")


@durable
def case_3_8(_, context):
    return context.run_in_child_context(lambda child: child.step(fails("fails"), config=TWICE), name="child")


@durable
def case_3_9(text, context):
    result = context.run_in_child_context(one_step(text))
    context.wait(SECOND)
    return result


def step_and_wait(text):
    def inside(child):
        result = child.step(same("inside", text))
        child.wait(SECOND)
        return result
    return inside


@durable
def case_3_10(text, context):
    return context.run_in_child_context(step_and_wait(text), name="child")


@durable
def case_3_11(text, context):
    def large(child):
        also_in_replays(child).info(text)
        return child.step(same("small", "x")) * (300 * 1024)
    result = context.run_in_child_context(large, name="child")
    context.wait(SECOND)
    return len(result)


@durable
def case_3_12(text, context):
    def crash(_, runs):
        if runs == 1:
            # Its start is stored by then: it is sent when nothing more has come for a tenth of a second.
            time.sleep(1)
            os._exit(1)
        return text
    return context.run_in_child_context(lambda child: child.step(body("crashes", crash)))


@durable
def case_3_13(text, context):
    def inside(child):
        child.wait(SECOND)
        return text
    return context.step(same("same", context.run_in_child_context(inside, name="child")))


class Uppercase(SerDes):
    def serialize(self, value, _):
        return value.upper()

    def deserialize(self, data, _):
        return data


@durable
def case_3_14(text, context):
    return context.run_in_child_context(one_step(text), name="child", config=ChildConfig(serdes=Uppercase()))


@durable
def case_3_15(_, context):
    def raises(_):
        raise RuntimeError("it fails")
    return context.run_in_child_context(raises, name="child")


@durable
def case_3_16(_, context):
    return context.run_in_child_context(lambda _: None, name="child")


@durable
def case_3_17(text, context):
    def logs(child):
        also_in_replays(child).info(text)
        return text
    result = context.run_in_child_context(logs, name="child")
    context.wait(SECOND)
    return result


@durable
def case_3_18(text, context):
    result = context.run_in_child_context(step_and_wait(text), name="child")
    context.step(same("outside", result))
    context.wait(SECOND)
    return result
