import type { ErrorKind } from '@shared/domain/errors';

/** What an answer of the Bot API means: the code alone is too coarse, its words are stable in practice. */
type Rule = {
  readonly code: number;
  readonly says?: RegExp;
  readonly kind: ErrorKind;
  readonly field?: string;
  /** Said to the person instead of Telegram's words, where those do not tell what to do. */
  readonly note?: string;
};

/** The first rule that fits counts. */
const errorRules: readonly Rule[] = [
  { code: 401, kind: 'auth_revoked' },
  {
    code: 403,
    says: /blocked by the user|user is deactivated|can't initiate conversation/i,
    kind: 'policy_blocked',
  },
  { code: 403, kind: 'permission' },
  { code: 404, kind: 'protocol', note: 'This address is no Bot API server, or it does not know the method.' },
  {
    code: 409,
    says: /webhook/i,
    kind: 'not_allowed',
    note: 'A webhook takes the messages of this bot. Remove the webhook where it was set, or use a bot of its own for Candor.',
  },
  {
    code: 409,
    kind: 'not_allowed',
    note: 'Another program reads the messages of this bot, and Telegram allows only one. Stop it there, or use a bot of its own for Candor.',
  },
  { code: 413, kind: 'media_rejected' },
  { code: 429, kind: 'rate_limited' },
  {
    code: 400,
    says: /upgraded to a supergroup/i,
    kind: 'gone',
    note: 'The group became a supergroup with another id. Connect it again.',
  },
  {
    code: 400,
    says: /message is too long|caption is too long|text is empty|text must be non-empty/i,
    kind: 'validation',
    field: 'text',
  },
  {
    code: 400,
    says: /message can't be deleted/i,
    kind: 'policy_blocked',
    note: 'Telegram lets nobody delete this message any more: bots may for 48 hours.',
  },
  { code: 400, says: /chat not found|message .*not found|MESSAGE_ID_INVALID|PEER_ID_INVALID/i, kind: 'gone' },
  {
    code: 400,
    says: /not enough rights|need administrator rights|have no rights|CHAT_ADMIN_REQUIRED|CHAT_WRITE_FORBIDDEN/i,
    kind: 'permission',
  },
  { code: 400, says: /BUSINESS_CONNECTION/i, kind: 'permission' },
  { code: 400, says: /BUSINESS_PEER/i, kind: 'policy_blocked' },
  // Of a file that was sent: Telegram does not tell one that it has never seen from one that it cannot give now.
  { code: 400, says: /file is temporarily unavailable/i, kind: 'server' },
  {
    code: 400,
    says: /PHOTO_|IMAGE_|VIDEO_|MEDIA_|wrong file|file is too big|failed to get HTTP URL content/i,
    kind: 'media_rejected',
  },
  { code: 400, says: /REACTION/i, kind: 'policy_blocked', note: 'This chat does not allow the reaction.' },
  { code: 400, kind: 'validation' },
];

export const ruleFor = (code: number, words: string): Rule | undefined =>
  errorRules.find((rule) => rule.code === code && (rule.says === undefined || rule.says.test(words)));
