import { fileURLToPath } from 'node:url';

/** The shipped base checkpoint, in the Hugging Face layout. `turnwise sft` makes it again. */
export const BASE_DIRECTORY = fileURLToPath(new URL('../../base', import.meta.url));
