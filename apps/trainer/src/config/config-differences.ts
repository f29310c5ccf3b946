export interface ConfigDifference {
  /** Where in the config, e.g. `estimator.discount`. */
  readonly path: string;
  /** `undefined` where the key is absent. */
  readonly recorded: unknown;
  readonly given: unknown;
}

/** Every leaf in which two configs differ, in the order of the keys of `recorded`, then of `given`. */
export function configDifferences(recorded: unknown, given: unknown, path = ''): ConfigDifference[] {
  if (!isObject(recorded) || !isObject(given)) {
    return JSON.stringify(recorded) === JSON.stringify(given) ? [] : [{ path, recorded, given }];
  }
  const keys = new Set([...Object.keys(recorded), ...Object.keys(given)]);
  return [...keys].flatMap((key) => configDifferences(recorded[key], given[key], path === '' ? key : `${path}.${key}`));
}

/** `learningRate: the run has 0.0005, given 0.001`. */
export function describeDifference({ path, recorded, given }: ConfigDifference): string {
  return `${path}: the run has ${JSON.stringify(recorded) ?? 'none'}, given ${JSON.stringify(given) ?? 'none'}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
