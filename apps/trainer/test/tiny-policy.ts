import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBackend } from '@turnwise/accelerator';
import { createPolicy } from '@turnwise/policy';
import { characterTokenizer, characterTokenizerFiles } from '@turnwise/renderer';

/** Writes a policy of 6,000 random parameters: it can do nothing, but everything runs on it, and quickly. */
export async function writeTinyPolicy(directory: string): Promise<void> {
  await writeWeights(directory, characterTokenizer().vocabularySize, 256);
  const { tokenizerJson, tokenizerConfig } = characterTokenizerFiles();
  await writeFile(join(directory, 'tokenizer.json'), JSON.stringify(tokenizerJson));
  await writeFile(join(directory, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig));
}

/** The same with a vocabulary of bytes and the tokens of a chat template, in the layout of a downloaded model. */
export async function writeTinyChatPolicy(directory: string, text: TinyChat = HERMES_CHAT): Promise<void> {
  await writeWeights(directory, 256 + text.specialTokens.length, 512);
  await writeChatText(directory, text);
}

/** A chat template, and the special tokens of its vocabulary, the one that ends a message first. */
export interface TinyChat {
  readonly specialTokens: readonly string[];
  readonly template: string;
}

const MESSAGES =
  '{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}CALLS<|im_end|>\n{% endfor %}' +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';

/** A template that knows nothing of tools, and a vocabulary with tags for calls. */
export const HERMES_CHAT: TinyChat = {
  specialTokens: ['<|im_end|>', '<|im_start|>', '<tool_call>', '</tool_call>'],
  template: MESSAGES.replace('CALLS', ''),
};

/** The same without tags. */
export const FENCED_CHAT: TinyChat = { ...HERMES_CHAT, specialTokens: ['<|im_end|>', '<|im_start|>'] };

/** A template that writes tools and calls itself, in the manner of Llama 3. */
export const LLAMA_CHAT: TinyChat = {
  specialTokens: ['<|im_end|>', '<|im_start|>'],
  template:
    '{% if tools %}<|im_start|>system\n{{ tools | tojson }}<|im_end|>\n{% endif %}' +
    MESSAGES.replace(
      'CALLS',
      '{% for call in message.tool_calls or [] %}{"name": "{{ call.function.name }}", "parameters": ' +
        '{{ call.function.arguments | tojson }}}{% endfor %}',
    ),
};

/** Writes `tokenizer.json`, in which every byte is a token, and the chat template. */
export async function writeChatText(directory: string, { specialTokens, template }: TinyChat): Promise<void> {
  await mkdir(directory, { recursive: true });
  const added = specialTokens.map((content, i) => ({ id: 256 + i, content, special: true, normalized: false }));
  const tokenizer = {
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      vocab: Object.fromEntries(byteAlphabet().map((character, id) => [character, id])),
      merges: [],
    },
  };
  await writeFile(join(directory, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(directory, 'tokenizer_config.json'), JSON.stringify({ eos_token: specialTokens[0] }));
  await writeFile(join(directory, 'chat_template.jinja'), template);
  await writeFile(join(directory, 'generation_config.json'), JSON.stringify({ eos_token_id: [256] }));
}

/** The characters that stand for the 256 bytes in byte-level encodings. */
function byteAlphabet(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : next++);
  });
}

async function writeWeights(directory: string, vocabularySize: number, contextLength: number): Promise<void> {
  const { tf } = await createBackend();
  const policy = createPolicy(
    {
      vocabularySize,
      hiddenSize: 16,
      layers: 1,
      heads: 2,
      keyValueHeads: 2,
      headSize: 8,
      intermediateSize: 32,
      normEpsilon: 1e-6,
      ropeTheta: 10_000,
      tiedEmbeddings: false,
      contextLength,
    },
    1,
    { tf },
  );
  await policy.save(directory, { optimizer: false });
  policy.dispose();
}
