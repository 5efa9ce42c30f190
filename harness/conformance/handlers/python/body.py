"""The bodies that an SDK runs, and how often it tries them. How often each of them ran is counted in a table, outside of the execution."""
import logging

import boto3
from aws_durable_execution_sdk_python.config import Duration, JitterStrategy
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy

# As Lambda does where a function's level of logs is INFO; what the clients and the SDK say of themselves is not asked for.
logging.basicConfig(level=logging.INFO, format="[%(levelname)s] %(message)s")
for own in ("botocore", "aws_durable_execution_sdk_python"):
    logging.getLogger(own).setLevel(logging.CRITICAL)

db = boto3.client("dynamodb")
NEVER = RetryPresets.none()


def backing_off(attempts, seconds, rate):
    return create_retry_strategy(RetryStrategyConfig(
        max_attempts=attempts, initial_delay=Duration.from_seconds(seconds), backoff_rate=rate, jitter_strategy=JitterStrategy.NONE,
    ))


def body(name, run=lambda *_: None):
    """Runs a body, which is told last how often it has run by now."""
    def counted(*told):
        answer = db.update_item(
            TableName="bodies", Key={"body": {"S": name}}, UpdateExpression="ADD runs :one",
            ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="UPDATED_NEW",
        )
        return run(*told, int(answer["Attributes"]["runs"]["N"]))
    return counted


def same(name, value):
    return body(name, lambda *_: value)


def fails(name, error=None):
    """A body that fails."""
    def run(*_):
        raise error or RuntimeError("it fails")
    return body(name, run)


def fails_until(name, enough, result, error=None):
    """A body that fails in each attempt before this one, and then comes to a result."""
    def run(context, _):
        if context.attempt < enough:
            raise error or RuntimeError("it fails")
        return result
    return body(name, run)
