import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { listenForInterruption, type SignalSource } from './interruption.js';

function fakeProcess() {
  const exits: number[] = [];
  const source = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  return { source: source as EventEmitter & SignalSource, exits };
}

it('aborts at the first Ctrl-C and says so, exits with 130 at the second', () => {
  const { source, exits } = fakeProcess();
  const told: string[] = [];
  const { signal } = listenForInterruption(source, (text) => told.push(text));
  expect(signal.aborted).toBe(false);
  source.emit('SIGINT');
  expect(signal.aborted).toBe(true);
  expect(told).toEqual(['Interrupted: finishing this update, then saving. Once more ends at once.']);
  expect(exits).toEqual([]);
  source.emit('SIGINT');
  expect(exits).toEqual([130]);
});

it('takes SIGTERM and SIGHUP likewise and stops listening when disposed', () => {
  const { source, exits } = fakeProcess();
  const interruption = listenForInterruption(source, () => undefined);
  source.emit('SIGTERM');
  source.emit('SIGHUP');
  expect(exits).toEqual([130]);
  interruption.dispose();
  expect(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => source.listenerCount(signal))).toEqual([0, 0, 0]);
});
