// From which file a line of a bundle comes: a bundler says so in a source map, or in a comment above each module.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { SourceMap } = require("node:module");
const { fileURLToPath } = require("node:url");

const PLACE = /(?:\(|at (?:async )?)((?:file:\/\/)?\/.*):(\d+):(\d+)\)?$/;
const HEADING = /^[ \t]*\/\/(?:#region)? (\S+\.[cm]?[jt]sx?)$/;
const MAP = /^\/\/# sourceMappingURL=(?:data:[^,]*;base64,(\S+)|(\S+))\s*$/gm;

const read = (file) => {
  const text = fs.readFileSync(file, "utf8");
  const [, inline, beside] = [...text.matchAll(MAP)].pop() ?? [];
  try {
    const json = inline ? Buffer.from(inline, "base64") : beside && fs.readFileSync(path.resolve(path.dirname(file), beside));
    if (json) {
      const map = new SourceMap(JSON.parse(json));
      return (line, column) => map.findEntry(line - 1, column - 1).originalSource;
    }
  } catch {
    // A map that was not shipped, or is none, says nothing; the comments may.
  }
  const headings = text.split("\n").flatMap((line, at) => {
    const name = HEADING.exec(line)?.[1];
    return name ? [{ at: at + 1, name }] : [];
  });
  return (line) => headings.findLast(({ at }) => at < line)?.name;
};

const files = new Map(), places = new Map();
// The file that a line of a stack is from; the line itself, where nothing else is known.
module.exports = (frame) => {
  const [, url, line, column] = PLACE.exec(frame) ?? [];
  if (!url) return frame;
  if (!places.has(frame)) {
    try {
      const file = url.startsWith("file:") ? fileURLToPath(url) : url;
      if (!files.has(file)) files.set(file, read(file));
      places.set(frame, files.get(file)(Number(line), Number(column)) ?? frame);
    } catch {
      places.set(frame, frame);
    }
  }
  return places.get(frame);
};
