from aws_durable_execution_sdk_python import durable_execution as durable
from aws_durable_execution_sdk_python.config import Duration


@durable
def case_2_1(_, context):
    context.wait(Duration.from_seconds(2))


@durable
def case_2_2(_, context):
    context.wait(Duration.from_seconds(2), name="custom_wait_name")


@durable
def case_2_3(_, context):
    context.wait(Duration.from_seconds(2), name="wait-1")
    context.wait(Duration.from_seconds(2), name="wait-2")
    return {"completedWaits": 2}


@durable
def case_2_4(_, context):
    context.wait(Duration.from_minutes(1))


@durable
def case_2_5(_, context):
    context.wait(Duration.from_hours(1))
