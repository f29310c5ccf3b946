import { LORA_TARGETS, type LoraConfig } from '@turnwise/policy';
import type { TrainConfig } from '../config/train-config.js';

/** The adapters that a config asks for; `null` for none. */
export function loraOfConfig({
  lora: rank,
  loraAlpha,
  loraTargets,
}: Pick<TrainConfig, 'lora' | 'loraAlpha' | 'loraTargets'>): LoraConfig | null {
  if (rank === undefined) return null;
  return { rank, alpha: loraAlpha ?? 2 * rank, targets: loraTargets?.split(',') ?? LORA_TARGETS };
}
