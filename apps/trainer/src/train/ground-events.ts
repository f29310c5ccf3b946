import { configDifferences, describeDifference } from '../config/config-differences.js';
import type { RunEvent } from '../train-observer.js';

/** The fields of `run.json` that must agree for two processes to compute the same bytes. */
const GROUND = ['backend', 'threads', 'shards', 'parts', 'versions', 'hardware'] as const;

/**
 * One warning per way in which a resumed run stands on other ground than it began on: another backend, TensorFlow,
 * number of threads, machine. It goes on, but its metrics may not be those of a run that was never stopped.
 *
 * @param recorded what `run.json` says; fields that are absent were never written and are not compared
 * @param found what `runDetails` says now
 */
export function groundEvents(
  recorded: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
): Omit<RunEvent, 'update'>[] {
  return GROUND.filter((field) => recorded[field] !== undefined)
    .flatMap((field) => configDifferences(comparable(recorded[field]), comparable(found[field]), field))
    .map((difference) => ({
      kind: 'ground-changed',
      message: `resumed on other ground, so the run may not repeat to the byte: ${describeDifference(difference)}`,
      level: 'warning',
    }));
}

/** As JSON gives it back, and without why better backends were passed over: that decides nothing. */
function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, (key, item: unknown) => (key === 'passedOver' ? undefined : item)));
}
