/** Messages as Discord writes them, in answers and in events. */
import { BOT, SERVER, type Attachment, type DiscordStore, type Post } from './store';

export type World = { readonly store: DiscordStore; content: boolean; flags: number };

export function createShapes(world: World, url: () => string) {
  const { store } = world;

  const attachmentOf = (post: Post, { filename, description, mime }: Attachment, index: number) => ({
    id: `${post.id.slice(0, -1)}${index}`,
    filename,
    size: 4,
    url: `${url()}/attachments/${post.channel}/${post.id}/${filename}?ex=1&is=2&hm=signed`,
    proxy_url: `${url()}/proxy/${filename}`,
    content_type: mime,
    ...(description !== undefined && { description }),
  });

  /** `content`: with the words of messages that do not mean the bot. */
  const messageOf = (post: Post, deep = true, content = world.content): Record<string, unknown> => {
    const parent = post.reference === null ? undefined : store.posts.get(post.reference);
    const isDirect = store.recipientOf(post.channel) !== undefined;
    // Without the privileged intent words are given only where the bot is meant.
    const shown = content || post.by === BOT || isDirect || post.mentions.includes(BOT);
    const counted = [...(store.reactions.get(post.id) ?? new Map<string, Set<string>>())];
    return {
      id: post.id,
      type: post.type,
      channel_id: post.channel,
      author: store.userOf(post.by),
      content: shown ? post.text : '',
      timestamp: post.at,
      edited_timestamp: post.edited,
      attachments: shown ? post.attachments.map((one, index) => attachmentOf(post, one, index)) : [],
      mentions: post.mentions.map(store.userOf),
      mention_roles: [],
      embeds: [],
      flags: post.flags,
      components: [],
      pinned: false,
      mention_everyone: false,
      tts: false,
      ...(post.webhook && { webhook_id: post.by }),
      ...(post.reference !== null && {
        message_reference: {
          type: 0,
          channel_id: post.channel,
          message_id: post.reference,
          guild_id: SERVER,
        },
      }),
      ...(deep &&
        post.reference !== null && {
          referenced_message: parent ? messageOf(parent, false, content) : null,
        }),
      ...(counted.length > 0 && {
        reactions: counted.map(([name, by]) => ({
          count: by.size,
          me: by.has(BOT),
          emoji: { id: null, name },
        })),
      }),
    };
  };
  return { messageOf };
}
