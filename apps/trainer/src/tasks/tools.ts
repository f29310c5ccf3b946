import type { Sandbox, SandboxSession } from '@turnwise/sandbox';
import { toToolResult } from '@turnwise/sandbox';
import type { ToolCall, ToolDefinition, ToolProvider, ToolResult, ToolSession } from '@turnwise/trajectory';
import { PASS } from './program-family.js';
import type { TaskToolRow, TrainerTask } from './task-schema.js';

/**
 * The tools of the embedded tasks and of task files. `js` and `test` run in one sandbox session per trajectory, opened
 * at the first call that needs it; `look` reads the task's own facts.
 */
export function taskTools(sandbox: Sandbox): ToolProvider<TrainerTask> {
  return {
    definitions: (task) => task.hidden.tools.map(definitionOf),
    open: async (task, seed) => openTools(task, () => sandbox.session({ seed })),
  };
}

/** Turned off: every call is answered with an error. The control that shows that the tasks need their tools. */
export function disabledTools(): ToolProvider<TrainerTask> {
  return {
    definitions: (task) => task.hidden.tools.map(definitionOf),
    open: async () => ({ call: async () => ({ status: 'error', text: 'tools are off' }), close: async () => {} }),
  };
}

function definitionOf(tool: TaskToolRow): ToolDefinition {
  switch (tool.name) {
    case 'js':
      return {
        name: 'js',
        description: 'Runs JavaScript; variables last until the end.',
        inputSchema: stringArgument('code', { maxLength: tool.maxCharacters }),
        codeArgument: 'code',
      };
    case 'look':
      return {
        name: 'look',
        description: 'Looks up a fact, as in `mia.boss`.',
        inputSchema: stringArgument('fact', { pattern: '^[a-z]+\\.[a-z]+$' }),
      };
    case 'test':
      return {
        name: 'test',
        description: 'Runs the visible tests on a function and names the first that fails.',
        inputSchema: stringArgument('program', { maxLength: tool.maxCharacters }),
        codeArgument: 'program',
      };
  }
}

const stringArgument = (name: string, rules: Record<string, unknown>) => ({
  type: 'object',
  properties: { [name]: { type: 'string', minLength: 1, ...rules } },
  required: [name],
  additionalProperties: false,
});

function openTools(task: TrainerTask, openSession: () => Promise<SandboxSession>): ToolSession {
  let session: Promise<SandboxSession> | null = null;
  const run = async (code: string, signal: AbortSignal | undefined): Promise<ToolResult> => {
    session ??= openSession();
    return toToolResult(await (await session).run(code, signal === undefined ? {} : { signal }));
  };
  return {
    call: async (call, options) => {
      const tool = task.hidden.tools.find(({ name }) => name === call.name);
      if (tool === undefined) throw new RangeError(`call: must name a tool of task ${task.id}, got "${call.name}"`);
      switch (tool.name) {
        case 'js':
          return run(argument(call, 'code'), options?.signal);
        case 'look': {
          const text = tool.facts[argument(call, 'fact')];
          return text === undefined ? { status: 'error', text: 'no such fact' } : { status: 'ok', text };
        }
        case 'test':
          return runTests(argument(call, 'program'), tool.visibleTests, (code) => run(code, options?.signal));
      }
    },
    close: async () => {
      await (await session)?.close();
    },
  };
}

type TestTool = Extract<TaskToolRow, { name: 'test' }>;

/** The program computes in the sandbox; what it returned is compared out here, where it cannot reach. */
async function runTests(
  program: string,
  tests: TestTool['visibleTests'],
  run: (code: string) => Promise<ToolResult>,
): Promise<ToolResult> {
  const args = JSON.stringify(tests.map((test) => test.args));
  const result = await run(
    `JSON.stringify(${args}.map(args => { const f = (${program}\n); return f(...args) ?? null; }))`,
  );
  if (result.status !== 'ok') return result;
  const values = parseArray(result.text);
  if (values?.length !== tests.length) return { status: 'error', text: 'not a function of the arguments' };
  const failed = tests.find((test, i) => JSON.stringify(values[i]) !== JSON.stringify(test.expected));
  return { status: 'ok', text: failed === undefined ? PASS : `fail ${failed.name}` };
}

function parseArray(text: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function argument(call: ToolCall, name: string): string {
  const value = call.arguments[name];
  if (typeof value !== 'string')
    throw new RangeError(`${name}: must be a string (the schema says so), got ${typeof value}`);
  return value;
}
