/**
 * Keys as written in the registry: `j`, `Shift+x`, `Mod+K` (Ctrl, or Cmd on a Mac), or a sequence such as
 * `g i`. Letters are compared by what they type, so that `?` and `#` work on any layout.
 */
const SEQUENCE_MS = 1200;

export const isMac = (): boolean => navigator.userAgent.includes('Mac');

const PUNCTUATION: Readonly<Record<string, string>> = { Period: '.', Comma: ',', Slash: '/' };

/** A key press in the registry's notation. With Mod, Shift does not change what a punctuation key is called. */
export function pressName(event: KeyboardEvent): string {
  const mod = isMac() ? event.metaKey : event.ctrlKey;
  const punctuation = mod ? PUNCTUATION[event.code] : undefined;
  const named = event.key.length > 1 || /[a-z]/i.test(event.key) || punctuation !== undefined;
  const key = punctuation ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  return [
    mod && 'Mod',
    event.altKey && 'Alt',
    event.shiftKey && named && 'Shift',
    key === ' ' ? 'Space' : key,
  ]
    .filter(Boolean)
    .join('+');
}

export const normalizeKeys = (keys: string): string =>
  keys
    .split(' ')
    .map((press) => press.replace(/\+([A-Z])$/, (_, letter: string) => `+${letter.toLowerCase()}`))
    .join(' ');

/** What a person sees on the key. */
export function keyLabels(keys: string): readonly string[] {
  const combined = keys.includes('+');
  const names: Record<string, string> = isMac()
    ? { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↵', Escape: 'Esc' }
    : { Mod: 'Ctrl', Escape: 'Esc' };
  return keys
    .split(/[+ ]/)
    .map((part) => names[part] ?? (combined && part.length === 1 ? part.toLocaleUpperCase() : part));
}

/** Whether the person is typing into this element, so that plain letters belong to it. */
export function isTypingTarget(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  );
}

/** Whether Enter or Space belongs to this element because it would press it. */
export const isPressTarget = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('button, a, summary, select, [role="tab"], [role="radio"]') !== null;

/** Joins presses to sequences: answers the candidates to look up, longest first. */
export function createSequence(now: () => number = () => performance.now()) {
  let last: { press: string; at: number } | null = null;
  return {
    candidates(press: string): readonly string[] {
      const before = last && now() - last.at < SEQUENCE_MS ? last.press : null;
      last = { press, at: now() };
      return before === null ? [press] : [`${before} ${press}`, press];
    },
    reset(): void {
      last = null;
    },
  };
}
