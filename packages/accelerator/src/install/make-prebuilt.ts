import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { cacheFolder } from './cache-folder.js';
import { compileBinding } from './compile-binding.js';
import { fileSha256 } from './file-sha256.js';
import { install } from './install.js';
import type { OnInstallEvent } from './install-event.js';
import { BINDING_VERSION, LAYOUT_REVISION, layoutAt, nativeLayout, TENSORFLOW_VERSION } from './native-layout.js';
import { PINNED_WHEELS } from './pinned-wheels.js';
import { pipSettings } from './pip-settings.js';
import { type Platform, platformOf, thisMachine } from './platform.js';
import { NAPI_VERSION, type PrebuiltBinding, prebuiltPackage } from './prebuilt-binding.js';
import { verifyBinding } from './verify-binding.js';
import { zigCompiler } from './zig-compiler.js';

/** Where the package goes, and the version that it gets. */
export interface PrebuiltOptions {
  readonly out: string;
  readonly version: string;
  readonly cache?: string;
  readonly onEvent?: OnInstallEvent;
}

/**
 * Makes the package with the prebuilt binding of this machine's platform, for a release: the two modules, `binding.json`
 * and `package.json` in the new folder `out`. They are compiled by the compiler in the wheel `ziglang`, against glibc
 * 2.17 and with its C++ library linked in, so that they load wherever TensorFlow's wheel does; they are loaded once
 * before they are taken. Returns the package's name.
 */
export async function makePrebuilt({ out, version, cache = cacheFolder(), onEvent = () => {} }: PrebuiltOptions) {
  const platform = platformOf(thisMachine());
  if (platform === null) throw new RangeError('platform: one with a wheel of TensorFlow');
  await install({ cache, onEvent });
  const scratch = await mkdtemp(join(tmpdir(), 'turnwise-binding-'));
  try {
    const layout = layoutAt(join(scratch, 'draft'), platform);
    await mkdir(layout.folder);
    await symlink(nativeLayout(cache, platform).libraryFolder, layout.libraryFolder);
    const { zig: wheel } = PINNED_WHEELS[platform];
    const zig = await zigCompiler(wheel, platform, join(scratch, 'zig'), {
      downloads: join(scratch, 'downloads'),
      pip: pipSettings(),
      pythons: ['python3', 'python'],
      onEvent,
    });
    onEvent({ status: 'note', text: `compiling the binding with ${zig.version}` });
    const folder = join(scratch, 'zig-cache');
    const environment = { ...process.env, ZIG_GLOBAL_CACHE_DIR: folder, ZIG_LOCAL_CACHE_DIR: folder };
    await compileBinding(zig, layout, platform, { environment });
    await verifyBinding(layout);
    await mkdir(out, { recursive: true });
    for (const file of [layout.binding, layout.quietStderr]) await copyFile(file, join(out, basename(file)));
    await writeJson(join(out, 'binding.json'), await describe(out, platform, zig.version));
    await writeJson(join(out, 'package.json'), packageJson(platform, version));
    return prebuiltPackage(platform);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function describe(out: string, platform: Platform, compiler: string): Promise<PrebuiltBinding> {
  return {
    platform,
    tensorflow: TENSORFLOW_VERSION,
    binding: BINDING_VERSION,
    layout: LAYOUT_REVISION,
    napi: NAPI_VERSION,
    compiler,
    files: {
      'tfjs_binding.node': await fileSha256(join(out, 'tfjs_binding.node')),
      'quiet_stderr.node': await fileSha256(join(out, 'quiet_stderr.node')),
    },
  };
}

/** `os`, `cpu` and `libc` keep the package off machines on which it is of no use. */
function packageJson(platform: Platform, version: string): Readonly<Record<string, unknown>> {
  const [os = '', cpu = ''] = platform.split('-');
  return {
    name: prebuiltPackage(platform),
    version,
    description: `The prebuilt binding of @turnwise/accelerator for ${platform}.`,
    license: 'Apache-2.0',
    os: [os],
    cpu: [cpu],
    ...(os === 'linux' ? { libc: ['glibc'] } : {}),
    files: ['binding.json', 'tfjs_binding.node', 'quiet_stderr.node'],
  };
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
