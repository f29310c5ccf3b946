/** The files of a tokenizer, which stand beside the weights. */
export const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json'] as const;

/** What a folder must hold to be a policy to start from. */
export const CHECKPOINT_FILES = ['config.json', 'model.safetensors', ...TOKENIZER_FILES] as const;
