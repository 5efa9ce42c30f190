import json

from aws_durable_execution_sdk_python import durable_execution as durable
from aws_durable_execution_sdk_python.config import CompletionConfig, Duration, NestingType, ParallelBranch, ParallelConfig
from aws_durable_execution_sdk_python.serdes import SerDes

from batch import ALL, COUNTS, fields_of
from body import same


def step(value):
    return lambda child: child.step(same(value, value))


def value(it):
    return lambda _: it


def fails(_):
    raise RuntimeError("it fails")


def in_order(context, name, branches, **config):
    """The branches, one after the other."""
    return context.parallel(branches, name=name, config=ParallelConfig(max_concurrency=1, **config))


def results(*batch, **config):
    return in_order(*batch, **config).get_results()


def told(fields, name, branches, **completion):
    @durable
    def case(_, context):
        return fields_of(in_order(context, name, branches, completion_config=CompletionConfig(**completion)), *fields)
    return case


class Wrapping(SerDes):
    def serialize(self, wrapped, _):
        return json.dumps({"wrapped": wrapped})

    def deserialize(self, data, _):
        return json.loads(data)["wrapped"]


@durable
def case_8_1(_, context):
    return results(context, "parallel", [step("task-1"), step("task-2")])


@durable
def case_8_2(_, context):
    return context.parallel([value("alpha"), value("beta")], config=ParallelConfig(max_concurrency=1)).get_results()


@durable
def case_8_3(_, context):
    return results(context, "named", [ParallelBranch(value("one"), name="first"), ParallelBranch(value("two"), name="second")])


@durable
def case_8_4(_, context):
    return results(context, "hetero", [value("hello"), value(42), value({"k": "v"})])


@durable
def case_8_5(_, context):
    return context.parallel([], name="empty").get_results()


case_8_6 = told(ALL, "failfast", [value("ok"), fails, value("never")], tolerated_failure_count=0)


@durable
def case_8_7(_, context):
    in_order(context, "throwing", [fails, value("never")], completion_config=CompletionConfig(tolerated_failure_count=0)).throw_if_error()


case_8_8 = told(("completionReason", "successCount", "totalCount"), "min-successful", [value("a"), value("b"), value("c"), value("d")],
                min_successful=2)
case_8_9 = told(ALL, "tolerated", [value("a"), fails, value("c")], tolerated_failure_count=1)
case_8_10 = told(COUNTS, "tolerated-exceeded", [fails, fails, value("never")], tolerated_failure_count=1)


@durable
def case_8_11(_, context):
    branches = [value("r0"), value("r1"), value("r2")]
    return context.parallel(branches, name="concurrent", config=ParallelConfig(max_concurrency=2)).get_results()


@durable
def case_8_12(_, context):
    return results(context, "flat", [step("fa"), step("fb")], nesting_type=NestingType.FLAT)


case_8_13 = told(COUNTS, "tolerated-pct", [fails, fails, value("never"), value("never")], tolerated_failure_percentage=25)


@durable
def case_8_14(_, context):
    def waits(child):
        child.wait(Duration.from_seconds(2))
        return "b1"
    return results(context, "replay", [step("b0"), waits])


@durable
def case_8_15(_, context):
    return results(context, "serde", [value("x"), value("y")], item_serdes=Wrapping())


case_8_16 = told(ALL, "all-fail", [fails, fails, fails], tolerated_failure_count=3)
case_8_17 = told(ALL, "min-not-reached", [value("a"), fails, value("c")], min_successful=3)
case_8_18 = told(COUNTS, "combined", [fails, fails, value("never"), value("never")], min_successful=3, tolerated_failure_count=1)


@durable
def case_8_19(_, context):
    return context.parallel([value("a"), value("b")], name="bad-concurrency", config=ParallelConfig(max_concurrency=0)).get_results()


@durable
def case_8_20(_, context):
    completion = CompletionConfig(tolerated_failure_count=1)
    batch = in_order(context, "accessors", [value("a"), fails, value("c")], completion_config=completion)
    return {
        "hasFailure": batch.has_failure, "successCount": len(batch.succeeded()), "failureCount": len(batch.failed()),
        "errorCount": len(batch.get_errors()),
    }


@durable
def case_8_21(_, context):
    return results(context, "outer", [lambda child: results(child, "inner", [step("i1"), step("i2")])])


case_8_22 = told(ALL, "pct-boundary", [fails, value("b"), value("c"), value("d")], tolerated_failure_percentage=25)
