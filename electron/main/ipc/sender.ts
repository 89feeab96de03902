/** What the transport knows of the frame that a call came from. */
export type Sender = {
  /** Address of the frame; undefined when it is gone already. */
  readonly url: string | undefined;
  readonly isMainFrame: boolean;
  /** Whether it belongs to a window that the shell made. */
  readonly ownWindow: boolean;
};

/**
 * Whether a call may be heard: only the top frame of our own window, showing our own page. The origin is
 * compared whole; a prefix would let `app://candor.example` in.
 */
export function isTrustedSender(sender: Sender, appOrigin: string): boolean {
  if (!sender.ownWindow || !sender.isMainFrame || sender.url === undefined) return false;
  return URL.canParse(sender.url) && originOf(new URL(sender.url)) === appOrigin;
}

/** `URL.origin` is 'null' for schemes that Node does not know, so it is put together here. */
const originOf = (url: URL): string => `${url.protocol}//${url.host}`;
