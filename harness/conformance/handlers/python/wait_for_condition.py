import base64

from aws_durable_execution_sdk_python import durable_execution as durable
from aws_durable_execution_sdk_python.config import Duration, JitterStrategy
from aws_durable_execution_sdk_python.exceptions import DurableExecutionsError
from aws_durable_execution_sdk_python.serdes import SerDes
from aws_durable_execution_sdk_python.waits import (
    WaitForConditionConfig, WaitForConditionDecision, WaitStrategyConfig, create_wait_strategy,
)

from body import body, fails


def until(is_it, seconds=1):
    go_on = WaitForConditionDecision.continue_waiting(Duration.from_seconds(seconds))
    return lambda state, _: WaitForConditionDecision.stop_polling() if is_it(state) else go_on


def up_to(end, initial_state=0, seconds=1):
    return WaitForConditionConfig(wait_strategy=until(lambda state: state >= end, seconds), initial_state=initial_state)


counting = body("check", lambda state, *_: state + 1)


@durable
def case_6_1(end, context):
    return context.wait_for_condition(counting, up_to(end))


@durable
def case_6_2(end, context):
    return context.wait_for_condition(body("check", lambda state, *_: state), up_to(end, 5))


@durable
def case_6_3(end, context):
    return context.wait_for_condition(counting, up_to(end), name="poll-status")


@durable
def case_6_4(end, context):
    return context.wait_for_condition(counting, up_to(end, 5))


@durable
def case_6_5(end, context):
    return context.wait_for_condition(counting, up_to(end, 0, 2))


@durable
def case_6_6(_, context):
    strategy = create_wait_strategy(WaitStrategyConfig(
        should_continue_polling=lambda _: True, max_attempts=3, initial_delay=Duration.from_seconds(1), backoff_rate=1,
        jitter_strategy=JitterStrategy.NONE,
    ))
    return context.wait_for_condition(counting, WaitForConditionConfig(wait_strategy=strategy, initial_state=0))


@durable
def case_6_7(_, context):
    return context.wait_for_condition(fails("check"), up_to(1))


@durable
def case_6_8(_, context):
    try:
        return context.wait_for_condition(fails("check"), up_to(1))
    except DurableExecutionsError:
        return "recovered"


@durable
def case_6_9(_, context):
    def check(state, *_):
        attempts = state["attempts"] + 1
        return {"status": "PENDING" if attempts < 2 else "DONE", "attempts": attempts}
    config = WaitForConditionConfig(
        wait_strategy=until(lambda state: state["status"] == "DONE"), initial_state={"status": "PENDING", "attempts": 0},
    )
    return context.wait_for_condition(body("check", check), config)


@durable
def case_6_10(_, context):
    config = WaitForConditionConfig(wait_strategy=until(lambda _: True), initial_state=None)
    return context.wait_for_condition(body("check"), config)


class InBase64(SerDes):
    def serialize(self, value, _):
        return base64.b64encode(value.encode()).decode()

    def deserialize(self, data, _):
        return base64.b64decode(data).decode()


@durable
def case_6_11(_, context):
    config = WaitForConditionConfig(wait_strategy=until(lambda state: len(state) >= 2), initial_state="", serdes=InBase64())
    return context.wait_for_condition(body("check", lambda state, *_: state + "x"), config)


@durable
def case_6_12(end, context):
    found = context.wait_for_condition(counting, up_to(end))
    return context.step(body("multiply", lambda *_: 10 * found))


@durable
def case_6_13(_, context):
    first = context.wait_for_condition(counting, up_to(2))
    return context.wait_for_condition(counting, up_to(4, first))
