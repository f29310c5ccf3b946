export { collectGroups, type RolloutOptions, type RolloutParts, type RolloutResult } from './collect-groups.js';
export { digest } from './digest.js';
export type { RolloutStatistics } from './rollout-statistics.js';
