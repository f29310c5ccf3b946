import type { SampledAction, SampleKey, SampleRequest, Sampler } from '@turnwise/trajectory';

/** What a script writes for one action. `end` is `stop-token` by default. */
export interface ScriptedAction {
  readonly text: string;
  readonly end?: SampledAction['end'];
}

/** Writes the next action of a sequence from its key, the turn and everything before it. */
export type Script = (key: SampleKey, turn: number, before: string, request: SampleRequest) => ScriptedAction | Error;

export interface ScriptedSampler extends Sampler {
  /** Sequences that are open now. */
  openCount(): number;
  /** How many actions each advance gave, in order. */
  readonly advances: number[];
  readonly keys: SampleKey[];
  readonly requests: SampleRequest[];
}

/**
 * A sampler that writes what a script says, one token per UTF-16 code unit.
 *
 * As strict as the contract: it advances only when every open sequence has asked, so a sequence that is forgotten
 * stops everything; a second `close`, a request after it, and a second request at once are errors. The `n`-th token of
 * an action has log-probability `-(n + 1) / 8`.
 */
export function scriptedSampler(script: Script, contextLength = 1000): ScriptedSampler {
  const open = new Set<object>();
  const waiting = new Map<object, () => void>();
  const advances: number[] = [];
  const keys: SampleKey[] = [];
  const requests: SampleRequest[] = [];

  function advanceIfAllAsked(): void {
    if (waiting.size === 0 || waiting.size < open.size) return;
    const ready = [...waiting.values()];
    waiting.clear();
    advances.push(ready.length);
    for (const answer of ready) answer();
  }

  return {
    contextLength,
    advances,
    keys,
    requests,
    openCount: () => open.size,
    open(key) {
      const sequence = {};
      let before = '';
      open.add(sequence);
      keys.push(key);
      return {
        sample(request) {
          if (!open.has(sequence)) throw new Error('scriptedSampler: the sequence is closed');
          if (waiting.has(sequence)) throw new Error('scriptedSampler: the sequence has asked already');
          if (request.maxTokens < 1 || request.newTokenIds.length === 0)
            throw new Error('scriptedSampler: bad request');
          requests.push(request);
          before += String.fromCharCode(...request.newTokenIds);
          return new Promise((resolve, reject) => {
            waiting.set(sequence, () => {
              const scripted = script(key, request.turn, before, request);
              if (scripted instanceof Error) return reject(scripted);
              before += scripted.text;
              const tokenIds = Array.from({ length: scripted.text.length }, (_, at) => scripted.text.charCodeAt(at));
              resolve({
                tokenIds,
                behaviourLogprobs: tokenIds.map((_, at) => -(at + 1) / 8),
                end: scripted.end ?? 'stop-token',
                policyVersion: 3,
              });
            });
            advanceIfAllAsked();
          });
        },
        close() {
          if (!open.delete(sequence)) throw new Error('scriptedSampler: the sequence was closed twice');
          waiting.delete(sequence);
          advanceIfAllAsked();
        },
      };
    },
  };
}
