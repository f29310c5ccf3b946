/** What a jail shows of the machine, besides the system's libraries: files and folders, read-only, at their own paths. */
export interface JailView {
  readonly reads: readonly string[];
  /** Symbolic links that lead there. */
  readonly links?: readonly (readonly [path: string, target: string])[];
  /** Environment of the command; everything else is removed. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a jail takes away. Not every machine lets every wall be built. */
export interface JailWalls {
  /** A user namespace, so that the command is `nobody` and has no capability even where the caller is root. */
  readonly user: boolean;
  /** A /proc of its own, which shows only what is inside. Without it there is none at all. */
  readonly proc: boolean;
}

/** The sets of walls that are tried, the strongest first. */
export const wallSets: readonly JailWalls[] = [
  { user: true, proc: true },
  { user: true, proc: false },
  { user: false, proc: true },
  { user: false, proc: false },
];

const libraries = ['/lib', '/lib64', '/usr/lib', '/usr/lib64'];

/**
 * The arguments of `bwrap` before the command: no network, no other processes, no shared memory of System V, no
 * terminal, no files but the view, which cannot be written. The command dies with its parent.
 */
export function bubblewrapArgs({ user, proc }: JailWalls, { reads, links = [], env }: JailView): string[] {
  const nobody = ['--unshare-user', '--uid', '65534', '--gid', '65534'];
  return [
    ...(user ? nobody : ['--cap-drop', 'ALL']),
    ...['--unshare-net', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--hostname', 'sandbox', '--die-with-parent', '--new-session', '--clearenv'],
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...libraries.flatMap((path) => ['--ro-bind-try', path, path]),
    ...reads.flatMap((path) => ['--ro-bind', path, path]),
    ...links.flatMap(([path, target]) => ['--symlink', target, path]),
    ...(proc ? ['--proc', '/proc'] : []),
    ...['--dir', '/tmp', '--remount-ro', '/', '--chdir', '/'],
  ];
}
