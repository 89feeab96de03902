import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent, type WebContents } from 'electron';
import type { Answer } from '@shared/ipc/channels';
import { channels } from '@shared/ipc/channels';
import type { AppEvent } from '@shared/ipc/events';
import type { Core } from '../core';
import { isTrustedSender } from '../ipc/sender';
import type { Clock, Logger } from '../ports';
import { pageOrigin } from './security';

/** How long after a key or button a call still counts as the person's own act. */
const GESTURE_MS = 5_000;
const GESTURES: ReadonlySet<string> = new Set([
  'keyDown',
  'rawKeyDown',
  'mouseDown',
  'mouseUp',
  'gestureTap',
  'touchEnd',
]);

type TransportDeps = {
  /** A page may call before there is a core: its calls wait. */
  readonly core: Promise<Core>;
  readonly clock: Clock;
  readonly log: Logger;
};

/** Joins the core's router to the one channel each way. Calls from any frame but our own page are refused. */
export function connectIpc({ core, clock, log }: TransportDeps) {
  const windows = new Map<WebContents, { lastGesture: number }>();

  const trusted = (event: IpcMainInvokeEvent): boolean =>
    isTrustedSender(
      {
        url: event.senderFrame?.url,
        isMainFrame: event.senderFrame !== null && event.senderFrame === event.sender.mainFrame,
        ownWindow: windows.has(event.sender),
      },
      pageOrigin,
    );

  ipcMain.handle(channels.invoke, async (event, raw: unknown): Promise<Answer<unknown>> => {
    if (!trusted(event)) {
      log.error('a call from a foreign frame was refused', {});
      return { ok: false, error: { kind: 'not_allowed', detail: 'this page may not call Candor' } };
    }
    const gesture = windows.get(event.sender)?.lastGesture ?? -Infinity;
    const caller = { userGesture: clock.monotonic() - gesture <= GESTURE_MS };
    return (await core).invoke(raw, caller, (stream, part) => {
      if (!event.sender.isDestroyed())
        event.sender.send(channels.event, { type: 'stream.part', ids: [stream], part } satisfies AppEvent);
    });
  });

  void core.then(({ events }) =>
    events.on((event) => {
      for (const contents of windows.keys()) contents.send(channels.event, event);
    }),
  );

  const attach = (window: BrowserWindow): void => {
    const { webContents } = window;
    const state = { lastGesture: -Infinity };
    windows.set(webContents, state);
    webContents.on('input-event', (_event, input) => {
      if (GESTURES.has(input.type)) state.lastGesture = clock.monotonic();
    });
    webContents.once('destroyed', () => windows.delete(webContents));
  };
  return { attach };
}
