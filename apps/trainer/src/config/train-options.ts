/** How the text of an option becomes a value of the config. */
export type OptionValue = 'number' | 'text' | 'path' | 'switch';

/** One command-line option of `train`: the one place that says its flag, its meaning and where it goes. */
export interface TrainOption {
  /** Without the dashes; `train-options.test.ts` compares it with the config. */
  readonly flag: string;
  readonly placeholder: string;
  readonly value: OptionValue;
  readonly help: string;
}

export const trainOptions = [
  { flag: 'algorithm', placeholder: 'gtpo|grpo', value: 'text', help: 'what to train with' },
  {
    flag: 'reward',
    placeholder: 'NAME|MODULE',
    value: 'text',
    help: 'gtpo, grpo, outcome, format, or a module such as ./my-reward.ts',
  },
  {
    flag: 'estimator',
    placeholder: 'NAME|MODULE',
    value: 'text',
    help: 'gtpo, grpo, or a module such as @acme/estimator',
  },
  {
    flag: 'turn-reward',
    placeholder: 'on|off',
    value: 'switch',
    help: 'gtpo reward: off puts everything on the last turn',
  },
  {
    flag: 'shaping',
    placeholder: 'on|off',
    value: 'switch',
    help: 'gtpo reward: failures earn by similarity to successes',
  },
  { flag: 'discount', placeholder: 'NUMBER', value: 'number', help: 'gtpo estimator: per turn, 0 to 1' },
  {
    flag: 'normalise-over',
    placeholder: 'group|batch',
    value: 'text',
    help: 'what mean and deviation are taken over',
  },
  {
    flag: 'gate',
    placeholder: 'none|outcome',
    value: 'text',
    help: 'outcome: groups of equal outcome get no gradient',
  },
  {
    flag: 'updates',
    placeholder: 'N',
    value: 'number',
    help: 'number of updates; a run ends by it, never by the clock',
  },
  { flag: 'seed', placeholder: 'N', value: 'number', help: 'seed of every random number' },
  { flag: 'backend', placeholder: 'auto|cuda|native|wasm|cpu', value: 'text', help: 'what computes' },
  { flag: 'tasks', placeholder: 'FILE', value: 'path', help: 'a JSONL file of tasks in place of the embedded ones' },
  {
    flag: 'policy',
    placeholder: 'DIR',
    value: 'path',
    help: 'a checkpoint (config.json, tokenizer.json, model.safetensors) to start from',
  },
  { flag: 'lora', placeholder: 'RANK', value: 'number', help: 'train adapters of this rank, not the weights' },
  {
    flag: 'lora-alpha',
    placeholder: 'NUMBER',
    value: 'number',
    help: 'scale of the adapters (default twice the rank)',
  },
  {
    flag: 'lora-targets',
    placeholder: 'NAMES',
    value: 'text',
    help: 'modules with adapters, such as q_proj,v_proj (default every matrix of the layers)',
  },
  { flag: 'learning-rate', placeholder: 'NUMBER', value: 'number', help: 'of AdamW' },
  { flag: 'group-size', placeholder: 'N', value: 'number', help: 'trajectories per task, at least 2' },
  { flag: 'tasks-per-update', placeholder: 'N', value: 'number', help: 'groups per update' },
  { flag: 'temperature', placeholder: 'NUMBER', value: 'number', help: 'of sampling while training' },
  { flag: 'epochs', placeholder: 'N', value: 'number', help: 'passes over each batch' },
  { flag: 'minibatches', placeholder: 'N', value: 'number', help: 'optimizer steps per pass' },
  { flag: 'max-turns', placeholder: 'N', value: 'number', help: 'turns of a trajectory at most' },
  { flag: 'max-tokens-per-turn', placeholder: 'N', value: 'number', help: 'tokens of an action at most' },
  { flag: 'min-calls', placeholder: 'N', value: 'number', help: 'least tool calls an embedded task needs, 2 to 8' },
  { flag: 'max-calls', placeholder: 'N', value: 'number', help: 'most tool calls an embedded task needs, 2 to 8' },
  { flag: 'eval-tasks', placeholder: 'N', value: 'number', help: 'held-out tasks per family; 0 evaluates nothing' },
  { flag: 'checkpoint-every', placeholder: 'N', value: 'number', help: 'updates between checkpoints' },
  { flag: 'rows', placeholder: 'N', value: 'number', help: 'sequences decoded at once' },
  {
    flag: 'shards',
    placeholder: 'N',
    value: 'number',
    help: 'parts of a training batch (default by model and cores)',
  },
  {
    flag: 'threads',
    placeholder: 'N',
    value: 'number',
    help: 'intra-op threads of TensorFlow (default by model and cores)',
  },
] as const satisfies readonly TrainOption[];

/** `'turn-reward'` → `'turnReward'`, the name under which commander hands an option over. */
export function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** `'turnReward'` → `'--turn-reward'`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
