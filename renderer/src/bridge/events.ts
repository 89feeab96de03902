import { getCurrentScope, onScopeDispose } from 'vue';
import type { AppEvent, AppEventType } from '@shared/ipc/events';
import { candor } from './window';

type Listener = (event: AppEvent) => void;
type EventOf<Type extends AppEventType> = Extract<AppEvent, { type: Type }>;

const listeners = new Map<AppEventType, Set<Listener>>();
let connected = false;

function connect(): void {
  if (connected) return;
  connected = true;
  candor().subscribe((event) => {
    for (const listener of [...(listeners.get(event.type) ?? [])]) listener(event);
  });
}

/**
 * Calls `fn` for every event of this type until the returned function is called, or the component or
 * store in whose set-up it was registered goes away.
 */
export function onEvent<Type extends AppEventType>(
  type: Type,
  fn: (event: EventOf<Type>) => void,
): () => void {
  connect();
  const listener = fn as Listener;
  const ofType = listeners.get(type) ?? new Set<Listener>();
  listeners.set(type, ofType.add(listener));
  const stop = (): void => void ofType.delete(listener);
  if (getCurrentScope()) onScopeDispose(stop);
  return stop;
}

/** Whether an event concerns this id: an empty list means "many". */
export const concerns = (event: { readonly ids: readonly string[] }, id: string): boolean =>
  event.ids.length === 0 || event.ids.includes(id);
