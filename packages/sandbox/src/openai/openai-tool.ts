/**
 * A function tool as OpenAI's Chat Completions take it: `type` and `function` with its name, description and parameters.
 * `parse` and `function` are what `runTools` of the `openai` package calls; no request holds them, for JSON has no
 * functions.
 */
export interface OpenAiTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    /** JSON Schema of the arguments. */
    readonly parameters: Record<string, unknown>;
    /** From the text of the model to the arguments. */
    readonly parse: (text: string) => object;
    /** Its answer is what the model reads. */
    readonly function: (args: object) => Promise<string>;
  };
}
