// Takes time and chance away from a Node process and gives them to the gate.
//
// Time stands still until the gate says "advance"; it then jumps to the earliest timer. What is drawn at random carries the
// number of who draws it, so that no two draw the same and the gate knows what was drawn: see names.rs.
"use strict";
const address = process.env.ANECHOIC_GATE;
if (address) {
  const crypto = require("node:crypto");
  const net = require("node:net");
  const timers = require("node:timers");
  const { promisify } = require("node:util");
  const { syncBuiltinESMExports } = require("node:module");
  const origin = require("./origin.cjs");
  const RealDate = Date;
  const real = { setImmediate };

  let now = 0, owner = 0, drawn = 0, serial = 0, drew = false, line = null, isArmed = false;
  // Two streams of numbers: of the handler's own chance, and of that of the AWS SDKs, which only says when they try again.
  const dice = [0, 0];
  const queue = new Map();
  const reset = (command) => {
    queue.clear();
    isArmed = false;
    now = command.now;
    owner = command.owner;
    drawn = 0;
    drew = false;
    dice[0] = Math.imul(command.seed, 0x9e3779b1);
    dice[1] = 0;
  };
  reset({ now: Number(process.env.ANECHOIC_NOW), owner: 0, seed: 0 });

  // Chance: mulberry32, whose state is one number. Nothing of it shows who drew it, so that is told.
  // Whose it is, says whoever is nearest: an SDK calls the handler's own code, too.
  const isOfAClient = () => {
    const isOfNode = (line) => line.includes(__filename) || (/\(?node:/.test(line) && !line.includes("deps/undici"));
    const nearest = new Error().stack.split("\n").slice(1).find((line) => !isOfNode(line)) ?? "";
    const isClient = (place) => /node_modules[\\/]@(smithy|aws-sdk|aws)[\\/]|node:internal\/deps\/undici/.test(place);
    return isClient(nearest) || isClient(origin(nearest));
  };
  const random = () => {
    const which = isOfAClient() ? 1 : 0;
    drew ||= which === 0;
    dice[which] = (dice[which] + 0x6d2b79f5) | 0;
    const state = dice[which];
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  // Drawn bytes come in blocks of nine: a9 ec, the owner, the ordinal, and three that fill up. Fewer than six would not show it.
  const fill = (view) => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    if (bytes.length < 6) {
      for (let at = 0; at < bytes.length; at++) bytes[at] = random() * 256;
      return view;
    }
    drawn++;
    const block = [0xa9, 0xec, owner >> 8, owner & 255, drawn >> 8, drawn & 255, 0x40, 0, 0];
    for (let at = 0; at < bytes.length; at++) bytes[at] = block[at % block.length];
    return view;
  };
  const uuid = () => {
    const b = fill(Buffer.alloc(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    return b.toString("hex").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };
  Math.random = random;
  crypto.randomUUID = uuid;
  crypto.randomBytes = (count, then) => {
    const bytes = fill(Buffer.alloc(count));
    if (!then) return bytes;
    process.nextTick(then, null, bytes);
  };
  crypto.randomFillSync = (buffer, offset = 0, size = buffer.byteLength - offset) => {
    fill(Buffer.from(buffer.buffer ?? buffer, (buffer.byteOffset ?? 0) + offset, size));
    return buffer;
  };
  crypto.randomFill = (buffer, ...rest) => {
    const then = rest.pop();
    crypto.randomFillSync(buffer, ...rest);
    process.nextTick(then, null, buffer);
  };
  crypto.randomInt = (low, high, then) => {
    if (typeof high !== "number") [low, high, then] = [0, low, high];
    const number = low + Math.floor(random() * (high - low));
    if (!then) return number;
    process.nextTick(then, null, number);
  };
  // These stand on a prototype; `crypto.getRandomValues` is what `webcrypto` has.
  const put = (object, name, value) => Object.defineProperty(object, name, { value, configurable: true, writable: true });
  put(crypto.webcrypto, "getRandomValues", fill);
  put(crypto.webcrypto, "randomUUID", uuid);

  // Time.
  class VirtualDate extends RealDate {
    constructor(...parts) {
      parts.length ? super(...parts) : super(now);
    }
    static now() {
      return now;
    }
  }
  globalThis.Date = new Proxy(VirtualDate, { apply: () => new VirtualDate().toString() });
  const begun = now;
  performance.now = () => now - begun;
  process.uptime = () => (now - begun) / 1000;
  process.hrtime = Object.assign((since) => {
    const seconds = Math.floor(now / 1000), nanos = (now % 1000) * 1e6;
    if (!since) return [seconds, nanos];
    return [seconds - since[0] - (nanos < since[1]), (nanos - since[1] + 1e9) % 1e9];
  }, { bigint: () => BigInt(now) * 1000000n });

  // Whether a timer of the handler's own runs, and not only of the clients that it uses: one that could fire before an answer comes.
  // The gate is told when that changes.
  const look = () => {
    let armed = false;
    for (const timer of queue.values()) armed ||= timer.own;
    if (armed !== isArmed) {
      isArmed = armed;
      send("armed", { armed });
    }
  };
  class Timer {
    constructor(call, ms, args, every, own = !isOfAClient()) {
      ms = Number(ms);
      this.own = own;
      this.call = call;
      this.args = args;
      this.every = every;
      this.ms = ms >= 1 && ms <= 2147483647 ? ms : 1;
      this.serial = ++serial;
      this.refresh();
    }
    refresh() {
      this.due = now + this.ms;
      queue.set(this.serial, this);
      look();
      return this;
    }
    ref() { return this; }
    unref() { return this; }
    hasRef() { return true; }
    close() {
      queue.delete(this.serial);
      look();
      return this;
    }
    [Symbol.toPrimitive]() { return this.serial; }
    [Symbol.dispose ?? Symbol.for("dispose")]() { this.close(); }
  }
  const clear = (timer) => {
    if (timer == null) return;
    queue.delete(typeof timer === "object" ? timer.serial : Number(timer));
    look();
  };
  const virtual = {
    setTimeout: (call, ms, ...args) => new Timer(call, ms, args, false),
    setInterval: (call, ms, ...args) => new Timer(call, ms, args, true),
    clearTimeout: clear,
    clearInterval: clear,
  };
  const sleep = (ms, value) => new Promise((resolve) => virtual.setTimeout(resolve, ms, value));
  virtual.setTimeout[promisify.custom] = sleep;
  Object.assign(globalThis, virtual);
  Object.assign(timers, virtual);
  timers.promises.setTimeout = sleep;
  if (timers.promises.scheduler) timers.promises.scheduler.wait = sleep;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    const late = () => controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    virtual.setTimeout(late, ms);
    return controller.signal;
  };
  // A socket's time-out is the handler's own where its request waits for that; a pool's is not.
  const idle = Symbol("idle");
  net.Socket.prototype.setTimeout = function (ms, call) {
    if (this.destroyed) return this;
    this.timeout = ms;
    this[idle]?.close();
    if (ms === 0) {
      if (call) this.removeListener("timeout", call);
      return this;
    }
    if (call) this.once("timeout", call);
    const own = !isOfAClient() && this._httpMessage?.listenerCount("timeout") > 0;
    if (!this[idle]) this.once("close", () => this[idle].close());
    this[idle] = new Timer(() => this.emit("timeout"), ms, [], false, own);
    return this;
  };
  net.Socket.prototype._unrefTimer = function () {
    const timer = this[idle];
    if (timer && queue.has(timer.serial)) timer.refresh();
  };
  syncBuiltinESMExports();

  const earliest = () => {
    let first = null;
    for (const timer of queue.values()) {
      if (!first || timer.due < first.due || (timer.due === first.due && timer.serial < first.serial)) first = timer;
    }
    return first;
  };
  // Until one has fired, or one of the handler's own.
  const advance = (toOwn) => {
    for (;;) {
      const timer = earliest();
      if (!timer) return false;
      now = Math.max(now, timer.due);
      timer.every ? timer.refresh() : timer.close();
      timer.call(...timer.args);
      if (timer.own || !toOwn) return true;
    }
  };

  // The line to the gate: one request that is always held, and whose answer is the next command. It stays referenced, so that
  // a process that waits for virtual time only does not end; and whoever loses it has lost the gate.
  const [host, port] = address.split(":");
  line = net.connect(Number(port), host);
  line.setNoDelay(true);
  line.on("error", () => process.exit(70));
  line.on("close", () => process.exit(70));
  let fired = false;
  function send(what, said) {
    const body = JSON.stringify(said);
    line?.write(`POST /anechoic/${what} HTTP/1.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  }
  const report = () => send("line", { fired, drew, pid: process.pid });
  line.on("connect", report);
  line.on("data", (data) => {
    const command = JSON.parse(data.toString().split("\r\n\r\n")[1]);
    fired = command.do === "advance" && advance(command.own);
    if (command.do === "reset") reset(command);
    if (command.do === "set") now = Math.max(now, command.now);
    real.setImmediate(() => real.setImmediate(report));
  });
}
