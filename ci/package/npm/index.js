// Runs a check of anechoic as a test of yours:
//
//   import { check } from "anechoic";
//   test("a card is charged once", () => check("anechoic.toml", "paid"), 600_000);
import { execFile } from "node:child_process";
import { dirname, resolve } from "node:path";
import { program } from "./find.js";

/** A promise is broken. Its message is the text of the verdict, with the smallest run. */
export class Broken extends Error {
  name = "Broken";
}

/** Nothing is known: the search ended early, or the configuration is not what it should be. */
export class Inconclusive extends Error {
  name = "Inconclusive";
}

/** Searches every run of these scenarios, or of all of them, and fails unless every promise holds. */
export async function check(config = "anechoic.toml", scenarios = [], { args = [] } = {}) {
  const file = resolve(config);
  const words = ["--config", file, "check", ...[scenarios].flat(), ...args];
  const { code, text } = await new Promise((done) =>
    execFile(program(), words, { cwd: dirname(file), maxBuffer: 1 << 26 }, (error, out, said) =>
      done({ code: error ? error.code : 0, text: `\n${out}${said}${typeof error?.code === "number" ? "" : (error?.message ?? "")}` }),
    ),
  );
  if (code === 0) return;
  const failure = code === 1 ? new Broken(text) : new Inconclusive(text);
  // What is to be read is the verdict, not where in here it was made.
  failure.stack = `${failure.name}: ${text}`;
  throw failure;
}
