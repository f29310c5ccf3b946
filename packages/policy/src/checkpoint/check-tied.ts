import { EMBEDDING, OUTPUT } from '../model/weight-shapes.js';
import type { WeightEntry, WeightFiles } from './weight-files.js';

/**
 * Compares the output matrix with the embedding, in pieces, where tied weights hold both: `transformers` does not tie
 * those that differ, and would compute another model. Throws an `Error` that names the file and the first place where
 * they do. Without an output matrix nothing is read.
 */
export async function checkTied({ entries }: WeightFiles): Promise<void> {
  const output = entries.get(OUTPUT);
  if (output === undefined) return;
  const embedding = entries.get(EMBEDDING) as WeightEntry;
  const refuse = (expected: unknown, got: unknown) =>
    new Error(
      `${output.file.path}: tie_word_embeddings: true, but ${OUTPUT} differs from ${EMBEDDING}: ${expected}, got ` +
        `${got}; set it to false in config.json, or leave ${OUTPUT} out`,
    );
  if (output.shape.join() !== embedding.shape.join()) throw refuse(`[${embedding.shape}]`, `[${output.shape}]`);
  const others = output.file.pieces(output.name);
  let at = 0;
  for await (const piece of embedding.file.pieces(embedding.name)) {
    const other = (await others.next()).value as Float32Array;
    const place = piece.findIndex((value, i) => value !== other[i]);
    if (place >= 0) throw refuse(`${piece[place]} at element ${at + place}`, other[place]);
    at += piece.length;
  }
}
