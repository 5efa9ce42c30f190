// Asks as often as its event says, one thing after the other. Without an event it does the same by itself: `node calls.mjs COUNT`.
import http from "node:http";
import { fileURLToPath } from "node:url";

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const { hostname, port } = new URL(process.env.AWS_ENDPOINT_URL);
const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.UpdateItem" };
const ask = (n) => new Promise((resolve, reject) => {
  const body = JSON.stringify({
    TableName: "cells", Key: { id: { S: "a" } }, UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": { N: String(n) } },
  });
  const request = http.request({ hostname, port, method: "POST", agent, headers: { ...headers, "content-length": body.length } }, (answer) => {
    answer.resume().on("end", resolve);
  });
  request.on("error", reject).end(body);
});
export async function handler(event) {
  for (let n = 0; n < event.count; n++) await ask(event.first + n);
}
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await handler({ count: Number(process.argv[2]), first: 0 });
}
