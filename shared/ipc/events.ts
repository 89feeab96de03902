/** Events carry ids, never state: stores that show those ids fetch again. An empty list means "many". */
export type AppEvent =
  | { readonly type: 'accounts.changed'; readonly ids: readonly string[] }
  | { readonly type: 'inbox.changed'; readonly ids: readonly string[] }
  | { readonly type: 'posts.changed'; readonly ids: readonly string[] }
  | { readonly type: 'outbox.changed'; readonly ids: readonly string[] }
  | { readonly type: 'savedReplies.changed'; readonly ids: readonly string[] }
  | { readonly type: 'log.changed'; readonly ids: readonly string[] }
  | { readonly type: 'ai.changed'; readonly ids: readonly string[] }
  | { readonly type: 'settings.changed'; readonly ids: readonly string[] }
  | { readonly type: 'app.changed'; readonly ids: readonly string[] }
  /** The person asked from the menu, the tray or a notification to go somewhere or do something. */
  | { readonly type: 'app.command'; readonly ids: readonly [command: string, argument?: string] }
  /** A part of a streaming answer. */
  | { readonly type: 'stream.part'; readonly ids: readonly [stream: string]; readonly part: unknown };
export type AppEventType = AppEvent['type'];
