// Calls a Lambda handler as the runtime of AWS does: asks the Runtime API for the next event, and tells it the answer.
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const call = (method, path, body) => new Promise((resolve, reject) => {
  const headers = body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const request = http.request({ host, port, method, path: "/2018-06-01/runtime" + path, agent, headers }, (answer) => {
    const parts = [];
    answer.on("data", (part) => parts.push(part));
    answer.on("end", () => resolve({ headers: answer.headers, body: Buffer.concat(parts).toString() }));
  });
  request.on("error", reject).end(body);
});
// Prints it, without what is ours and Node's own below the handler, and says it as the Runtime API wants it.
const failure = (error) => {
  const lines = String(error?.stack ?? error).split("\n").filter((line) => !line.includes(import.meta.url) && !/^ +at .*node:internal/.test(line));
  console.error(lines.join("\n"));
  return JSON.stringify({ errorType: error?.name ?? "Error", errorMessage: error?.message ?? String(error), stackTrace: lines });
};

// What to do next about a module that cannot be loaded, where that is known.
const adviceOn = ({ code, message, stack }) => {
  const missing = /does not provide an export named '(\w+)'/.exec(message)?.[1];
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") return `install what ${process.cwd()} needs, as by npm install, or build it`;
  if (missing && /\.[cm]?ts:\d/.test(stack))
    return `if ${missing} is a type, import it as one (import { type ${missing} }): Node takes types away, and nothing else; or name what is built of it`;
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") return "Node takes types away, and nothing else: name what is built of it";
};

const [file, name] = process.argv.slice(2);
let handler;
try {
  const module = await import(pathToFileURL(path.resolve(file)).href);
  handler = module[name] ?? module.default?.[name];
  // Those of a CommonJS module may be known by its default alone.
  const all = { ...module.default, ...module };
  const names = Object.keys(all).filter((known) => typeof all[known] === "function").join(", ");
  if (typeof handler !== "function") throw new Error(`${file} exports no function \`${name}\`; it exports ${names || "none"}`);
} catch (error) {
  const said = failure(error);
  const advice = adviceOn(error ?? {});
  if (advice) console.error(`next: ${advice}`);
  await call("POST", "/init/error", said);
  process.exit(1);
}
// What is only told to a callback is as good as a promise.
const invoke = (event, context) => new Promise((resolve, reject) => {
  const answer = handler(event, context, (error, value) => (error ? reject(error) : resolve(value)));
  if (answer?.then) answer.then(resolve, reject);
  else if (handler.length < 3) resolve(answer);
});
for (;;) {
  const event = await call("GET", "/invocation/next");
  const id = event.headers["lambda-runtime-aws-request-id"];
  const deadline = Number(event.headers["lambda-runtime-deadline-ms"]);
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: event.headers["lambda-runtime-invoked-function-arn"],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const answer = await invoke(JSON.parse(event.body), context);
    await call("POST", `/invocation/${id}/response`, JSON.stringify(answer) ?? "null");
  } catch (error) {
    await call("POST", `/invocation/${id}/error`, failure(error));
  }
}
