// The program lies in a package of its own for each platform, of which only the fitting one is installed.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export function program() {
  const platform = `${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "anechoic.exe" : "anechoic";
  try {
    return require.resolve(`@anechoic/${platform}/bin/${file}`);
  } catch {
    const known = Object.keys(JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")).optionalDependencies ?? {});
    throw new Error(
      `anechoic: the package @anechoic/${platform} is not installed; there is ${known.join(", ")}\n` +
        "  next: install again without --omit=optional or --no-optional; or build it from source with cargo",
    );
  }
}
