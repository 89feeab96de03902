import {
  computed,
  getCurrentInstance,
  onActivated,
  onDeactivated,
  onScopeDispose,
  shallowReactive,
  type ComputedRef,
} from 'vue';
import { createSequence, isPressTarget, isTypingTarget, normalizeKeys, pressName } from './keys';

/** The order in which the palette and the shortcut sheet show the groups. */
export const commandGroups = ['go', 'conversation', 'reply', 'post', 'calendar', 'log', 'ai', 'app'] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** One action of the app: the palette lists it, the shortcut sheet teaches its keys, the keyboard runs it. */
export type Command = {
  readonly id: string;
  readonly title: string;
  readonly group: CommandGroup;
  /** `j`, `Mod+K`, `g i`. Several separated by `, `; the first one is shown. */
  readonly keys?: string;
  readonly run: () => void;
  /** false: listed nowhere and its keys do nothing at the moment. */
  readonly enabled?: boolean;
  /** Also while the person types into a field. Keys with Mod do that anyway. */
  readonly whileTyping?: boolean;
  /** false: keys only; the palette would not make sense of it (next row, previous row). */
  readonly inPalette?: boolean;
};

const sources = shallowReactive(new Set<ComputedRef<readonly Command[]>>());
const sequence = createSequence();

/** Offers these commands while the component or store in whose set-up it is called lives and is shown. */
export function useCommands(list: () => readonly Command[]): void {
  const source = computed(list);
  const offer = (): void => void sources.add(source);
  const withdraw = (): void => void sources.delete(source);
  offer();
  onScopeDispose(withdraw);
  if (!getCurrentInstance()) return;
  onActivated(offer);
  onDeactivated(withdraw);
}

/** Everything that can be done now. What was registered last comes first, so that a view may shadow keys. */
export const activeCommands = computed<readonly Command[]>(() =>
  [...sources].reverse().flatMap((source) => source.value.filter((command) => command.enabled !== false)),
);

/** Runs a command by its id, if it can be run now. */
export const runCommand = (id: string): void =>
  activeCommands.value.find((command) => command.id === id)?.run();

const keysOf = (command: Command): readonly string[] =>
  (command.keys ?? '').split(', ').filter(Boolean).map(normalizeKeys);

/** Listens for the keys of all commands until the returned function is called. */
export function listenForKeys(target: Window): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (
      event.defaultPrevented ||
      event.isComposing ||
      ['Control', 'Shift', 'Alt', 'Meta'].includes(event.key)
    )
      return;
    const press = pressName(event);
    if (isOverlayOpen() || (['Enter', 'Space'].includes(press) && isPressTarget(event.target))) return;
    const typing = isTypingTarget(event.target);
    const candidates = typing ? [press] : sequence.candidates(press);
    for (const wanted of candidates) {
      const command = activeCommands.value.find(
        (entry) => keysOf(entry).includes(wanted) && (!typing || mayRunWhileTyping(entry, press)),
      );
      if (!command) continue;
      event.preventDefault();
      sequence.reset();
      command.run();
      return;
    }
  };
  target.addEventListener('keydown', onKey);
  return () => target.removeEventListener('keydown', onKey);
}

const mayRunWhileTyping = (command: Command, press: string): boolean =>
  command.whileTyping === true || /^(Mod|Alt)\+/.test(press);

/** A dialog or an open menu owns the keyboard. */
const isOverlayOpen = (): boolean =>
  document.querySelector(
    '[role="dialog"][data-state="open"],[role="alertdialog"][data-state="open"],[role="menu"]',
  ) !== null;
