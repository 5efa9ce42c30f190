import { withDurableExecution as durable } from "@aws/durable-execution-sdk-js";

export const case_2_1 = durable((_, context) => context.wait({ seconds: 2 }));
export const case_2_2 = durable((_, context) => context.wait("custom_wait_name", { seconds: 2 }));
export const case_2_3 = durable(async (_, context) => {
  await context.wait("wait-1", { seconds: 2 });
  await context.wait("wait-2", { seconds: 2 });
  return { completedWaits: 2 };
});
export const case_2_4 = durable((_, context) => context.wait({ minutes: 1 }));
export const case_2_5 = durable((_, context) => context.wait({ hours: 1 }));
