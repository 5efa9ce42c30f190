import { NestingType, withDurableExecution as durable } from "@aws/durable-execution-sdk-js";
import { body } from "./body.js";

/** A branch with a step; one that comes to a value at once; and one that fails. */
const step = (value) => (child) => child.step(body(value, () => value));
const is = (value) => async () => value;
const fails = async () => { throw new Error("it fails"); };

/** The branches one after the other, and what the batch comes to. */
const inOrder = (context, name, branches, config) => context.parallel(name, branches, { maxConcurrency: 1, ...config });
const results = async (batch) => (await batch).getResults();
const told = (...fields) => (name, branches, completionConfig) => durable(async (_, context) => {
  const batch = await inOrder(context, name, branches, { completionConfig });
  return Object.fromEntries(fields.map((field) => [field, batch[field]]));
});
const all = told("completionReason", "status", "successCount", "failureCount", "totalCount");
const counts = told("completionReason", "successCount", "failureCount", "totalCount");

export const case_8_1 = durable((_, context) => results(inOrder(context, "parallel", [step("task-1"), step("task-2")])));
export const case_8_2 = durable((_, context) => results(context.parallel([is("alpha"), is("beta")], { maxConcurrency: 1 })));
export const case_8_3 = durable((_, context) => results(inOrder(context, "named", [{ name: "first", func: is("one") }, { name: "second", func: is("two") }])));
export const case_8_4 = durable((_, context) => results(inOrder(context, "hetero", [is("hello"), is(42), is({ k: "v" })])));
export const case_8_5 = durable((_, context) => results(context.parallel("empty", [])));
export const case_8_6 = all("failfast", [is("ok"), fails, is("never")], { toleratedFailureCount: 0 });
export const case_8_7 = durable(async (_, context) => {
  const batch = await inOrder(context, "throwing", [fails, is("never")], { completionConfig: { toleratedFailureCount: 0 } });
  batch.throwIfError();
});
export const case_8_8 = told("completionReason", "successCount", "totalCount")("min-successful", [is("a"), is("b"), is("c"), is("d")], { minSuccessful: 2 });
export const case_8_9 = all("tolerated", [is("a"), fails, is("c")], { toleratedFailureCount: 1 });
export const case_8_10 = counts("tolerated-exceeded", [fails, fails, is("never")], { toleratedFailureCount: 1 });
export const case_8_11 = durable((_, context) => results(context.parallel("concurrent", [is("r0"), is("r1"), is("r2")], { maxConcurrency: 2 })));
export const case_8_12 = durable((_, context) => results(inOrder(context, "flat", [step("fa"), step("fb")], { nesting: NestingType.FLAT })));
export const case_8_13 = counts("tolerated-pct", [fails, fails, is("never"), is("never")], { toleratedFailurePercentage: 25 });
export const case_8_14 = durable((_, context) => results(inOrder(context, "replay", [step("b0"), async (child) => {
  await child.wait({ seconds: 2 });
  return "b1";
}])));
export const case_8_15 = durable((_, context) => results(inOrder(context, "serde", [is("x"), is("y")], { itemSerdes: {
  serialize: async (wrapped) => JSON.stringify({ wrapped }), deserialize: async (data) => data && JSON.parse(data).wrapped,
} })));
export const case_8_16 = all("all-fail", [fails, fails, fails], { toleratedFailureCount: 3 });
export const case_8_17 = all("min-not-reached", [is("a"), fails, is("c")], { minSuccessful: 3 });
export const case_8_18 = counts("combined", [fails, fails, is("never"), is("never")], { minSuccessful: 3, toleratedFailureCount: 1 });
export const case_8_19 = durable((_, context) => results(context.parallel("bad-concurrency", [is("a"), is("b")], { maxConcurrency: 0 })));
export const case_8_20 = durable(async (_, context) => {
  const batch = await inOrder(context, "accessors", [is("a"), fails, is("c")], { completionConfig: { toleratedFailureCount: 1 } });
  return {
    hasFailure: batch.hasFailure, successCount: batch.succeeded().length, failureCount: batch.failed().length,
    errorCount: batch.getErrors().length,
  };
});
export const case_8_21 = durable((_, context) => results(inOrder(context, "outer", [
  (child) => results(inOrder(child, "inner", [step("i1"), step("i2")])),
])));
export const case_8_22 = all("pct-boundary", [fails, is("b"), is("c"), is("d")], { toleratedFailurePercentage: 25 });
