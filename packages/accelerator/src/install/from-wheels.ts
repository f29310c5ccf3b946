import { obtainWheel, type WheelSources, withoutNamedFile } from './obtain-wheel.js';
import type { PinnedBuild } from './pinned-wheels.js';
import type { Unpack } from './tensorflow-source.js';
import { unpackWheel } from './unpack-wheel.js';
import { wantedOfNvidia, wantedOfTensorflow } from './wanted-files.js';

/** Gets TensorFlow's wheel and those beside it, and gives what unpacks them into one folder. */
export async function fromWheels(wheels: PinnedBuild, sources: WheelSources): Promise<Unpack> {
  const { onEvent, signal } = sources;
  const paths = [await obtainWheel(wheels.tensorflow, sources)];
  const others = await withoutNamedFile(sources);
  for (const wheel of wheels.beside) paths.push(await obtainWheel(wheel, others));
  return async (draft) => {
    const beside: string[] = [];
    for (const [index, { file }] of [wheels.tensorflow, ...wheels.beside].entries()) {
      onEvent({ status: 'note', text: `unpacking ${file}` });
      const unpacked = await unpackWheel({
        wheel: paths[index] as string,
        folder: draft.folder,
        wanted: index === 0 ? wantedOfTensorflow(draft) : wantedOfNvidia,
        ...(signal ? { signal } : {}),
      });
      if (index > 0) beside.push(...unpacked.filter((path) => /\.so[.\d]*$/.test(path)));
    }
    return { wheel: wheels.tensorflow.file, sha256: wheels.tensorflow.sha256, beside };
  };
}
