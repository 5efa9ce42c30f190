from types import SimpleNamespace

from aws_durable_execution_sdk_python import durable_execution as durable
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, MapConfig, NestingType
from aws_durable_execution_sdk_python.serdes import JsonSerDes, SerDes

from batch import ALL, COUNTS, fields_of
from body import same

SECOND = Duration.from_seconds(1)


def in_order(context, name, items, each, **config):
    """The items, one after the other."""
    return context.map(items, each, name=name, config=MapConfig(max_concurrency=1, **config))


def results(*batch, **config):
    return in_order(*batch, **config).get_results()


def or_fails(_, item, *__):
    """What becomes of an item: itself, unless that is to fail."""
    if item == "fails":
        raise RuntimeError("it fails")
    return item


def uppercase(_, item, *__):
    return item.upper()


def step(child, item, *_):
    return child.step(same(item, item))


def told(fields, name, items, **completion):
    @durable
    def case(_, context):
        return fields_of(in_order(context, name, items, or_fails, completion_config=CompletionConfig(**completion)), *fields)
    return case


class Prefixed(SerDes):
    def serialize(self, value, _):
        return f"wrapped:{value}"

    def deserialize(self, data, _):
        return data.removeprefix("wrapped:")


class OfABatch(SerDes):
    """Of a batch, its results; what it is read back as knows them alone."""

    def serialize(self, batch, _):
        return "OPSERDE:" + ",".join(batch.get_results())

    def deserialize(self, data, _):
        return SimpleNamespace(get_results=lambda: data.removeprefix("OPSERDE:").split(","))


# One that is given alone is that of the items, too.
OF_A_BATCH = {"serdes": OfABatch(), "item_serdes": JsonSerDes()}


@durable
def case_9_1(items, context):
    def greets(child, item, *_):
        return child.step(same(item, f"Hello, {item}!"))
    return results(context, "map", items, greets)


@durable
def case_9_2(items, context):
    return context.map(items, lambda _, item, *__: 2 * item, config=MapConfig(max_concurrency=1)).get_results()


@durable
def case_9_3(items, context):
    return results(context, "indexed", items, lambda _, item, index, __: item + index)


@durable
def case_9_4(items, context):
    return context.map(items, or_fails, name="empty").get_results()


case_9_5 = told(ALL, "failfast", ["ok", "fails", "never"], tolerated_failure_count=0)


@durable
def case_9_6(_, context):
    completion = CompletionConfig(tolerated_failure_count=0)
    in_order(context, "throwing", ["fails", "never"], or_fails, completion_config=completion).throw_if_error()


case_9_7 = told(("completionReason", "successCount", "totalCount"), "min-successful", ["a", "b", "c", "d"], min_successful=2)
case_9_8 = told(ALL, "tolerated", ["a", "fails", "c"], tolerated_failure_count=1)
case_9_9 = told(COUNTS, "tolerated-exceeded", ["fails", "fails", "never"], tolerated_failure_count=1)
case_9_10 = told(COUNTS, "tolerated-pct", ["fails", "fails", "never", "never"], tolerated_failure_percentage=25)


@durable
def case_9_11(_, context):
    return context.map(["r0", "r1", "r2"], or_fails, name="concurrent", config=MapConfig(max_concurrency=2)).get_results()


@durable
def case_9_12(_, context):
    return results(context, "flat", ["fa", "fb"], step, nesting_type=NestingType.FLAT)


@durable
def case_9_13(items, context):
    return results(context, "named-items", items, lambda _, item, *__: 10 * item, item_namer=lambda item, _: f"item-{item}")


@durable
def case_9_14(_, context):
    return results(context, "serdes", ["x", "y"], uppercase, item_serdes=Prefixed())


@durable
def case_9_15(_, context):
    def each(child, item, index, _):
        if index == 1:
            child.wait(SECOND)
        return step(child, item)
    return results(context, "suspend", ["r0", "r1"], each)


@durable
def case_9_16(_, context):
    batch = in_order(context, "large", ["a", "b", "c", "d"], lambda _, item, *__: 70 * 1024 * item)
    return fields_of(batch, "successCount", "totalCount")


@durable
def case_9_17(_, context):
    batch = in_order(context, "then-wait", ["a", "b"], uppercase)
    context.wait(SECOND)
    return batch.get_results()


@durable
def case_9_18(_, context):
    completion = CompletionConfig(tolerated_failure_count=1)
    batch = in_order(context, "fail-then-wait", ["ok", "fails"], or_fails, completion_config=completion)
    context.wait(SECOND)
    return fields_of(batch, *ALL)


@durable
def case_9_19(_, context):
    return results(context, "op-serde", ["x", "y"], uppercase, **OF_A_BATCH)


@durable
def case_9_20(_, context):
    batch = in_order(context, "op-serde-replay", ["x", "y"], uppercase, **OF_A_BATCH)
    context.wait(SECOND)
    return batch.get_results()
