import type { LoraConfig } from './model-config.js';

/** What the low-rank product is multiplied by. */
export function loraScale({ rank, alpha, rankStabilised = false }: LoraConfig): number {
  return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
}

/** Whether a module, named by its whole path, has an adapter: as PEFT decides it. */
export function isTarget({ targets }: LoraConfig, path: string): boolean {
  if (typeof targets === 'string') return new RegExp(`^(?:${targets})$`).test(path);
  return targets.some((target) => path === target || path.endsWith(`.${target}`));
}

/** Throws a `RangeError` that names the field of an adapter's config that breaks its rule. */
export function checkLora({ rank, alpha, targets }: LoraConfig): void {
  if (!Number.isInteger(rank) || rank < 1) throw new RangeError(`lora.rank: an integer of at least 1, got ${rank}`);
  if (!(alpha > 0 && Number.isFinite(alpha))) throw new RangeError(`lora.alpha: a positive number, got ${alpha}`);
  if (targets.length === 0) throw new RangeError('lora.targets: at least one module, got none');
  if (typeof targets !== 'string') return;
  try {
    new RegExp(targets);
  } catch (cause) {
    throw new RangeError(`lora.targets: names, or a regular expression, got ${JSON.stringify(targets)}`, { cause });
  }
}
