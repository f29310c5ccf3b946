import type { NativeLayout } from './native-layout.js';

const HEADERS =
  /^tensorflow\/include\/(tensorflow\/c\/|tensorflow\/core\/platform\/ctstring|tsl\/platform\/ctstring|xla\/tsl\/c\/)/;
const LICENCES = /^tensorflow\/(THIRD_PARTY_NOTICES\.txt|include\/LICENSE)$/;

/** Of TensorFlow's wheel (12,000 files): the two libraries, the headers that the binding includes, the licences. */
export function wantedOfTensorflow(layout: NativeLayout): (path: string) => boolean {
  const libraries = layout.libraries.map((library) => `tensorflow/${library}`);
  return (path) => libraries.includes(path) || HEADERS.test(path) || LICENCES.test(path);
}

/**
 * Of a wheel of NVIDIA's: the libraries, the assembler and the device library that XLA looks for beside them, the
 * licence. Headers and static libraries stay behind.
 */
export function wantedOfNvidia(path: string): boolean {
  return (
    /^nvidia\/[^/]+\/lib\/[^/]+\.so[.\d]*$/.test(path) ||
    /^nvidia\/cuda_nvcc\/(bin|nvvm)\//.test(path) ||
    /^nvidia_[^/]+\.dist-info\/License\.txt$/.test(path)
  );
}
