import { NestingType, withDurableExecution as durable } from "@aws/durable-execution-sdk-js";
import { body } from "./body.js";

const second = { seconds: 1 };
const same = (value) => body(value, () => value);
const fails = () => { throw new Error("it fails"); };
/** What becomes of an item: itself, unless that is to fail. */
const orFails = async (_, item) => (item === "fails" ? fails() : item);
const uppercase = async (_, item) => item.toUpperCase();

/** The items one after the other, and what the batch comes to. */
const inOrder = (context, name, items, each, config) => context.map(name, items, each, { maxConcurrency: 1, ...config });
const results = async (batch) => (await batch).getResults();
const fieldsOf = (batch, fields) => Object.fromEntries(fields.map((field) => [field, batch[field]]));
const told = (...fields) => (name, items, completionConfig) => durable(async (_, context) => (
  fieldsOf(await inOrder(context, name, items, orFails, { completionConfig }), fields)
));
const ALL = ["completionReason", "status", "successCount", "failureCount", "totalCount"];
const all = told(...ALL);
const counts = told("completionReason", "successCount", "failureCount", "totalCount");

export const case_9_1 = durable((items, context) => results(inOrder(context, "map", items, (child, item) => child.step(same(`Hello, ${item}!`)))));
export const case_9_2 = durable((items, context) => results(context.map(items, async (_, item) => 2 * item, { maxConcurrency: 1 })));
export const case_9_3 = durable((items, context) => results(inOrder(context, "indexed", items, async (_, item, index) => item + index)));
export const case_9_4 = durable((items, context) => results(context.map("empty", items, orFails)));
export const case_9_5 = all("failfast", ["ok", "fails", "never"], { toleratedFailureCount: 0 });
export const case_9_6 = durable(async (_, context) => {
  const batch = await inOrder(context, "throwing", ["fails", "never"], orFails, { completionConfig: { toleratedFailureCount: 0 } });
  batch.throwIfError();
});
export const case_9_7 = told("completionReason", "successCount", "totalCount")("min-successful", ["a", "b", "c", "d"], { minSuccessful: 2 });
export const case_9_8 = all("tolerated", ["a", "fails", "c"], { toleratedFailureCount: 1 });
export const case_9_9 = counts("tolerated-exceeded", ["fails", "fails", "never"], { toleratedFailureCount: 1 });
export const case_9_10 = counts("tolerated-pct", ["fails", "fails", "never", "never"], { toleratedFailurePercentage: 25 });
export const case_9_11 = durable((_, context) => results(context.map("concurrent", ["r0", "r1", "r2"], orFails, { maxConcurrency: 2 })));
export const case_9_12 = durable((_, context) => results(inOrder(context, "flat", ["fa", "fb"], (child, item) => child.step(same(item)), { nesting: NestingType.FLAT })));
export const case_9_13 = durable((items, context) => results(inOrder(context, "named-items", items, async (_, item) => 10 * item, { itemNamer: (item) => `item-${item}` })));
export const case_9_14 = durable((_, context) => results(inOrder(context, "serdes", ["x", "y"], uppercase, { itemSerdes: {
  serialize: async (value) => `wrapped:${value}`, deserialize: async (data) => data && data.slice("wrapped:".length),
} })));
export const case_9_15 = durable((_, context) => results(inOrder(context, "suspend", ["r0", "r1"], async (child, item, index) => {
  if (index === 1) await child.wait(second);
  return child.step(same(item));
})));
export const case_9_16 = durable(async (_, context) => (
  fieldsOf(await inOrder(context, "large", ["a", "b", "c", "d"], async (_, item) => item.repeat(70 * 1024)), ["successCount", "totalCount"])
));
export const case_9_17 = durable(async (_, context) => {
  const batch = await inOrder(context, "then-wait", ["a", "b"], uppercase);
  await context.wait(second);
  return batch.getResults();
});
export const case_9_18 = durable(async (_, context) => {
  const batch = await inOrder(context, "fail-then-wait", ["ok", "fails"], orFails, { completionConfig: { toleratedFailureCount: 1 } });
  await context.wait(second);
  return fieldsOf(batch, ALL);
});

const OF_A_BATCH = "OPSERDE:";
/** Of a batch, its results; what it is read back as knows them alone. */
const serdes = {
  serialize: async (batch) => OF_A_BATCH + batch.getResults().join(","),
  deserialize: async (data) => ({ getResults: () => data.slice(OF_A_BATCH.length).split(",") }),
};
export const case_9_19 = durable((_, context) => results(inOrder(context, "op-serde", ["x", "y"], uppercase, { serdes })));
export const case_9_20 = durable(async (_, context) => {
  const batch = await inOrder(context, "op-serde-replay", ["x", "y"], uppercase, { serdes });
  await context.wait(second);
  return batch.getResults();
});
