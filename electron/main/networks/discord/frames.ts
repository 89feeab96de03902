/** What the gateway sends, as far as it is read (docs.discord.com: Gateway, Gateway Events, Opcodes and Status Codes). */
import { z } from 'zod';
import { parseJson } from '../answers';

export const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

const frame = z.object({
  op: z.int(),
  d: z.unknown(),
  s: z.int().min(0).nullish(),
  t: z.string().nullish(),
});
export type Frame = z.infer<typeof frame>;

/** Undefined for what is none. */
export const readFrame = (text: string): Frame | undefined => frame.safeParse(parseJson(text)).data;

/** Bounds that no gateway has a reason to leave: heartbeats must neither flood the line nor never come. */
export const hello = z.object({ heartbeat_interval: z.number().min(1_000).max(600_000) });
export const ready = z.object({ session_id: z.string().min(1), resume_gateway_url: z.string() });

const id = z.string().regex(/^\d{1,20}$/);
const place = { channel_id: id, guild_id: id.nullish() };
const written = z.object({
  id,
  ...place,
  type: z.number(),
  author: z.object({ id, bot: z.boolean().nullish() }),
  webhook_id: id.nullish(),
  edited_timestamp: z.string().nullish(),
  flags: z.number().nullish(),
});
const deleted = z.object({ id, ...place });
const deletedMany = z.object({ ids: z.array(id), ...place });

/** What has happened to messages. Which words they have is asked for by the pull, which is the only one to store any. */
export type News = {
  readonly kind: 'created' | 'edited' | 'deleted';
  readonly channel: string;
  readonly ids: readonly string[];
  /** In no server: a direct channel. */
  readonly direct: boolean;
  /** By the bot itself. */
  readonly own: boolean;
};

const SAID: readonly number[] = [0, 19];
/** Only the bot and the person who called it see such a message; it names no server, though it is in one. */
const EPHEMERAL = 1 << 6;

/** Undefined for events about anything else, and about messages that are no person's and not the bot's. */
export function newsOf({ t, d }: Frame, bot: string): News | undefined {
  switch (t) {
    case 'MESSAGE_CREATE':
    case 'MESSAGE_UPDATE': {
      const told = written.safeParse(d).data;
      return told && ofWritten(t, told, bot);
    }
    case 'MESSAGE_DELETE': {
      const told = deleted.safeParse(d).data;
      return told && ofDeleted([told.id], told);
    }
    case 'MESSAGE_DELETE_BULK': {
      const told = deletedMany.safeParse(d).data;
      return told && ofDeleted(told.ids, told);
    }
    default:
      return undefined;
  }
}

type Place = { readonly channel_id: string; readonly guild_id?: string | null };

const ofDeleted = (ids: readonly string[], { channel_id: channel, guild_id: server }: Place): News => ({
  kind: 'deleted',
  channel,
  ids,
  direct: !server,
  own: false,
});

function ofWritten(t: string, told: z.infer<typeof written>, bot: string): News | undefined {
  const own = told.author.id === bot;
  const isSaid = SAID.includes(told.type) && (own || (told.author.bot !== true && !told.webhook_id));
  if (!isSaid || ((told.flags ?? 0) & EPHEMERAL) !== 0) return undefined;
  const isEdit = t === 'MESSAGE_UPDATE';
  // A message is also "updated" when Discord has looked at a link in it: nobody has edited anything then.
  if (isEdit && !told.edited_timestamp) return undefined;
  return {
    kind: isEdit ? 'edited' : 'created',
    channel: told.channel_id,
    ids: [told.id],
    direct: !told.guild_id,
    own,
  };
}
