import { replyWindowOf, type Capabilities } from '@shared/domain/network';
import { NetworkError } from './errors';
import type { AccountRef } from './network';

/** Marks an answer that a person gives after the usual time (networks.md 4 and 5). */
export const humanAgent = { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' } as const;

type ReplyTime = 'usual' | 'late';

/**
 * Meta takes any answer for a day after the person last wrote, and for some days more one that a person writes, if it
 * has granted that to the app. Asked when the answer is sent, which may have waited. Where nobody knows when the person
 * last wrote (undefined), Meta decides. Throws `policy_blocked` when it is too late for both.
 */
export function replyTime(
  lastIncomingAt: number | undefined,
  now: number,
  { inbox }: Pick<Capabilities, 'inbox'>,
  { features = {} }: Pick<AccountRef, 'features'>,
): ReplyTime {
  const age = lastIncomingAt === undefined ? 0 : now - lastIncomingAt;
  if (age <= (inbox.replyWindowMs ?? Infinity)) return 'usual';
  if (age <= (replyWindowOf({ inbox }, features) ?? Infinity)) return 'late';
  throw new NetworkError(
    { kind: 'policy_blocked', params: { reason: 'window_closed' }, detail: 'the person wrote too long ago' },
    'no',
  );
}

/** The newest of those that are known. */
export function newestOf(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

const OUTSIDE_WINDOW: readonly unknown[] = [2_018_278, 2_534_022];
/** A tag that the app may not use is an invalid parameter. */
const INVALID_TAG = 1_893_061;

/**
 * A refusal with its reason, for the text that a person reads. No API tells whether an app has the feature for late
 * answers: Meta says only that such an answer is outside of its time, or not permitted.
 */
export function withReason(error: unknown, time: ReplyTime): unknown {
  if (!(error instanceof NetworkError)) return error;
  const { code, subcode } = error.info.params ?? {};
  const isOutside = OUTSIDE_WINDOW.includes(subcode);
  const isDenied = subcode === INVALID_TAG || (code === 10 && subcode === undefined);
  if (!isOutside && !(time === 'late' && isDenied)) return error;
  const reason = time === 'late' ? 'no_human_agent' : 'window_closed';
  const params = { ...error.info.params, reason };
  return new NetworkError({ ...error.info, kind: 'policy_blocked', params }, error.sent, { cause: error });
}
