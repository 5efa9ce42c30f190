import { createRetryStrategy, JitterStrategy, withDurableExecution as durable } from "@aws/durable-execution-sdk-js";
import { body, fails } from "./body.js";

const submit = body("submit");
const named = (config) => (name, context) => context.waitForCallback(name, submit, config);
const failing = { retryStrategy: createRetryStrategy({ maxAttempts: 2, initialDelay: { seconds: 1 }, jitter: JitterStrategy.NONE }) };

export const case_7_1 = durable(named());
export const case_7_2 = durable((_, context) => context.waitForCallback("approval", submit));
export const case_7_3 = durable((_, context) => context.waitForCallback(submit));
export const case_7_4 = durable(named());
export const case_7_5 = durable(named({ timeout: { seconds: 3 } }));
export const case_7_6 = durable((name, context) => named()(name, context).catch(() => "recovered"));
export const case_7_7 = durable((name, context) => context.waitForCallback(name, fails("submit"), failing));
export const case_7_8 = durable((name, context) => context.runInChildContext("wrapper", (child) => named()(name, child)));
export const case_7_9 = durable(async (_, context) => {
  await named()("first", context);
  return named()("second", context);
});
export const case_7_10 = durable(async (name, context) => {
  await context.wait({ seconds: 1 });
  await context.step(body("fixed", () => "data"));
  return named()(name, context);
});
export const case_7_11 = durable(async (name, context) => {
  const { status } = await named({ serdes: { deserialize: async (data) => JSON.parse(data) } })(name, context);
  return status;
});
export const case_7_12 = durable(named({ heartbeatTimeout: { seconds: 5 } }));
export const case_7_13 = durable(named({ heartbeatTimeout: { seconds: 10 } }));
export const case_7_14 = durable((name, context) => named({ timeout: { seconds: 3 } })(name, context).catch(() => "timed-out-handled"));
export const case_7_15 = durable(named());
