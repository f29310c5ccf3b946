/** What an installation tells while it works. */
export type InstallEvent =
  /** Something began or was found out: one line for a person. */
  | { readonly status: 'note'; readonly text: string }
  /** Bytes of a download so far. */
  | { readonly status: 'download'; readonly file: string; readonly done: number; readonly total: number };

export type OnInstallEvent = (event: InstallEvent) => void;
