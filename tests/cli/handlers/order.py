"""A durable function that has another function charge a card, and asks for that again if it fails."""
import boto3
from aws_durable_execution_sdk_python import durable_execution
from aws_durable_execution_sdk_python.exceptions import InvokeError

db = boto3.client("dynamodb")

def note(_):
    db.update_item(TableName="noted", Key={"id": {"S": "o1"}}, UpdateExpression="ADD notes :one", ExpressionAttributeValues={":one": {"N": "1"}})


@durable_execution
def later(event, context):
    """Notes the order before it has somebody told of it."""
    context.step(note)
    return context.invoke("told", event, name="told")


@durable_execution
def told(event, context):
    return "thanks"


@durable_execution
def handler(event, context):
    try:
        return context.invoke("charge", event, name="charge")
    except InvokeError:
        return context.invoke("charge:7", event, name="charge again")
