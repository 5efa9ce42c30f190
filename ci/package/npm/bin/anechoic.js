#!/usr/bin/env node
// Runs the program of this platform in place of itself.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { program } from "../find.js";

let file;
try {
  file = program();
} catch (error) {
  console.error(error.message);
  process.exit(70);
}
const child = spawn(file, process.argv.slice(2), { stdio: "inherit" });
// The terminal tells the whole group; whoever tells this process alone means the program.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`anechoic: ${file} cannot be started: ${error.message}`);
  process.exit(70);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
