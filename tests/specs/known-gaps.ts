import type { KnownGap } from './check';

/**
 * Where a published specification lags behind its network, or leaves out a service of it. Everything else that a
 * connector asks for differently is a mistake of the connector. Keep this list short.
 */
export const knownGaps: readonly KnownGap[] = [
  {
    networks: ['mastodon'],
    request: /^POST \/api\/v1\/apps$/,
    problem: /^body\.redirect_uris: string instead of array$/,
    why: 'Servers before 4.3, and small ones, take one string; the specification describes 4.7 only (docs.joinmastodon.org, methods/apps).',
  },
  {
    networks: ['x'],
    request: /^POST \/2\/oauth2\/(?:token|revoke)$/,
    problem: /^unknown path$/,
    why: 'The specification is of the API alone; the sign-in is described in docs.x.com, fundamentals, authentication.',
  },
  {
    networks: ['x'],
    request: /^GET \/2\//,
    problem: /^query\.(?:tweet\.fields: unknown|expansions\[\]: referenced_tweets\.id is none of )/,
    why: 'The names before “post” took the place of “tweet”, used only after a server has refused the newer ones.',
  },
  {
    networks: ['facebook', 'instagram'],
    request: /\/(?:oauth\/access_token|access_token|refresh_access_token|debug_token)$/,
    problem: /^unknown path$/,
    why: 'The data describes nodes alone; tokens are described in developers.facebook.com, Facebook Login and Instagram Platform.',
  },
  {
    networks: ['facebook', 'instagram'],
    request: /^GET \/\{id\}\/(?:accounts|permissions)$/,
    problem: /^unknown path$/,
    why: 'Edges of the person (User), of which the folder has no file: developers.facebook.com, Graph API, User.',
  },
  {
    networks: ['facebook'],
    request: /^GET \/\{id\}$/,
    problem: /^fields\.(?:status|post_id): unknown$/,
    why: 'Fields of a video (Video), of which the folder has no file: developers.facebook.com, Graph API, Video.',
  },
  {
    networks: ['facebook'],
    request: /^POST \/\{id\}\/(?:photos|videos)$/,
    problem: /^(?:source: unknown|video_file_chunk: file instead of string)$/,
    why: 'The kits made from the data send files apart: developers.facebook.com, Page photos, and Video API, resumable upload.',
  },
  {
    networks: ['instagram'],
    request: /^GET \/\{id\}$/,
    problem: /^fields\.(?:status|status_code|video_status): unknown$/,
    why: 'A container is a node of its own (IGContainer), of which the folder has no file: developers.facebook.com, IG Container.',
  },
  {
    networks: ['facebook', 'instagram'],
    request: /^POST \/\{id\}\/messages$/,
    problem: /^tag: string instead of Object$/,
    why: 'The data calls the type of the tag an Object; its values are words: developers.facebook.com, Messenger Platform, message tags.',
  },
  {
    networks: ['instagram'],
    request: /^POST \/\{id\}\/media$/,
    problem: /^is_ai_generated: unknown$/,
    why: 'Newer than the data: developers.facebook.com, Instagram Platform, content publishing.',
  },
  {
    networks: ['discord'],
    request: /^POST \/webhooks\/\{webhook_id\}\/\{webhook_token\}$/,
    problem: /^body\.files\[\d\]: unknown$/,
    why: 'Files are described for channels and left out for webhooks, which take them too: discord.com, reference, uploading files.',
  },
];
