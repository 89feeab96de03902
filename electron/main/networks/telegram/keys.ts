import { NetworkError } from '../errors';

/** An account is a bot, or a bot in the one chat that it publishes to. */
export const accountKey = (bot: number | string, chat?: number | string): string =>
  chat === undefined ? String(bot) : `${bot}/${chat}`;
export function accountParts(remoteId: string): { readonly bot: string; readonly chat: string | null } {
  const [bot = '', chat] = remoteId.split('/');
  return { bot, chat: chat ?? null };
}

/**
 * Messages count up in every chat anew. Those of a Telegram Business connection carry it, because the same person may
 * also write to the bot. An album is one post of several messages.
 */
export type MessageKey = {
  readonly chat: string;
  readonly ids: readonly number[];
  readonly business?: string;
};

export const messageKey = (
  chat: number | string,
  ids: number | readonly number[],
  business?: string,
): string =>
  `${business === undefined ? '' : `${business}:`}${chat}/${typeof ids === 'number' ? ids : ids.join(',')}`;

export function messageParts(remoteId: string): MessageKey {
  const found = /^(?:(.+):)?(-?\d+)\/(\d+(?:,\d+)*)$/.exec(remoteId);
  if (!found) throw new NetworkError({ kind: 'gone', detail: 'not a message of Telegram' }, 'no');
  const [, business, chat = '', ids = ''] = found;
  return { chat, ids: ids.split(',').map(Number), ...(business !== undefined && { business }) };
}

/** Where a direct message goes: the bot's own chat, a Business account's, or the direct messages of a channel. */
export type DirectKey = { readonly chat: string; readonly business?: string; readonly topic?: number };

export const directKey = ({ chat, business, topic }: DirectKey): string => {
  if (business !== undefined) return `business:${business}:${chat}`;
  return topic === undefined ? `dm:${chat}` : `topic:${chat}:${topic}`;
};

export function directParts(key: string): DirectKey | undefined {
  const [, plain] = /^dm:(-?\d+)$/.exec(key) ?? [];
  if (plain !== undefined) return { chat: plain };
  const [, business, person] = /^business:(.+):(-?\d+)$/.exec(key) ?? [];
  if (business !== undefined && person !== undefined) return { chat: person, business };
  const [, channel, topic] = /^topic:(-?\d+):(\d+)$/.exec(key) ?? [];
  return channel === undefined ? undefined : { chat: channel, topic: Number(topic) };
}

/** Conversations in groups: `c` below an own post, `m` any other; named by the message that opened them. */
export const groupKey = (type: 'comment' | 'mention', chat: number | string, root: number): string =>
  `${type === 'comment' ? 'c' : 'm'}:${chat}/${root}`;
export const groupType = (key: string): 'comment' | 'mention' =>
  key.startsWith('c:') ? 'comment' : 'mention';
