export { accuracyPart } from './accuracy-part.js';
export { type AssertionTestsOptions, assertionTests, type ProgramAssertion } from './assertion-tests.js';
export { batchedEmbedding } from './batched-embedding.js';
export { cachedEmbedding } from './cached-embedding.js';
export { callCode, trajectoryCode } from './call-code.js';
export { canonicalJson } from './canonical-json.js';
export { type ChoiceMatchOptions, choiceMatch } from './choice-match.js';
export { codeEmbedding } from './code-embedding.js';
export { type CodeToken, codeTokens } from './code-tokens.js';
export { type ComposeRewardOptions, composeReward } from './compose-reward.js';
export { type ConductPartOptions, conductPart } from './conduct-part.js';
export { cosineSimilarity } from './cosine-similarity.js';
export type { Embedding } from './embedding.js';
export type { Endpoint } from './endpoint.js';
export { type ExactMatchOptions, exactMatch } from './exact-match.js';
export { formatPart } from './format-part.js';
export { type FormatPenaltyOptions, formatPenalty } from './format-penalty.js';
export { type FormatRewardOptions, formatReward } from './format-reward.js';
export { type GrpoRewardOptions, grpoReward } from './grpo-reward.js';
export { type GtpoRewardOptions, gtpoReward } from './gtpo-reward.js';
export { type JsonSchemaMatchOptions, jsonSchemaMatch } from './json-schema-match.js';
export { type MathEquivalentOptions, mathEquivalent } from './math/math-equivalent.js';
export { type MathMatchOptions, mathMatch } from './math-match.js';
export { meanMetrics } from './mean-metrics.js';
export {
  aiSdkEmbedding,
  type EmbedMany,
  type FeatureExtractor,
  type OpenaiEmbeddingOptions,
  openaiEmbedding,
  transformersEmbedding,
} from './model-embeddings.js';
export { type JudgeMessage, type ModelJudgeOptions, modelJudge } from './model-judge.js';
export { normalizedText } from './normalized-text.js';
export { type NumericMatchOptions, numericMatch } from './numeric-match.js';
export { onLastTurn } from './on-last-turn.js';
export { type ProgramTest, type ProgramTestsOptions, programTests } from './program-tests.js';
export { pythonTokens } from './python-tokens.js';
export { rememberVerdicts } from './remember-verdicts.js';
export type { PartRewards, RewardPart } from './reward-part.js';
export { type ScoredGroup, scoreGroup } from './scored-group.js';
export { type ShapingOptions, shapingPart } from './shaping-part.js';
export { type StdioTest, type StdioTestsOptions, stdioTests } from './stdio-tests.js';
export { successInFormatPart } from './success-in-format-part.js';
export { type Exclusion, type RewardFunction, type Tally, type TurnRewards, turnRewards } from './turn-rewards.js';
export type { Verdict, Verifier } from './verifier.js';
export { type WeightedPartOptions, weightedPart } from './weighted-part.js';
