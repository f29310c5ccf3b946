import { metrics } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { openTelemetryObserver } from './open-telemetry.js';

test('every event becomes a measurement', async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  const observe = await openTelemetryObserver();
  observe?.({ type: 'run', of: 'step', outcome: 'ok', queueMs: 2, runMs: 3, retries: 0 });
  observe?.({ type: 'run', of: 'step', outcome: 'ok', queueMs: 4, runMs: 5, retries: 0 });
  observe?.({ type: 'run', of: 'run', outcome: 'timeout', queueMs: 0, runMs: 9, retries: 0 });
  observe?.({ type: 'tool-call', tool: 't', outcome: 'ok', ms: 7 });
  observe?.({ type: 'child-started', pid: 1, ms: 100 });
  observe?.({ type: 'child-ended', pid: 1, cause: 'deadline', served: 3 });
  await provider.forceFlush();
  const points = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => [
        descriptor.name.replace('turnwise.sandbox.', ''),
        JSON.stringify(attributes),
        typeof value === 'number' ? value : value.sum,
      ]),
    );
  await provider.shutdown();
  // 2 + 4 = 6 ms in the queue, 3 + 5 = 8 ms running.
  expect(points).toEqual([
    ['runs', '{"kind":"step","outcome":"ok"}', 2],
    ['runs', '{"kind":"run","outcome":"timeout"}', 1],
    ['queue.duration', '{"kind":"step"}', 6],
    ['queue.duration', '{"kind":"run"}', 0],
    ['run.duration', '{"kind":"step","outcome":"ok"}', 8],
    ['run.duration', '{"kind":"run","outcome":"timeout"}', 9],
    ['tool.duration', '{"tool":"t","outcome":"ok"}', 7],
    ['children.started', '{}', 1],
    ['children.ended', '{"cause":"deadline"}', 1],
  ]);
});
