import { type Backend, type BackendName, createBackend } from '@turnwise/accelerator';

/** The backend, or `null`, with the reason printed, where it cannot be had: tests that need it are then skipped. */
export async function backendOrNull(name: BackendName): Promise<Backend | null> {
  const backend = await createBackend({ prefer: name });
  if (backend.name === name) return backend;
  const reason = backend.passedOver.find((passed) => passed.backend === name)?.reason;
  console.warn(`skipped: backend ${name}: ${reason}`);
  return null;
}
