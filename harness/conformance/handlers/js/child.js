import {
  createRetryStrategy, JitterStrategy, retryPresets, withDurableExecution as durable,
} from "@aws/durable-execution-sdk-js";
import { body, fails, failsOnce } from "./body.js";

const never = { retryStrategy: retryPresets.noRetry };
const twice = { retryStrategy: createRetryStrategy({ maxAttempts: 2, initialDelay: { seconds: 1 }, jitter: JitterStrategy.NONE }) };
const second = { seconds: 1 };
const same = (name, value) => body(name, () => value);
const failing = (child) => child.step(fails("fails"), never);

export const case_3_1 = durable((text, context) => context.runInChildContext((child) => child.step(same("same", text))));
export const case_3_2 = durable(({ name, value }, context) => context.runInChildContext(name, (child) => child.step(same("same", value))));
export const case_3_3 = durable((text, context) => context.runInChildContext("child", async (child) => {
  const first = await child.step(same("one", text));
  return child.step(same("two", first));
}));
export const case_3_4 = durable((_, context) => context.runInChildContext("child", failing));
export const case_3_5 = durable(async (text, context) => {
  await context.runInChildContext("child", failing).catch(() => undefined);
  return context.step(same("recover", text));
});
export const case_3_6 = durable((text, context) => context.runInChildContext("outer", async (outer) => {
  await outer.step(same("one", text));
  return outer.runInChildContext("inner", (inner) => inner.step(same("two", text)));
}));
export const case_3_7 = durable((text, context) => context.runInChildContext("child", (child) => child.step(failsOnce("unreliable", text), twice)));
export const case_3_8 = durable((_, context) => context.runInChildContext("child", (child) => child.step(fails("fails"), twice)));
export const case_3_9 = durable(async (text, context) => {
  const result = await context.runInChildContext("child", (child) => child.step(same("same", text)));
  await context.wait(second);
  return result;
});

const stepAndWait = (text) => async (child) => {
  const result = await child.step(same("inside", text));
  await child.wait(second);
  return result;
};
export const case_3_10 = durable((text, context) => context.runInChildContext("child", stepAndWait(text)));
export const case_3_11 = durable(async (text, context) => {
  const large = await context.runInChildContext("child", async (child) => {
    child.configureLogger({ modeAware: false });
    child.logger.info(text);
    return (await child.step(same("small", "x"))).repeat(300 * 1024);
  });
  await context.wait(second);
  return large.length;
});
export const case_3_12 = durable((text, context) => context.runInChildContext("child", (child) => child.step(body("crashes", (_, runs) => {
  if (runs === 1) process.exit(1);
  return text;
}))));
export const case_3_13 = durable(async (text, context) => {
  const result = await context.runInChildContext("child", async (child) => {
    await child.wait(second);
    return text;
  });
  return context.step(same("same", result));
});
export const case_3_14 = durable((text, context) => {
  const uppercase = { serialize: async (value) => value.toUpperCase(), deserialize: async (data) => data };
  return context.runInChildContext("child", (child) => child.step(same("same", text)), { serdes: uppercase });
});
export const case_3_15 = durable((_, context) => context.runInChildContext("child", async () => { throw new Error("it fails"); }));
export const case_3_16 = durable((_, context) => context.runInChildContext("child", async () => null));
export const case_3_17 = durable(async (text, context) => {
  const result = await context.runInChildContext("child", async (child) => {
    child.configureLogger({ modeAware: false });
    child.logger.info(text);
    return text;
  });
  await context.wait(second);
  return result;
});
export const case_3_18 = durable(async (text, context) => {
  const result = await context.runInChildContext("child", stepAndWait(text));
  await context.step(same("outside", result));
  await context.wait(second);
  return result;
});
