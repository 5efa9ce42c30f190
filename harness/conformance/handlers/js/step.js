import {
  createRetryStrategy, JitterStrategy, retryPresets, StepSemantics, withDurableExecution as durable,
} from "@aws/durable-execution-sdk-js";
import { body, fails, failsOnce } from "./body.js";

const never = { retryStrategy: retryPresets.noRetry };
const afterASecond = (attempts) => ({
  retryStrategy: createRetryStrategy({ maxAttempts: attempts, initialDelay: { seconds: 1 }, backoffRate: 1, jitter: JitterStrategy.NONE }),
});
const greet = (name) => body("greet", () => `Hello, ${name}!`);

class TransientError extends Error {
  name = "TransientError";
}

export const case_1_1 = durable((name, context) => context.step(greet(name)));
export const case_1_2 = durable((name, context) => context.step("custom_step_name", greet(name)));
export const case_1_3 = durable(async (_, context) => {
  const first = await context.step(body("one", () => "first"));
  return context.step(body("two", () => `${first}_second`));
});
export const case_1_4 = durable(({ name, tags }, context) => context.step(body("build", () => ({ user: { name, tags }, count: tags.length }))));
export const case_1_5 = durable((_, context) => context.step(body("nothing", () => null)));
export const case_1_6 = durable((text, context) => {
  const uppercase = { serialize: async (value) => JSON.stringify(value.toUpperCase()), deserialize: async (data) => JSON.parse(data) };
  return context.step(body("same", () => text), { serdes: uppercase });
});
export const case_1_7 = durable((name, context) => context.step(body("greet", ({ logger }) => {
  logger.info(`Greeting step started for: ${name}`);
  logger.info(`Greeting step completed with: Hello, ${name}!`);
  return `Hello, ${name}!`;
})));
export const case_1_8 = durable(async (_, context) => {
  const computed = await context.step(body("compute", () => "computed"));
  await context.wait({ seconds: 2 });
  return computed;
});
export const case_1_9 = durable(async (_, context) => {
  const cached = await context.step(body("compute", ({ logger }) => {
    logger.info("step executed");
    return "cached_value";
  }));
  await context.wait({ seconds: 1 });
  return cached;
});
export const case_1_10 = durable(async (_, context) => {
  const words = await context.step(fails("fails"), never).catch((error) => error.message);
  await context.wait({ seconds: 1 });
  return words;
});
export const case_1_11 = durable((_, context) => context.step(failsOnce("unreliable", "Operation succeeded"), afterASecond(2)));
export const case_1_12 = durable((_, context) => context.step(fails("fails"), afterASecond(4)));

const failsTwice = () => body("unreliable", ({ attempt }) => {
  if (attempt <= 2) throw new Error("it fails");
  return "Operation succeeded";
});
export const case_1_13 = durable((_, context) => context.step(failsTwice()));
export const case_1_14 = durable((_, context) => context.step(failsTwice(), {
  retryStrategy: createRetryStrategy({ maxAttempts: 5, initialDelay: { seconds: 2 }, backoffRate: 3, jitter: JitterStrategy.NONE }),
}));
export const case_1_15 = durable((_, context) => context.step(failsOnce("unreliable", "Operation succeeded", new TransientError("later")), {
  retryStrategy: (error, attempt) => ({ shouldRetry: error instanceof TransientError && attempt < 3, delay: { seconds: 1 } }),
}));
export const case_1_16 = durable((_, context) => context.step(fails("fails", new TransientError("later")), {
  retryStrategy: (error) => ({ shouldRetry: !(error instanceof TransientError), delay: { seconds: 1 } }),
}));

// What a process prints right before it exits may be lost with it, so it is printed first.
const crashes = (text, isEnough) => async (context) => {
  context.logger.info(text);
  return body("flaky", ({ attempt }) => {
    if (!isEnough(attempt)) process.exit(1);
    return "succeeded on second attempt";
  })(context);
};
const atMostOnce = { semantics: StepSemantics.AtMostOncePerRetry };
export const case_1_17 = durable((text, context) =>
  context.step("at_most_once_flaky_step", crashes(text, () => false), { ...atMostOnce, ...never }));
export const case_1_18 = durable((text, context) =>
  context.step("flaky_step", crashes(text, (attempt) => attempt > 1), { ...atMostOnce, ...afterASecond(2) }));

export const case_1_19 = durable((_, context) => context.step(fails("fails"), never));
export const case_1_20 = durable(async (_, context) => {
  const found = await context.step(fails("fails"), never).catch(() => "fallback");
  return context.step(body("goes_on", () => `${found}_result`));
});
