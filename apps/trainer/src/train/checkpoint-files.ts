/** What a folder must hold to be a policy to start from; its weights are checked by whoever reads them. */
export const CHECKPOINT_FILES = ['config.json', 'tokenizer.json'] as const;

/** What else may say how a policy reads and writes. */
export const TEXT_FILES = [
  'tokenizer_config.json',
  'chat_template.jinja',
  'special_tokens_map.json',
  'generation_config.json',
] as const;
