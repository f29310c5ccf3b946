import type { RunErrorKind, RunResult } from '../run-result.js';

/** What `POST /run_code` takes. Names, units and defaults are those of SandboxFusion. */
export interface FusionRequest {
  readonly code: string;
  readonly language: string;
  readonly stdin: string;
  /** Seconds. */
  readonly runTimeout: number;
}

/** One process as SandboxFusion reports it. */
export interface FusionCommandResult {
  readonly status: 'Finished' | 'Error' | 'TimeLimitExceeded';
  /** Seconds. */
  readonly execution_time: number | null;
  readonly return_code: number | null;
  readonly stdout: string | null;
  readonly stderr: string | null;
}

/** What `POST /run_code` answers. `SandboxError` is the server's own failure, `Failed` one of the code. */
export interface FusionResponse {
  readonly status: 'Success' | 'Failed' | 'SandboxError';
  readonly message: string;
  readonly compile_result: FusionCommandResult | null;
  readonly run_result: FusionCommandResult | null;
  readonly executor_pod_name: string | null;
  readonly files: Readonly<Record<string, string>>;
  /** Ours: the kind of the run, which the fields above cannot say in full. Other servers do not send it. */
  readonly turnwise_kind?: 'ok' | RunErrorKind;
}

const defaultRunTimeout = 10;

/**
 * Reads the body of a request.
 *
 * `compile_timeout` and `memory_limit_MB` are taken and not used: nothing is compiled, and the server's own memory limit
 * holds. Files have nowhere to be, so a request with some is refused rather than half done.
 *
 * @returns what is wrong with it, as one sentence, when it is no request
 */
export function parseFusionRequest(body: unknown): FusionRequest | string {
  if (!isRecord(body)) return 'the body must be a JSON object';
  const { code, language, stdin = null, run_timeout: runTimeout = defaultRunTimeout } = body;
  if (typeof code !== 'string') return `code: must be a string, got ${kindOf(code)}`;
  if (typeof language !== 'string') return `language: must be a string, got ${kindOf(language)}`;
  if (stdin !== null && typeof stdin !== 'string') return `stdin: must be a string or null, got ${kindOf(stdin)}`;
  if (typeof runTimeout !== 'number' || !(runTimeout > 0)) {
    return `run_timeout: must be a positive number of seconds, got ${JSON.stringify(runTimeout)}`;
  }
  if (!isEmpty(body['files'])) return 'files: are not supported by this server, send none';
  if (!isEmpty(body['fetch_files'])) return 'fetch_files: are not supported by this server, send none';
  return { code, language, stdin: stdin ?? '', runTimeout };
}

/**
 * A run as SandboxFusion reports it.
 *
 * | the run | `status` | `run_result.status` | `return_code` |
 * |---|---|---|---|
 * | ok | `Success` | `Finished` | 0 |
 * | `timeout` | `Failed` | `TimeLimitExceeded` | null |
 * | `memory`, `crashed` | `Failed` | `Finished` | 137, as of a process that was killed |
 * | other mistakes of the code | `Failed` | `Finished` | 1 |
 * | `killed`, `session-lost`, `internal`, `aborted` | `SandboxError` | `Error` | null |
 */
export function fusionResponse(result: RunResult, seconds: number): FusionResponse {
  const response = (
    status: FusionResponse['status'],
    run: Pick<FusionCommandResult, 'status' | 'return_code'>,
  ): FusionResponse => ({
    status,
    message: status === 'SandboxError' && result.status === 'error' ? result.message : '',
    compile_result: null,
    run_result: {
      ...run,
      execution_time: seconds,
      stdout: asLines(result.status === 'ok' ? result.text : result.output),
      stderr: result.status === 'ok' ? '' : asLines(result.message),
    },
    executor_pod_name: null,
    files: {},
    turnwise_kind: result.status === 'ok' ? 'ok' : result.kind,
  });
  if (result.status === 'ok') return response('Success', { status: 'Finished', return_code: 0 });
  switch (result.kind) {
    case 'timeout':
      return response('Failed', { status: 'TimeLimitExceeded', return_code: null });
    case 'memory':
    case 'crashed':
      return response('Failed', { status: 'Finished', return_code: 137 });
    case 'syntax':
    case 'runtime':
    case 'output-limit':
    case 'source-too-large':
    case 'unserializable':
      return response('Failed', { status: 'Finished', return_code: 1 });
    case 'killed':
    case 'session-lost':
    case 'internal':
    case 'aborted':
      return response('SandboxError', { status: 'Error', return_code: null });
    default: {
      const never: never = result.kind;
      throw new RangeError(`fusionResponse: kind must be a RunErrorKind, got ${String(never)}`);
    }
  }
}

/** A process ends what it prints with a line break. */
function asLines(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

function kindOf(value: unknown): string {
  return value === undefined ? 'nothing' : value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
