import { withDurableExecution as durable } from "@aws/durable-execution-sdk-js";
import { body } from "./body.js";

const second = { seconds: 1 };
const same = (name, value) => body(name, () => value);
const uppercase = (text) => text && text.toUpperCase();
const plain = { serialize: async (value) => JSON.stringify(value), deserialize: async (data) => data && JSON.parse(data) };

/** What is invoked: it answers what it is told, or fails. */
export const echo = durable(async (event) => event);
export const fails = durable(async () => { throw new Error("it fails"); });

// With a name always: without one, a payload that is a text is taken for the function.
const invoke = (context, payload, options) => context.invoke("invoke", "echo", payload, options);
const caught = (context) => context.invoke("fails", {}).catch(() => "fallback");

export const case_5_1 = durable((event, context) => invoke(context, event));
export const case_5_2 = durable(({ name, payload }, context) => context.invoke(name, "echo", payload));
export const case_5_3 = durable((event, context) => invoke(context, event));
export const case_5_4 = durable((_, context) => invoke(context, null));
export const case_5_5 = durable((_, context) => context.invoke("fails", {}));
export const case_5_6 = durable((_, context) => caught(context));
export const case_5_7 = durable(async (_, context) => (await invoke(context, "x".repeat(700 * 1024))).length);
export const case_5_8 = durable(({ tenantId, payload }, context) => invoke(context, payload, { tenantId }));
export const case_5_9 = durable(async (_, context) => {
  const result = await invoke(context, "result");
  await context.wait(second);
  return result;
});
export const case_5_10 = durable(async (_, context) => {
  const result = await caught(context);
  await context.wait(second);
  return result;
});
export const case_5_11 = durable(async (_, context) => invoke(context, await context.step(same("step", "result"))));
export const case_5_12 = durable(async (_, context) => {
  const result = await invoke(context, "result");
  return context.step(same("step", result));
});
export const case_5_13 = durable((_, context) => context.runInChildContext("child", (child) => invoke(child, "result")));
export const case_5_14 = durable(async (_, context) => [await invoke(context, 1), await invoke(context, 2)]);
export const case_5_15 = durable((event, context) => invoke(context, event, {
  payloadSerdes: { ...plain, serialize: async (value) => JSON.stringify({ data: uppercase(value.data) }) },
}));
export const case_5_16 = durable((text, context) => invoke(context, text, {
  resultSerdes: { ...plain, deserialize: async (data) => uppercase(data) },
}));
