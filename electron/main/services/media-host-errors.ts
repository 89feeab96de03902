import type { ErrorKind } from '@shared/domain/errors';
import { toErrorInfo } from '@shared/domain/errors';
import { mediaHostProblems, type MediaHostProblem } from '@shared/domain/media-host';
import { NetworkError } from '../networks/errors';

/** What went wrong with a media host, whatever threw it: the adapters' own errors carry it as `problem`. */
export function problemOf(error: unknown): MediaHostProblem {
  const named = error instanceof Error && 'problem' in error ? error.problem : undefined;
  return mediaHostProblems.find((problem) => problem === named) ?? 'unexpected';
}

export function detailOf(error: unknown): string | null {
  const detail = error instanceof Error && 'detail' in error ? error.detail : null;
  return typeof detail === 'string' ? detail : null;
}

/** Problems that pass by themselves are tried again; the others wait for the person. */
const kinds: Readonly<Partial<Record<MediaHostProblem, ErrorKind>>> = {
  unreachable: 'server',
  timeout: 'server',
  unexpected: 'server',
  too_large: 'media_rejected',
};

/** For the job that wanted to publish. Nothing has reached the network: the upload goes before everything else. */
export function hostFailure(error: unknown): unknown {
  if (!(error instanceof Error && 'problem' in error)) {
    const { kind, detail } = toErrorInfo(error);
    return kind === 'internal' ? new NetworkError({ kind: 'server', detail }, 'no', { cause: error }) : error;
  }
  const problem = problemOf(error);
  const kind = kinds[problem] ?? 'permission';
  const words = [`media host: ${problem}`, detailOf(error)].filter((part) => part !== null).join(', ');
  return new NetworkError({ kind, field: 'mediaHost', params: { problem }, detail: words }, 'no', {
    cause: error,
  });
}
