// node_modules/@smithy/util-retry/dist-es/delay.js
const delay = (attempt) => Math.random() * 100 * 2 ** attempt;

// node_modules/@smithy/util-retry/dist-es/retry.js
const retry = async (send) => {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      if (attempt === 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay(attempt)));
    }
  }
};

// charge.mjs
export const handler = async ({ order }) => {
  const headers = process.env.KEYED ? { "idempotency-key": order } : {};
  const response = await retry(() => fetch(`${process.env.PAY_URL}/charges`, { method: "POST", headers, body: order }));
  if (!response.ok) throw new Error(`the charge came back with ${response.status}`);
};
