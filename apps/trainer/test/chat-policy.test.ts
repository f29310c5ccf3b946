import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fencedFormat, hermesFormat, llamaFormat, parseToolCall } from '@turnwise/renderer';
import { collectGroups } from '@turnwise/rollout';
import { createSandbox, type Sandbox } from '@turnwise/sandbox';
import type { Sampler, ToolDefinition, ToolProvider } from '@turnwise/trajectory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawTask, FAMILIES } from '../src/tasks/families.js';
import type { Demonstration } from '../src/tasks/family.js';
import { randomOf } from '../src/tasks/random.js';
import { type TrainerTask, taskOfRow } from '../src/tasks/task-schema.js';
import { taskTools } from '../src/tasks/tools.js';
import { taskVerifier } from '../src/tasks/verifier.js';
import { openText, type PolicyText } from '../src/train/open-text.js';
import { FENCED_CHAT, HERMES_CHAT, LLAMA_CHAT, writeChatText, writeTinyChatPolicy } from './tiny-policy.js';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
let root: string;
let sandbox: Sandbox;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'chat-'));
  sandbox = await createSandbox();
});
afterAll(async () => {
  await sandbox.close();
  await rm(root, { recursive: true });
});

/** Plays a demonstration as a model of this format would, special tokens as tokens. */
function playing(
  demonstration: Demonstration,
  { tokenizer }: PolicyText,
  write: (name: string, argument: string) => string,
  lastResult: () => string,
): Sampler {
  const sample = async () => {
    const step = demonstration.next(lastResult());
    if (step.done) throw new Error('the demonstration is over');
    const { kind, text } = step.value;
    const space = text.indexOf(' ');
    const said =
      kind === 'call'
        ? `I look.\n${write(text.slice(0, space), text.slice(space + 1))}`
        : `It is <answer>${text}</answer>.`;
    const tokenIds = [...tokenizer.encodeMarked(said), 256];
    return { tokenIds, behaviourLogprobs: tokenIds.map(() => 0), end: 'stop-token', policyVersion: 0 } as const;
  };
  return { contextLength: 20_000, open: () => ({ sample, close: () => undefined }) };
}

describe.each([
  { format: hermesFormat, chat: HERMES_CHAT },
  { format: fencedFormat, chat: FENCED_CHAT },
  { format: llamaFormat, chat: LLAMA_CHAT },
])('$format.name', ({ format, chat }) => {
  it.each(FAMILIES)('solves tasks of $name with their tools', async (family) => {
    const directory = join(root, `${format.name}-${family.name}`);
    await writeChatText(directory, chat);
    const text = await openText(directory);
    const verify = taskVerifier(sandbox.codeRunner());
    for (let ordinal = 0; ordinal < 5; ordinal += 1) {
      const instance = drawTask(family, 'train', 3, ordinal);
      const task = taskOfRow({ ...instance.row, id: `${family.name}/${ordinal}` });
      let last = '';
      const tools = taskTools(sandbox);
      const noting: ToolProvider<TrainerTask> = {
        definitions: tools.definitions,
        open: async (...given) => {
          const session = await tools.open(...given);
          return {
            close: () => session.close(),
            call: async (...call) => {
              const result = await session.call(...call);
              last = result.text;
              return result;
            },
          };
        },
      };
      const definitions = tools.definitions(task);
      const sampler = playing(
        instance.demonstrate('right', randomOf(1, ordinal)),
        text,
        (name, argument) => writeCall(format, definitions, name, argument),
        () => last,
      );
      const { groups } = await collectGroups(
        [task],
        { sampler, renderer: text.renderer, tools: noting },
        { groupSize: 1, seed: 1, update: 1, run: 'r', temperature: 1, maxTurns: 9, maxTokensPerTurn: 500 },
      );
      const trajectory = groups[0]?.trajectories[0];
      expect(trajectory?.stopReason).toBe('answered');
      expect(trajectory?.turns.length).toBeGreaterThan(1);
      if (trajectory === undefined) throw new Error('no trajectory');
      expect(await verify(task, trajectory)).toEqual({ status: 'correct' });
    }
  });
});

function writeCall(
  format: typeof hermesFormat,
  definitions: readonly ToolDefinition[],
  name: string,
  argument: string,
): string {
  const parsed = parseToolCall(`${name} ${argument}`, definitions);
  if (parsed.status === 'invalid') throw new Error(parsed.message);
  // Of Llama the call is the whole action.
  return format === llamaFormat
    ? `<|python_tag|>${format.write([parsed.call], definitions)}`
    : format.write([parsed.call], definitions);
}

it('trains a policy of the Hugging Face layout, and its checkpoint reads and writes as it did', async () => {
  if (!existsSync(cli)) throw new Error(`${cli} is missing: build the trainer first`);
  await writeTinyChatPolicy(join(root, 'tiny'));
  const sizes = ['--tasks-per-update', '2', '--group-size', '2', '--max-turns', '2', '--max-tokens-per-turn', '16'];
  const args = ['--policy', 'tiny', '--updates', '1', '--eval-tasks', '1', '--out', 'run', ...sizes];
  const child = spawn(process.execPath, [cli, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
  expect(output).toContain('calls read as hermes');
  const run = JSON.parse(await readFile(join(root, 'run', 'run.json'), 'utf8'));
  expect(run.renderer.format).toBe('hermes');
  const [checkpoint = ''] = await readdir(join(root, 'run', 'checkpoints'));
  const reopened = await openText(join(root, 'run', 'checkpoints', checkpoint));
  const original = await openText(join(root, 'tiny'));
  const prompt = [{ role: 'user', content: '2+2? é' }] as const;
  expect(reopened.renderer.prompt(prompt, [])).toEqual(original.renderer.prompt(prompt, []));
}, 300_000);
