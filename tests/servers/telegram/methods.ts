/** The methods of the Bot API that the stub has, each with the parameters of its description and its refusals. */
import type { TelegramFiles } from './files';
import { BOT, CHANNEL, DISCUSSION, FOREIGN, OWNER, type Stored, type TelegramStore } from './store';

export type Params = Readonly<Record<string, unknown>>;
export type Upload = { readonly mime: string; readonly bytes: Buffer };
export type Refusal = { readonly code: number; readonly says: string; readonly parameters?: object };
export type World = {
  readonly store: TelegramStore;
  readonly files: TelegramFiles;
  readonly rights: Record<number, Record<string, unknown>>;
  readonly blocked: Set<number>;
  readonly connections: Map<string, Record<string, unknown>>;
  webhook: string;
  /** Whether the bot is told of its own channel posts. */
  echo: boolean;
  /** Whether the channel has a discussion group. */
  discussion: boolean;
};

const PHOTO_MAX = 10 * 1024 * 1024;
const FILE_MAX = 50 * 1024 * 1024;
const send = [
  'business_connection_id',
  'chat_id',
  'direct_messages_topic_id',
  'disable_notification',
  'reply_parameters',
];
const captioned = [...send, 'caption', 'parse_mode'];

const ITEM_FIELDS = ['type', 'media', 'caption', 'width', 'height', 'duration', 'supports_streaming'];

export const parameters: Readonly<Record<string, readonly string[]>> = {
  getMe: [],
  getWebhookInfo: [],
  getUpdates: ['offset', 'limit', 'timeout', 'allowed_updates'],
  getChat: ['chat_id'],
  getChatMember: ['chat_id', 'user_id'],
  getChatMemberCount: ['chat_id'],
  getBusinessConnection: ['business_connection_id'],
  getFile: ['file_id'],
  sendMessage: [...send, 'text', 'parse_mode', 'link_preview_options'],
  sendPhoto: [...captioned, 'photo'],
  sendVideo: [...captioned, 'video', 'duration', 'width', 'height', 'supports_streaming'],
  sendMediaGroup: [...send, 'media'],
  setMessageReaction: ['chat_id', 'message_id', 'reaction', 'is_big'],
  deleteMessage: ['chat_id', 'message_id'],
  deleteMessages: ['chat_id', 'message_ids'],
  deleteBusinessMessages: ['business_connection_id', 'message_ids'],
  readBusinessMessage: ['business_connection_id', 'chat_id', 'message_id'],
};

export const refuse = (code: number, says: string): Refusal => ({ code, says });
const bad = (says: string): Refusal => refuse(400, `Bad Request: ${says}`);
export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'code' in value && 'says' in value;

