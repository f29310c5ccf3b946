/** The sizes and parts of a dense transformer of the Llama family, as its `config.json` states them. */
export interface ModelConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Each key-value head serves `heads / keyValueHeads` query heads (grouped-query attention). */
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Width of the SwiGLU block. */
  readonly intermediateSize: number;
  readonly normEpsilon: number;
  readonly ropeTheta: number;
  /** How the rotary frequencies are stretched for longer contexts. Absent: not at all. */
  readonly ropeScaling?: RopeScaling;
  /** Which projections of the attention add a bias: those that read (Qwen2), or the output's too. Absent: none. */
  readonly attentionBias?: 'inputs' | 'all';
  /** Whether the projections of the SwiGLU block add a bias. Default no. */
  readonly mlpBias?: boolean;
  /** Whether queries and keys are normalised per head before they are rotated (Qwen3). Default no. */
  readonly queryKeyNorm?: boolean;
  /** The output matrix is the embedding. */
  readonly tiedEmbeddings: boolean;
  /** Longest sequence. */
  readonly contextLength: number;
  /** Low-rank adapters: they are trained, and all other weights stay as they are. Absent: every weight is trained. */
  readonly lora?: LoraConfig;
}

/** How rotary frequencies are stretched; see `ropeFrequencies` for the formulas. */
export type RopeScaling =
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalContextLength: number;
    }
  | {
      readonly kind: 'yarn';
      readonly factor: number;
      readonly originalContextLength: number;
      /** Queries and keys are multiplied by it. */
      readonly attentionFactor: number;
      readonly betaFast: number;
      readonly betaSlow: number;
      /** Whether the borders of the ramp are whole numbers. */
      readonly truncate: boolean;
    };

/** Low-rank adapters (Hu et al., "LoRA", 2021): `W x + s B A x`, with `s = alpha / rank`. */
export interface LoraConfig {
  readonly rank: number;
  readonly alpha: number;
  /**
   * Names of modules, each the end of a path such as `model.layers.0.self_attn.q_proj`; or one regular expression that
   * matches whole paths, as in PEFT.
   */
  readonly targets: readonly string[] | string;
  /** `s = alpha / sqrt(rank)` (Kalajdzievski, "A rank stabilization scaling factor", 2023). Default no. */
  readonly rankStabilised?: boolean;
}
