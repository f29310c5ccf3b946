export { type AttackOptions, type AttackPhase, type AttackReport, attack } from './attack.js';
export type { DecidedCase, HostileCase, Outcome } from './hostile-case.js';
export { hostileCases } from './hostile-cases.js';
export { CaseJudge, type CaseVerdict, type HostileReport, type JudgeOptions, supervisorBounds } from './judge-cases.js';