export function createMethods(world: World) {
  const { store, rights, blocked, connections } = world;

  const resolve = (id: unknown): number | undefined => {
    if (typeof id === 'number') return id in store.chats || id in store.users ? id : undefined;
    const found = Object.values(store.chats).find(({ username }) => `@${String(username)}` === id);
    return found?.id as number | undefined;
  };

  /** Why the bot may not write to this chat; undefined where it may. */
  const refusedChat = (chat: number | undefined, params: Params): Refusal | undefined => {
    if (chat === undefined) return bad('chat not found');
    const connection = params.business_connection_id;
    if (connection !== undefined) {
      const known = connections.get(connection as string);
      if (!known?.is_enabled) return bad('BUSINESS_CONNECTION_INVALID');
      return (known.rights as Params).can_reply === true ? undefined : bad('BUSINESS_CONNECTION_NOT_ALLOWED');
    }
    if (blocked.has(chat)) return refuse(403, 'Forbidden: bot was blocked by the user');
    const own = rights[chat];
    if (own?.status === 'kicked') return refuse(403, 'Forbidden: bot was kicked from the supergroup chat');
    if (chat === CHANNEL && (own?.status !== 'administrator' || own.can_post_messages !== true))
      return bad('need administrator rights in the channel chat');
    return undefined;
  };

  const deliver = (
    chat: number,
    params: Params,
    fields: Readonly<Record<string, unknown>>,
  ): Stored | Refusal => {
    const { message_id: parent } = (params.reply_parameters ?? {}) as { message_id?: number };
    const answered = parent === undefined ? undefined : store.get(chat, parent);
    if (parent !== undefined && !answered) return bad('message to be replied not found');
    const business = params.business_connection_id;
    const speaker = chat === CHANNEL ? { sender_chat: store.chatOf(CHANNEL) } : { from: store.users[BOT] };
    const made = store.keep(chat, {
      ...(business === undefined
        ? speaker
        : {
            from: store.users[OWNER],
            sender_business_bot: store.users[BOT],
            business_connection_id: business,
          }),
      ...fields,
      ...(answered && { reply_to_message: store.bare(answered) }),
    });
    store.sent.push(Object.assign(made, { silent: params.disable_notification === true }));
    if (chat === CHANNEL && world.echo) store.update('channel_post', made);
    if (chat === CHANNEL && world.discussion) store.forward(made);
    return made;
  };

  const captionOf = (params: Params): { caption?: string } | Refusal => {
    const caption = params.caption as string | undefined;
    if ((caption?.length ?? 0) > 1024) return bad('message caption is too long');
    return caption === undefined ? {} : { caption };
  };
  const fileOf = (kind: string, upload: Upload | undefined): Readonly<Record<string, unknown>> | Refusal => {
    if (!upload) return bad('wrong file identifier/HTTP URL specified');
    if (kind === 'photo') {
      if (upload.bytes.length > PHOTO_MAX) return bad('file is too big');
      if (!['image/jpeg', 'image/png'].includes(upload.mime)) return bad('IMAGE_PROCESS_FAILED');
      return { photo: [{ file_id: 'p', file_unique_id: 'p', width: 1, height: 1 }] };
    }
    if (upload.bytes.length > FILE_MAX) return refuse(413, 'Request Entity Too Large');
    if (upload.mime !== 'video/mp4') return bad('VIDEO_CONTENT_TYPE_INVALID');
    return {
      video: {
        file_id: 'v',
        file_unique_id: 'v',
        width: 1,
        height: 1,
        duration: 1,
        bytes: upload.bytes.length,
      },
    };
  };
  const sendFile = (kind: 'photo' | 'video') => (params: Params, files: ReadonlyMap<string, Upload>) => {
    const chat = resolve(params.chat_id);
    const refused = refusedChat(chat, params);
    if (refused || chat === undefined) return refused;
    const caption = captionOf(params);
    if (isRefusal(caption)) return caption;
    const file = fileOf(kind, files.get(kind));
    return isRefusal(file) ? file : deliver(chat, params, { ...file, ...caption });
  };

  const sendMediaGroup = (params: Params, files: ReadonlyMap<string, Upload>) => {
    const chat = resolve(params.chat_id);
    const refused = refusedChat(chat, params);
    if (refused || chat === undefined) return refused;
    const media = params.media as readonly Params[];
    if (media.length < 2 || media.length > 10) return bad('group must contain 2-10 items');
    const made: Record<string, unknown>[] = [];
    for (const item of media) {
      const unknown = Object.keys(item).find((name) => !ITEM_FIELDS.includes(name));
      if (unknown !== undefined) return bad(`unknown field ${unknown}`);
      const file = fileOf(String(item.type), files.get(String(item.media).replace('attach://', '')));
      const caption = captionOf(item);
      if (isRefusal(file)) return file;
      if (isRefusal(caption)) return caption;
      made.push({ ...file, ...caption, media_group_id: '1300' });
    }
    const delivered = made.map((fields) => deliver(chat, params, fields));
    return delivered.find(isRefusal) ?? delivered;
  };

  const deleteOne = (chat: number, id: number): Refusal | undefined => {
    const found = store.get(chat, id);
    if (!found) return bad('message to delete not found');
    if (store.isOld(found)) return bad("message can't be deleted for everyone");
    const isOwn = (found.from as Params | undefined)?.id === BOT || chat === CHANNEL;
    if (!isOwn && chat < 0 && rights[chat]?.can_delete_messages !== true)
      return bad("message can't be deleted");
    store.remove(chat, id);
    const at = store.sent.indexOf(found);
    if (at >= 0) store.sent.splice(at, 1);
    return undefined;
  };

  return {
    getMe: () => ({ ...store.users[BOT], can_read_all_group_messages: false, can_connect_to_business: true }),
    getWebhookInfo: () => ({ url: world.webhook, has_custom_certificate: false, pending_update_count: 0 }),
    getChat: ({ chat_id }: Params) => {
      const id = resolve(chat_id);
      if (id === undefined || id === FOREIGN) return bad('chat not found');
      if (rights[id]?.status === 'kicked')
        return refuse(403, 'Forbidden: bot was kicked from the channel chat');
      const linked = id === CHANNEL && world.discussion ? { linked_chat_id: DISCUSSION } : {};
      return {
        ...store.chatOf(id),
        accent_color_id: 1,
        max_reaction_count: 11,
        accepted_gift_types: {},
        ...linked,
      };
    },
    getChatMember: ({ chat_id, user_id }: Params) => {
      const id = resolve(chat_id);
      if (id === undefined) return bad('chat not found');
      return { user: store.users[BOT], status: 'left', ...(user_id === BOT && rights[id]) };
    },
    getChatMemberCount: ({ chat_id }: Params) =>
      resolve(chat_id) === undefined ? bad('chat not found') : 1234,
    getBusinessConnection: ({ business_connection_id }: Params) =>
      connections.get(String(business_connection_id)) ?? bad('BUSINESS_CONNECTION_INVALID'),
    getFile: ({ file_id }: Params) => {
      const found = world.files.describe(file_id);
      if (found === undefined) return bad('wrong file_id or the file is temporarily unavailable');
      return found ?? bad('file is too big');
    },
    sendMessage: (params: Params) => {
      const chat = resolve(params.chat_id);
      const refused = refusedChat(chat, params);
      if (refused || chat === undefined) return refused;
      const text = (params.text ?? '') as string;
      if (text.trim() === '') return bad('message text is empty');
      return text.length > 4096 ? bad('message is too long') : deliver(chat, params, { text });
    },
    sendPhoto: sendFile('photo'),
    sendVideo: sendFile('video'),
    sendMediaGroup,
    setMessageReaction: ({ chat_id, message_id, reaction }: Params) => {
      const chat = resolve(chat_id);
      if (chat === undefined) return bad('chat not found');
      if (!store.get(chat, Number(message_id))) return bad('message to react not found');
      const [first] = (reaction ?? []) as readonly { type: string; emoji: string }[];
      if (first && !['👍', '❤', '🔥'].includes(first.emoji)) return bad('REACTION_INVALID');
      if (first) store.reactions.set(`${chat}/${Number(message_id)}`, first.emoji);
      else store.reactions.delete(`${chat}/${Number(message_id)}`);
      return true;
    },
    deleteMessage: ({ chat_id, message_id }: Params) => {
      const chat = resolve(chat_id);
      return (chat === undefined ? bad('chat not found') : deleteOne(chat, Number(message_id))) ?? true;
    },
    deleteMessages: ({ chat_id, message_ids }: Params) => {
      const chat = resolve(chat_id);
      if (chat === undefined) return bad('chat not found');
      for (const id of message_ids as readonly number[]) deleteOne(chat, id);
      return true;
    },
    deleteBusinessMessages: ({ business_connection_id }: Params) => {
      const own = connections.get(String(business_connection_id))?.rights as Params | undefined;
      return own?.can_delete_sent_messages === true ? true : bad('BUSINESS_CONNECTION_NOT_ALLOWED');
    },
    readBusinessMessage: ({ business_connection_id, chat_id, message_id }: Params) => {
      const own = connections.get(String(business_connection_id))?.rights as Params | undefined;
      if (own?.can_read_messages !== true) return bad('BUSINESS_CONNECTION_NOT_ALLOWED');
      store.read.push({
        connection: String(business_connection_id),
        chat: Number(chat_id),
        message: Number(message_id),
      });
      return true;
    },
  };
}
