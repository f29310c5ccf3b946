import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CACHE, PYTHON_FOLDER } from '../paths.js';
import type { SideCommand } from '../protocol/side.js';

export type PeerProgram = 'checkpoint' | 'training_step' | 'generate' | 'grpo_update' | 'logprobs' | 'advantages';

/** How a peer is started: as it is installed, all cores, nothing from the network, nothing written outside the cache. */
export function peerCommand(
  name: string,
  python: string,
  program: PeerProgram,
  job: object,
  device: 'cpu' | 'cuda' = 'cpu',
): SideCommand {
  return {
    name,
    file: python,
    args: [join(PYTHON_FOLDER, `${program}.py`), JSON.stringify({ ...job, device, threads: availableParallelism() })],
    env: {
      // Of our own set-up.
      GLIBC_TUNABLES: '',
      HF_HUB_OFFLINE: '1',
      HF_HOME: join(CACHE, 'hugging-face'),
      TORCHINDUCTOR_CACHE_DIR: join(CACHE, 'inductor'),
      TOKENIZERS_PARALLELISM: 'false',
      PYTHONDONTWRITEBYTECODE: '1',
      TQDM_DISABLE: '1',
    },
  };
}
