import type { Capabilities, Permission, Support } from '@shared/domain/network';
import { NetworkError } from '../errors';
import type { AccountCtx, Profile } from '../network';
import {
  getChat,
  getMe,
  getMember,
  isAdministrator,
  isIn,
  mayPost,
  readSecrets,
  targetOf,
  toProfile,
} from './auth';
import { telegramDefaults } from './capabilities';
import { callApi, type ApiTarget } from './client';
import type { TelegramEndpoints } from './endpoints';
import { accountParts } from './keys';
import {
  businessConnection,
  webhookInfo,
  type BusinessConnection,
  type ChatInfo,
  type Member,
  type User,
} from './wire';

/** What the bot was found to be in its chats. */
type Findings = {
  readonly bot: User;
  readonly chat: ChatInfo | undefined;
  readonly inChat: Member | undefined;
  /** In the discussion group of the channel, where comments are written; undefined where there is none to see. */
  readonly inDiscussion: Member | undefined;
  readonly business: BusinessConnection | undefined;
  readonly webhook: boolean;
  /** Another account of Candor with the same bot gets its messages. */
  readonly readElsewhere: boolean;
};

export async function checkAccount(
  ctx: AccountCtx,
  endpoints: TelegramEndpoints,
  readElsewhere: boolean,
): Promise<{ readonly profile: Profile; readonly capabilities: Capabilities }> {
  const target = targetOf(ctx, endpoints);
  const bot = await getMe(ctx, target);
  const { chat: chatId } = accountParts(ctx.account.remoteId);
  const chat = chatId === null ? undefined : await getChat(ctx, target, Number(chatId));
  const { url } = await callApi(ctx, target, { method: 'getWebhookInfo', effect: 'read' }, webhookInfo);
  const findings: Findings = {
    bot,
    chat,
    inChat: chat && (await getMember(ctx, target, chat.id, bot.id)),
    inDiscussion: await memberIn(ctx, target, chat?.linked_chat_id, bot),
    business: await connectionOf(ctx, target),
    webhook: url !== '',
    readElsewhere,
  };
  return { profile: toProfile(bot, chat, target.api, endpoints), capabilities: capabilitiesOf(findings) };
}

async function memberIn(
  ctx: AccountCtx,
  target: ApiTarget,
  chat: number | undefined,
  bot: User,
): Promise<Member | undefined> {
  return chat === undefined ? undefined : unlessRefused(getMember(ctx, target, chat, bot.id));
}

async function connectionOf(ctx: AccountCtx, target: ApiTarget): Promise<BusinessConnection | undefined> {
  const { business: business_connection_id } = readSecrets(ctx.secrets.read());
  if (business_connection_id === undefined) return undefined;
  const call = {
    method: 'getBusinessConnection',
    effect: 'read',
    params: { business_connection_id },
  } as const;
  const found = await unlessRefused(callApi(ctx, target, call, businessConnection));
  return found?.is_enabled ? found : undefined;
}

async function unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NetworkError && ['gone', 'permission', 'validation'].includes(error.kind))
      return undefined;
    throw error;
  }
}

const off = (why: 'scope' | 'network', note: string): Support => ({ ok: false, why, note });
const yes: Support = { ok: true };

export function capabilitiesOf(found: Findings): Capabilities {
  const { publish, inbox, act } = telegramDefaults;
  const post = postSupport(found);
  const come = incomingSupport(found);
  const business = found.business?.rights;
  const moderates = found.inDiscussion?.can_delete_messages ?? found.inChat?.can_delete_messages;
  return {
    ...telegramDefaults,
    publish: {
      ...publish,
      textOnly: post,
      images: post.ok ? publish.images : post,
      video: post.ok ? publish.video : post,
    },
    inbox: { ...inbox, mention: come, comment: come, dm: come },
    act: {
      ...act,
      markRead: business?.can_read_messages ? yes : act.markRead,
      deleteOther: moderates
        ? yes
        : off('scope', 'Make the bot an administrator with the right to delete messages in the group.'),
    },
    metrics: found.chat ? telegramDefaults.metrics : { post: [] },
    access: { permissions: permissionsOf(found) },
  };
}

function postSupport({ chat, inChat }: Findings): Support {
  if (!chat || !inChat)
    return off(
      'scope',
      'No channel or group was named for this bot. Connect it again with one to publish there.',
    );
  if (mayPost(chat, inChat)) return yes;
  return off(
    'scope',
    'Make the bot an administrator with the right to post messages, then test the connection.',
  );
}

function incomingSupport({ webhook, readElsewhere }: Findings): Support {
  if (webhook) return off('scope', 'A webhook takes the messages of this bot. Remove it where it was set.');
  if (readElsewhere)
    return off(
      'network',
      'The messages of this bot come in through another account in Candor: Telegram gives them once.',
    );
  return yes;
}

function permissionsOf(found: Findings): readonly Permission[] {
  const { bot, chat, inChat, inDiscussion, business } = found;
  const isGroup = chat !== undefined && chat.type !== 'channel';
  const group = inDiscussion ?? (isGroup ? inChat : undefined);
  return [
    ...(chat && inChat
      ? [
          { name: 'Post messages', granted: mayPost(chat, inChat), needed: ['publish', 'media'] } as const,
          {
            name: 'Delete messages',
            granted: inChat.can_delete_messages ?? false,
            needed: ['delete'],
          } as const,
        ]
      : []),
    ...(chat?.linked_chat_id !== undefined
      ? [
          {
            name: 'Member of the discussion group',
            granted: inDiscussion !== undefined && isIn(inDiscussion),
            needed: ['comments', 'reply', 'like'],
          } as const,
        ]
      : []),
    {
      name: 'All messages in groups (administrator, or privacy mode off)',
      granted: bot.can_read_all_group_messages === true || (group !== undefined && isAdministrator(group)),
      needed: ['comments', 'mentions'],
    },
    ...(business
      ? [
          {
            name: 'Telegram Business: reply',
            granted: business.rights?.can_reply ?? false,
            needed: ['dm'],
          } as const,
          {
            name: 'Telegram Business: read messages',
            granted: business.rights?.can_read_messages ?? false,
            needed: ['dm'],
          } as const,
        ]
      : []),
  ];
}
