import { cacheFolder } from '../src/install/cache-folder.js';
import { findGpu } from '../src/install/find-gpu.js';
import { readInstallation } from '../src/install/manifest.js';
import { nativeLayout } from '../src/install/native-layout.js';
import { platformOf, thisMachine } from '../src/install/platform.js';

/** Whether native TensorFlow is installed for this user; if not, the reason why tests are skipped is printed. */
export function nativeInstalled(): boolean {
  const platform = platformOf(thisMachine());
  const installed = platform !== null && readInstallation(nativeLayout(cacheFolder(), platform)).status === 'installed';
  if (!installed) console.log(`skipped: native TensorFlow is not installed in ${cacheFolder()}`);
  return installed;
}

/** Whether the CUDA build is installed on a machine without a GPU, where it must compute on the processor. */
export function cudaInstalled(): boolean {
  const platform = platformOf(thisMachine());
  const installed =
    platform !== null && readInstallation(nativeLayout(cacheFolder(), platform, 'cuda')).status === 'installed';
  if (!installed) console.log(`skipped: the CUDA build of TensorFlow is not installed in ${cacheFolder()}`);
  const gpu = findGpu().status === 'visible';
  if (installed && gpu) console.log('skipped: this machine has a GPU');
  return installed && !gpu;
}
