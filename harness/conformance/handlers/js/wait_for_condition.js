import { createWaitStrategy, JitterStrategy, withDurableExecution as durable } from "@aws/durable-execution-sdk-js";
import { body, fails } from "./body.js";

const second = { seconds: 1 };
const until = (is, delay = second) => (state) => (is(state) ? { shouldContinue: false } : { shouldContinue: true, delay });
const counting = body("check", (state) => state + 1);
const upTo = (end, initialState = 0, delay = second) => ({ initialState, waitStrategy: until((state) => state >= end, delay) });

export const case_6_1 = durable((end, context) => context.waitForCondition(counting, upTo(end)));
export const case_6_2 = durable((end, context) => context.waitForCondition(body("check", (state) => state), upTo(end, 5)));
export const case_6_3 = durable((end, context) => context.waitForCondition("poll-status", counting, upTo(end)));
export const case_6_4 = durable((end, context) => context.waitForCondition(counting, upTo(end, 5)));
export const case_6_5 = durable((end, context) => context.waitForCondition(counting, upTo(end, 0, { seconds: 2 })));
export const case_6_6 = durable((_, context) => context.waitForCondition(counting, {
  initialState: 0,
  waitStrategy: createWaitStrategy({
    maxAttempts: 3, initialDelay: second, backoffRate: 1, jitter: JitterStrategy.NONE, shouldContinuePolling: () => true,
  }),
}));
export const case_6_7 = durable((_, context) => context.waitForCondition(fails("check"), upTo(1)));
export const case_6_8 = durable((_, context) => context.waitForCondition(fails("check"), upTo(1)).catch(() => "recovered"));
export const case_6_9 = durable((_, context) => context.waitForCondition(
  body("check", ({ attempts }) => ({ status: attempts + 1 < 2 ? "PENDING" : "DONE", attempts: attempts + 1 })),
  { initialState: { status: "PENDING", attempts: 0 }, waitStrategy: until(({ status }) => status === "DONE") },
));
export const case_6_10 = durable((_, context) => context.waitForCondition(body("check", () => null), { initialState: null, waitStrategy: until(() => true) }));
export const case_6_11 = durable((_, context) => {
  const inBase64 = {
    serialize: async (value) => Buffer.from(value).toString("base64"), deserialize: async (data) => Buffer.from(data, "base64").toString(),
  };
  const longEnough = { initialState: "", waitStrategy: until((state) => state.length >= 2), serdes: inBase64 };
  return context.waitForCondition(body("check", (state) => `${state}x`), longEnough);
});
export const case_6_12 = durable(async (end, context) => {
  const found = await context.waitForCondition(counting, upTo(end));
  return context.step(body("multiply", () => 10 * found));
});
export const case_6_13 = durable(async (_, context) => {
  const first = await context.waitForCondition(counting, upTo(2));
  return context.waitForCondition(counting, upTo(4, first));
});
