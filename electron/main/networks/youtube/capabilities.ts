import type { Capabilities, Permission, PostOption, Support } from '@shared/domain/network';
import data from '../../../../resources/networks/youtube.json' with { type: 'json' };

const yes: Support = { ok: true };
const no = (note: string, why: 'network' | 'scope' = 'network') => ({ ok: false, why, note }) as const;

export const limits = data;

const { video, comment, description, title, scopes } = data;
const commentText = { max: comment.max, unit: 'utf16' } as const;
const onlyVideos = no('YouTube lets programs publish videos only: add one.');
const noMessages = no('YouTube has no direct messages.');

const options: readonly PostOption[] = [
  { id: 'title', kind: 'text', max: title.max, required: true },
  { id: 'visibility', kind: 'choice', values: ['public', 'unlisted', 'private'], initial: 'public' },
  { id: 'madeForKids', kind: 'switch', initial: false },
];

export const youtubeDefaults: Capabilities = {
  network: 'youtube',
  name: 'YouTube',
  checkedOn: data.checkedOn,
  source: data.source,
  publish: {
    text: { max: description.max, unit: 'utf16', maxBytes: description.maxBytes },
    textOnly: onlyVideos,
    images: onlyVideos,
    video: {
      ok: true,
      mime: video.mime,
      maxBytes: video.maxBytes,
      maxSeconds: video.maxSeconds,
      altMax: null,
    },
    mediaTransport: 'upload',
    options,
    thread: 'none',
    quote: no('Put the link to the video into the description.'),
    delete: yes,
  },
  directMessage: { text: commentText },
  idempotency: { kind: 'none', reconcile: true },
  inbox: {
    mention: no('YouTube tells programs nothing of mentions elsewhere.'),
    comment: yes,
    dm: noMessages,
    push: 'none',
    pollMs: data.pollMs,
  },
  act: {
    reply: yes,
    like: no('YouTube lets no program like a comment or give it a heart.'),
    hide: yes,
    deleteOwn: yes,
    deleteOther: yes,
    markRead: no('YouTube keeps no read state for comments.'),
    dm: noMessages,
    privateReply: noMessages,
  },
  metrics: { post: ['views', 'likes', 'replies'], account: ['followers', 'posts', 'views'] },
  disclosure: { ai: 'media-flag' },
  retention: { maxDays: data.retention.maxDays },
};

/** Limit of an answer, which is a comment and no description. */
export const answerLimit = commentText;

const needs: readonly (Omit<Permission, 'granted' | 'name'> & { readonly scope: string })[] = [
  {
    scope: scopes.manage,
    needed: ['profile', 'comments', 'reply', 'hide', 'delete', 'metrics', 'publish'],
  },
  { scope: scopes.upload, needed: ['publish', 'media'] },
];

/** What the person has allowed on Google's page, where each box can be left empty. */
export function capabilitiesFor(granted: string | undefined, endsAt?: number): Capabilities {
  const has = granted === undefined ? undefined : new Set(granted.split(/\s+/));
  const permissions: readonly Permission[] = needs.map(({ scope, needed }) => ({
    name: scope.slice(scope.lastIndexOf('/') + 1),
    granted: has === undefined ? null : has.has(scope),
    needed,
  }));
  const access = { permissions, ...(endsAt !== undefined && { endsAt }) };
  const lacks = permissions.filter((one) => one.granted === false).map(({ name }) => name);
  return { ...(lacks.length === 0 ? youtubeDefaults : withoutScopes(lacks)), access };
}

function withoutScopes(lacks: readonly string[]): Capabilities {
  const reason = no(
    `The sign-in lacks the permission ${lacks.join(', ')}. Connect again and tick every box on Google’s page.`,
    'scope',
  );
  const { publish, inbox, act } = youtubeDefaults;
  const withoutVideo: Capabilities = { ...youtubeDefaults, publish: { ...publish, video: reason } };
  if (!lacks.includes('youtube.force-ssl')) return withoutVideo;
  return {
    ...withoutVideo,
    publish: { ...withoutVideo.publish, delete: reason },
    inbox: { ...inbox, comment: reason },
    act: { ...act, reply: reason, hide: reason, deleteOwn: reason, deleteOther: reason },
    metrics: { post: [], account: [] },
  };
}
