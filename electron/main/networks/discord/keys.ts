import { NetworkError } from '../errors';

const WEBHOOK = 'webhook';

/** An account is a bot in one channel, or a webhook. */
export const accountKey = (bot: string, channel: string): string => `${bot}/${channel}`;
export const webhookKey = (id: string): string => `${WEBHOOK}/${id}`;

export type AccountParts =
  | { readonly kind: 'bot'; readonly bot: string; readonly channel: string }
  | { readonly kind: 'webhook'; readonly id: string };
export function accountParts(remoteId: string): AccountParts {
  const [first = '', second = ''] = remoteId.split('/');
  return first === WEBHOOK ? { kind: 'webhook', id: second } : { kind: 'bot', bot: first, channel: second };
}

export const messageKey = (channel: string, id: string): string => `${channel}/${id}`;
export function messageParts(remoteId: string): { readonly channel: string; readonly id: string } {
  const [, channel, id] = /^(\d+)\/(\d+)$/.exec(remoteId) ?? [];
  if (channel === undefined || id === undefined)
    throw new NetworkError({ kind: 'gone', detail: 'not a message of Discord' }, 'no');
  return { channel, id };
}

const DIRECT = 'dm:';
export const directKey = (channel: string): string => `${DIRECT}${channel}`;
export const directChannel = (key: string): string | undefined =>
  /^dm:\d+$/.test(key) ? key.slice(DIRECT.length) : undefined;

/** Conversations of a channel: `c` below an own post, `m` any other; named by the message that opened them. */
export const threadKey = (type: 'comment' | 'mention', channel: string, root: string): string =>
  `${type === 'comment' ? 'c' : 'm'}:${channel}/${root}`;
export const threadType = (key: string): 'comment' | 'mention' =>
  key.startsWith('c:') ? 'comment' : 'mention';

const EPOCH_MS = 1_420_070_400_000n;
/** The id that a message written at this time would have at least: ids begin with their time. */
export const snowflakeAt = (ms: number): string => {
  const since = BigInt(Math.max(0, Math.trunc(ms))) - EPOCH_MS;
  return String(since > 0n ? since << 22n : 0n);
};

export const newer = (a: string, b: string): number => {
  const [left, right] = [BigInt(a), BigInt(b)];
  return left < right ? -1 : left > right ? 1 : 0;
};
