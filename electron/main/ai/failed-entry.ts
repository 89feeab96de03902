import { toErrorInfo, type ErrorKind } from '@shared/domain/errors';
import { count, type responseCommon, type ResponseEntry } from './entries';
import { FormatUnsupported } from './model-errors';

type ResponseBase = Pick<ReturnType<typeof responseCommon>, 'type' | 'actor'> &
  Pick<ResponseEntry, 'acct' | 'net' | 'ref'>;

const statusByKind: Partial<Record<ErrorKind, ResponseEntry['status']>> = {
  cancelled: 'cancelled',
  ai_timeout: 'timeout',
  ai_refused: 'refused',
  ai_malformed: 'invalid',
};

/** The entry of a call that brought nothing. */
export function failedEntry(
  error: unknown,
  base: ResponseBase,
  latencyMs: number,
  received: string,
): ResponseEntry {
  const unsupported = error instanceof FormatUnsupported;
  const { kind } = toErrorInfo(error);
  return {
    ...base,
    status: unsupported ? 'error' : (statusByKind[kind] ?? 'error'),
    error_type: unsupported ? 'format_unsupported' : kind,
    gen_ai: {},
    latency_ms: count(latencyMs),
    model_drift: false,
    // What had arrived, as it arrived: nobody was shown it as a result.
    ...(received !== '' && { slots: { output: { text: received } } }),
  };
}
