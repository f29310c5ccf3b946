import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { nativeLayout } from '../install/native-layout.js';
import { platformOf, thisMachine } from '../install/platform.js';
import { tryNative } from './try-native.js';

const platform = platformOf(thisMachine());
const threads = { intraOp: 1, interOp: 1 };

test.skipIf(platform === null)('a library that is no library is passed over in one line with the way out', async () => {
  if (platform === null) return;
  const cache = temporaryFolder();
  const layout = nativeLayout(cache, platform);
  mkdirSync(dirname(layout.binding), { recursive: true });
  writeFileSync(layout.binding, 'no library');
  const about = { tensorflow: '2.18.1', binding: '4.22.0', wheel: 'w', sha256: 's', compiler: 'c' };
  writeFileSync(layout.manifest, JSON.stringify({ ...about, files: { 'binding/tfjs_binding.node': 10 } }));
  const attempt = await tryNative(threads, { cache });
  expect(attempt).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/^native TensorFlow does not load: [^\n]+$/),
    mend: 'npx @turnwise/accelerator install --force',
  });
});

test.skipIf(platform === null)('an installation that lost a file is passed over by its name', async () => {
  if (platform === null) return;
  const cache = temporaryFolder();
  const layout = nativeLayout(cache, platform);
  mkdirSync(layout.folder, { recursive: true });
  const about = { tensorflow: '2.18.1', binding: '4.22.0', wheel: 'w', sha256: 's', compiler: 'c' };
  writeFileSync(layout.manifest, JSON.stringify({ ...about, files: { 'tensorflow/lib.so': 10 } }));
  expect(await tryNative(threads, { cache })).toMatchObject({
    status: 'failed',
    reason: expect.stringMatching(/^tensorflow\/lib\.so is missing in /),
  });
});
