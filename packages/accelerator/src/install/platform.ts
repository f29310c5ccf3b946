/** The machines for which TensorFlow publishes a wheel that holds its C library. */
export type Platform = 'linux-x64' | 'linux-arm64' | 'darwin-arm64';

/** What is known of the machine. `glibc` is false on a Linux that has another C library (Alpine: musl). */
export interface Machine {
  readonly os: string;
  readonly arch: string;
  readonly glibc: boolean;
}

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return { os: process.platform, arch: process.arch, glibc: process.platform !== 'linux' || hasGlibc() };
}

/** The platform of a machine, or `null` where no wheel of TensorFlow carries the C library (Windows, musl, old Macs). */
export function platformOf(machine: Machine): Platform | null {
  if (machine.os === 'linux' && machine.glibc && machine.arch === 'x64') return 'linux-x64';
  if (machine.os === 'linux' && machine.glibc && machine.arch === 'arm64') return 'linux-arm64';
  if (machine.os === 'darwin' && machine.arch === 'arm64') return 'darwin-arm64';
  return null;
}

/** `linux-x64`, `win32-x64`, `linux-x64-musl`: what an error message calls a machine. */
export function machineName(machine: Machine): string {
  return `${machine.os}-${machine.arch}${machine.glibc ? '' : '-musl'}`;
}

/** Where a machine without a wheel could get one: the deed, or `null` if there is none. */
export function platformMend(machine: Machine): string | null {
  if (machine.os === 'win32') return 'run it in WSL, the Linux of Windows';
  if (machine.os === 'linux' && !machine.glibc) return 'use a system with glibc (Debian, Ubuntu, Fedora)';
  return null;
}

/** Node's report names the version of glibc where there is one; network look-ups, which make it slow, are left out. */
function hasGlibc(): boolean {
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  report.excludeNetwork = true;
  const header = (report.getReport() as { header?: { glibcVersionRuntime?: string } }).header;
  return header?.glibcVersionRuntime !== undefined;
}
