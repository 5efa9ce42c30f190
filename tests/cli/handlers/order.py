"""A durable function that has another function charge a card, and asks for that again if it fails."""
from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.exceptions import InvokeError


@durable_execution
def handler(event, context):
    try:
        return context.invoke("charge", event, name="charge")
    except InvokeError:
        return context.invoke("charge:7", event, name="charge again")
