import type { SandboxObserver } from './observer.js';

/**
 * Tells OpenTelemetry's API of every event, if the package `@opentelemetry/api` is there; else `null`. Without an SDK
 * that was registered before, the API does nothing.
 *
 * | instrument | unit | attributes |
 * |---|---|---|
 * | `turnwise.sandbox.runs` | {run} | `kind`, `outcome` |
 * | `turnwise.sandbox.queue.duration` | ms | `kind` |
 * | `turnwise.sandbox.run.duration` | ms | `kind`, `outcome` |
 * | `turnwise.sandbox.tool.duration` | ms | `tool`, `outcome` |
 * | `turnwise.sandbox.children.started` | {process} | |
 * | `turnwise.sandbox.children.ended` | {process} | `cause` |
 */
export async function openTelemetryObserver(): Promise<SandboxObserver | null> {
  const api = await import('@opentelemetry/api').catch(() => null);
  if (api === null) return null;
  const meter = api.metrics.getMeter('@turnwise/sandbox');
  const runs = meter.createCounter('turnwise.sandbox.runs', { unit: '{run}' });
  const queue = meter.createHistogram('turnwise.sandbox.queue.duration', { unit: 'ms' });
  const run = meter.createHistogram('turnwise.sandbox.run.duration', { unit: 'ms' });
  const tool = meter.createHistogram('turnwise.sandbox.tool.duration', { unit: 'ms' });
  const started = meter.createCounter('turnwise.sandbox.children.started', { unit: '{process}' });
  const ended = meter.createCounter('turnwise.sandbox.children.ended', { unit: '{process}' });
  return (event) => {
    switch (event.type) {
      case 'run': {
        const attributes = { kind: event.of, outcome: event.outcome };
        runs.add(1, attributes);
        queue.record(event.queueMs, { kind: event.of });
        run.record(event.runMs, attributes);
        return;
      }
      case 'tool-call':
        tool.record(event.ms, { tool: event.tool, outcome: event.outcome });
        return;
      case 'child-started':
        started.add(1);
        return;
      case 'child-ended':
        ended.add(1, { cause: event.cause });
        return;
      default:
        throw new RangeError(`event: a known type, got ${String(event satisfies never)}`);
    }
  };
}
