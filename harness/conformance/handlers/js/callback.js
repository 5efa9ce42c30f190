import { withDurableExecution as durable } from "@aws/durable-execution-sdk-js";
import { body } from "./body.js";

/** Creates a callback and waits for it; what is to come before that does. */
const awaited = (config, before = () => undefined) => async (name, context) => {
  const [promise] = await context.createCallback(name, config);
  await before(context);
  return promise;
};
const step = (context) => context.step(body("between"));
const wait = (seconds) => (context) => context.wait({ seconds });

export const case_4_1 = durable(awaited());
export const case_4_2 = durable((_, context) => awaited()("approval", context));
export const case_4_3 = durable(awaited({ timeout: { seconds: 5 } }));
export const case_4_4 = durable(awaited({ heartbeatTimeout: { seconds: 5 } }));
export const case_4_5 = durable(awaited({ heartbeatTimeout: { seconds: 10 } }));
export const case_4_6 = durable(awaited());
export const case_4_7 = durable(awaited({}, step));
export const case_4_8 = durable(awaited({ timeout: { seconds: 5 } }, step));
export const case_4_9 = durable(awaited({}, wait(5)));
export const case_4_10 = durable(awaited({}, wait(5)));
export const case_4_11 = durable(awaited({ timeout: { seconds: 3 } }, wait(6)));

const thenWaits = (config) => async (name, context) => {
  const said = await awaited(config)(name, context).catch((error) => error.message);
  await context.wait({ seconds: 2 });
  return said;
};
export const case_4_12 = durable(thenWaits());
export const case_4_13 = durable(thenWaits());
export const case_4_14 = durable(thenWaits({ timeout: { seconds: 3 } }));

const parsed = (of) => ({ serdes: { deserialize: async (data) => of(JSON.parse(data)) } });
export const case_4_15 = durable(async (name, context) => {
  const dated = parsed(({ timestamp, ...rest }) => ({ ...rest, timestamp: Date.parse(timestamp) / 1000 }));
  return { received: await awaited(dated)(name, context) };
});
export const case_4_16 = durable(async (name, context) => {
  const count = await awaited(parsed(Number))(name, context);
  return { count, doubled: 2 * count };
});

export const case_4_17 = durable(async ([a, b], context) => [await awaited()(a, context), await awaited()(b, context)]);

const both = async ([a, b], context) => [(await context.createCallback(a))[0], (await context.createCallback(b))[0]];
export const case_4_18 = durable(async (names, context) => {
  const [a, b] = await both(names, context);
  return [await a, await b];
});
export const case_4_19 = durable(async (names, context) => {
  const [a, b] = await both(names, context);
  const second = await b;
  return [await a, second];
});
