import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createBackend } from '@turnwise/accelerator';
import { createPolicy } from '@turnwise/policy';
import { characterTokenizer, characterTokenizerFiles } from '@turnwise/renderer';

/** Writes a policy of 6,000 random parameters: it can do nothing, but everything runs on it, and quickly. */
export async function writeTinyPolicy(directory: string): Promise<void> {
  const { tf } = await createBackend();
  const policy = createPolicy(
    {
      vocabularySize: characterTokenizer().vocabularySize,
      hiddenSize: 16,
      layers: 1,
      heads: 2,
      keyValueHeads: 2,
      headSize: 8,
      intermediateSize: 32,
      normEpsilon: 1e-6,
      ropeTheta: 10_000,
      tiedEmbeddings: false,
      contextLength: 256,
    },
    1,
    { tf },
  );
  await policy.save(directory, { optimizer: false });
  policy.dispose();
  const { tokenizerJson, tokenizerConfig } = characterTokenizerFiles();
  await writeFile(join(directory, 'tokenizer.json'), JSON.stringify(tokenizerJson));
  await writeFile(join(directory, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig));
}
