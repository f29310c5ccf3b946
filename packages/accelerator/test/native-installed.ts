import { cacheFolder } from '../src/install/cache-folder.js';
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
