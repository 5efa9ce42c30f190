import os

from aws_durable_execution_sdk_python import durable_execution as durable
from aws_durable_execution_sdk_python.config import Duration, StepConfig, StepSemantics
from aws_durable_execution_sdk_python.exceptions import StepError
from aws_durable_execution_sdk_python.retries import RetryDecision
from aws_durable_execution_sdk_python.serdes import JsonSerDes

from body import NEVER, backing_off, body, fails, fails_until, same


def greet(name):
    return same("greet", f"Hello, {name}!")


class TransientError(Exception):
    pass


@durable
def case_1_1(name, context):
    return context.step(greet(name))


@durable
def case_1_2(name, context):
    return context.step(greet(name), name="custom_step_name")


@durable
def case_1_3(_, context):
    first = context.step(same("one", "first"))
    return context.step(same("two", f"{first}_second"))


@durable
def case_1_4(event, context):
    name, tags = event["name"], event["tags"]
    return context.step(same("build", {"user": {"name": name, "tags": tags}, "count": len(tags)}))


@durable
def case_1_5(_, context):
    return context.step(same("nothing", None))


class Uppercase(JsonSerDes):
    def serialize(self, value, _):
        return super().serialize(value.upper(), _)


@durable
def case_1_6(text, context):
    return context.step(same("same", text), config=StepConfig(serdes=Uppercase()))


@durable
def case_1_7(name, context):
    def logs(step, _):
        step.logger.info(f"Greeting step started for: {name}")
        step.logger.info(f"Greeting step completed with: Hello, {name}!")
        return f"Hello, {name}!"
    return context.step(body("greet", logs))


@durable
def case_1_8(_, context):
    computed = context.step(same("compute", "computed"))
    context.wait(Duration.from_seconds(2))
    return computed


@durable
def case_1_9(_, context):
    def logs(step, _):
        step.logger.info("step executed")
        return "cached_value"
    cached = context.step(body("compute", logs))
    context.wait(Duration.from_seconds(1))
    return cached


def words_of_failure(context):
    try:
        return context.step(fails("fails"), config=StepConfig(retry_strategy=NEVER))
    except StepError as error:
        return str(error)


@durable
def case_1_10(_, context):
    words = words_of_failure(context)
    context.wait(Duration.from_seconds(1))
    return words


@durable
def case_1_11(_, context):
    return context.step(fails_until("unreliable", 2, "Operation succeeded"), config=StepConfig(retry_strategy=backing_off(2, 1, 1)))


@durable
def case_1_12(_, context):
    return context.step(fails("fails"), config=StepConfig(retry_strategy=backing_off(4, 1, 1)))


@durable
def case_1_13(_, context):
    return context.step(fails_until("unreliable", 3, "Operation succeeded"))


@durable
def case_1_14(_, context):
    return context.step(fails_until("unreliable", 3, "Operation succeeded"), config=StepConfig(retry_strategy=backing_off(5, 2, 3)))


@durable
def case_1_15(_, context):
    def retry(error, attempt):
        is_transient = isinstance(error, TransientError) and attempt < 3
        return RetryDecision.retry(Duration.from_seconds(1)) if is_transient else RetryDecision.no_retry()
    unreliable = fails_until("unreliable", 2, "Operation succeeded", TransientError("later"))
    return context.step(unreliable, config=StepConfig(retry_strategy=retry))


@durable
def case_1_16(_, context):
    def retry(error, _):
        return RetryDecision.no_retry() if isinstance(error, TransientError) else RetryDecision.retry(Duration.from_seconds(1))
    return context.step(fails("fails", TransientError("later")), config=StepConfig(retry_strategy=retry))


def crashes(text, is_enough):
    def crash(step, _):
        if not is_enough(step.attempt):
            os._exit(1)
        return "succeeded on second attempt"

    # What a process prints right before it exits may be lost with it, so it is printed first.
    def logs(step):
        step.logger.info(text)
        return body("flaky", crash)(step)
    return logs


@durable
def case_1_17(text, context):
    config = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=NEVER)
    return context.step(crashes(text, lambda _: False), name="at_most_once_flaky_step", config=config)


@durable
def case_1_18(text, context):
    config = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=backing_off(2, 1, 1))
    return context.step(crashes(text, lambda attempt: attempt > 1), name="flaky_step", config=config)


@durable
def case_1_19(_, context):
    return context.step(fails("fails"), config=StepConfig(retry_strategy=NEVER))


@durable
def case_1_20(_, context):
    words_of_failure(context)
    return context.step(same("goes_on", "fallback_result"))
