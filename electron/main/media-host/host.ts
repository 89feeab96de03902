import type { MediaHostProblem } from '@shared/domain/media-host';

/** What is put there; read in parts, so that a video never lies in memory whole. */
export type HostContent = {
  readonly mime: string;
  readonly bytes: number;
  readonly read: (from: number, length: number) => Promise<Uint8Array>;
};

/** Storage of the person's own. `key` is the bare name of a file; where it lies is the adapter's matter. */
export type HostAdapter = {
  /** Whole when it resolves. Putting the same key again replaces it. Throws HostError. */
  readonly put: (key: string, content: HostContent, signal: AbortSignal) => Promise<void>;
  /** Where a network fetches it. */
  readonly url: (key: string) => Promise<string>;
  /** Removing what is gone is no error. Throws HostError. */
  readonly remove: (key: string, signal: AbortSignal) => Promise<void>;
};

/** `detail` holds a status, a code or a fingerprint: never an address with its parameters, never a secret. */
export class HostError extends Error {
  readonly problem: MediaHostProblem;
  readonly detail: string | null;
  constructor(problem: MediaHostProblem, detail: string | null = null, cause?: unknown) {
    super(detail === null ? problem : `${problem}: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = 'HostError';
    this.problem = problem;
    this.detail = detail;
  }
}

/** Joins an address and a path with one slash between them. */
export const below = (base: string, ...parts: readonly string[]): string =>
  [base.replace(/\/+$/, ''), ...parts.filter((part) => part !== '')].join('/');

export const PART_BYTES = 16 * 1024 * 1024;

const CHUNK = 1024 * 1024;

/**
 * From beginning to end, one megabyte at a time. A file that cannot be read is no fault of the host: `failure` tells,
 * whatever became of the error on its way through a stream.
 */
export function reading(content: HostContent) {
  const seen: { failure?: Error } = {};
  async function* parts(): AsyncGenerator<Uint8Array> {
    try {
      for (let from = 0; from < content.bytes;) {
        const part = await content.read(from, CHUNK);
        if (part.byteLength === 0) throw new HostError('unexpected', 'the file ended early');
        from += part.byteLength;
        yield part;
      }
    } catch (error) {
      seen.failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }
  return { parts: parts(), failure: (): Error | undefined => seen.failure };
}
