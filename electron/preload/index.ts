import { contextBridge, ipcRenderer } from 'electron';
import { channels, type Answer, type Envelope } from '@shared/ipc/channels';
import type { AppEvent } from '@shared/ipc/events';

/** The whole bridge: one way to ask, one way to hear. What may be asked is decided in main. */
const bridge = {
  invoke: (envelope: Envelope): Promise<Answer<unknown>> => ipcRenderer.invoke(channels.invoke, envelope),
  subscribe: (listener: (event: AppEvent) => void): (() => void) => {
    const handle = (_: unknown, event: AppEvent): void => listener(event);
    ipcRenderer.on(channels.event, handle);
    return () => ipcRenderer.off(channels.event, handle);
  },
};

export type CandorBridge = typeof bridge;
contextBridge.exposeInMainWorld('candor', bridge);
