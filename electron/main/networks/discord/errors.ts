import type { ErrorKind } from '@shared/domain/errors';
import type { ErrorBody } from './wire';

type Meaning = { readonly kind: ErrorKind; readonly field?: string; readonly note?: string };

/** Discord's own codes (developer documentation, JSON error codes): they say more than the status. */
export const errorCodes: Readonly<Record<number, Meaning>> = {
  10003: { kind: 'gone', note: 'The channel is gone, or the bot cannot see it.' },
  10004: { kind: 'permission', note: 'The bot is not on this server any more.' },
  10008: { kind: 'gone' },
  10013: { kind: 'gone' },
  10014: { kind: 'validation' },
  10015: { kind: 'auth_revoked', note: 'The webhook was deleted on Discord.' },
  20016: { kind: 'rate_limited' },
  20028: { kind: 'rate_limited' },
  30010: { kind: 'policy_blocked' },
  40001: { kind: 'auth_revoked' },
  40002: { kind: 'permission' },
  40005: { kind: 'media_rejected' },
  50001: { kind: 'permission' },
  50005: { kind: 'permission' },
  50006: { kind: 'validation', field: 'text' },
  50007: { kind: 'policy_blocked', note: 'This person takes no direct messages from the bot.' },
  50008: { kind: 'validation', field: 'channel' },
  50013: { kind: 'permission' },
  50027: { kind: 'auth_revoked', note: 'The address of the webhook is not valid any more.' },
  50033: { kind: 'gone' },
  50035: { kind: 'validation' },
  50045: { kind: 'media_rejected' },
  50083: { kind: 'policy_blocked', note: 'The thread is archived.' },
  50278: { kind: 'policy_blocked', note: 'The bot shares no server with this person.' },
  90001: { kind: 'policy_blocked' },
  160002: { kind: 'permission', note: 'To answer, the bot needs the permission Read Message History.' },
  200000: { kind: 'policy_blocked', note: 'AutoMod of the server blocked the message.' },
  240000: { kind: 'policy_blocked' },
};

export function meaningOf(status: number, body: ErrorBody | undefined): Meaning | undefined {
  const known = body?.code === undefined ? undefined : errorCodes[body.code];
  // Tokens do not run out here: one that is refused was taken back.
  if (!known) return status === 401 ? { kind: 'auth_revoked' } : undefined;
  if (body?.code !== 50035) return known;
  const [field] = Object.keys(body.errors ?? {});
  if (field === 'attachments' || field === 'files') return { kind: 'media_rejected' };
  // What is answered is not there any more.
  if (field === 'message_reference') return { kind: 'gone' };
  return field === 'content' ? { ...known, field: 'text' } : known;
}
