/** A promise is broken. Its message is the text of the verdict, with the smallest run. */
export class Broken extends Error {}

/** Nothing is known: the search ended early, or the configuration is not what it should be. */
export class Inconclusive extends Error {}

/**
 * Searches every run of these scenarios, or of all of them, and fails unless every promise holds.
 *
 * @param config the anechoic.toml; its folder is where the check runs
 * @param args further arguments of `anechoic check`, such as ["--faults", "2"]
 */
export function check(
  config?: string,
  scenarios?: string | string[],
  options?: { args?: string[] },
): Promise<void>;
