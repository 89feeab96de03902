import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectScope, type EffectScope } from 'vue';
import { activeCommands, listenForKeys, useCommands, type Command } from '@/ui/commands';

let scope: EffectScope;
let stop: () => void;
let ran: string[];
const command = (id: string, keys: string, more: Partial<Command> = {}): Command => ({
  id,
  title: id,
  group: 'app',
  keys,
  run: () => ran.push(id),
  ...more,
});
const offer = (...list: Command[]): void => scope.run(() => useCommands(() => list));
function press(
  key: string,
  init: KeyboardEventInit = {},
  target: EventTarget = document.body,
): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init });
  target.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  ran = [];
  scope = effectScope();
  stop = listenForKeys(window);
});
afterEach(() => {
  scope.stop();
  stop();
  document.body.replaceChildren();
});

describe('the keyboard', () => {
  it('runs single keys, signs that need Shift, and sequences', () => {
    offer(command('next', 'j'), command('help', '?'), command('inbox', 'g i'), command('done', 'i'));
    press('j');
    press('?', { shiftKey: true });
    press('g');
    press('i');
    press('i');
    expect(ran).toEqual(['next', 'help', 'inbox', 'done']);
  });

  it('tells x from Shift+x and k from Ctrl+K', () => {
    offer(command('mark', 'x'), command('range', 'Shift+x'), command('up', 'k'), command('palette', 'Mod+K'));
    press('X', { shiftKey: true });
    press('k', { ctrlKey: true });
    press('x');
    expect(ran).toEqual(['range', 'palette', 'mark']);
  });

  it('leaves letters to a text field, but not keys with Ctrl', () => {
    offer(
      command('next', 'j'),
      command('send', 'Mod+Enter'),
      command('back', 'Escape', { whileTyping: true }),
    );
    const field = document.body.appendChild(document.createElement('textarea'));
    expect(press('j', {}, field).defaultPrevented).toBe(false);
    press('Enter', { ctrlKey: true }, field);
    press('Escape', {}, field);
    expect(ran).toEqual(['send', 'back']);
  });

  it('leaves Enter to the button that has the focus', () => {
    offer(command('open', 'Enter'));
    press('Enter', {}, document.body.appendChild(document.createElement('button')));
    expect(ran).toEqual([]);
    press('Enter');
    expect(ran).toEqual(['open']);
  });

  it('is silent while a dialog is open', () => {
    offer(command('next', 'j'));
    const dialog = document.body.appendChild(document.createElement('div'));
    dialog.setAttribute('role', 'dialog');
    dialog.dataset['state'] = 'open';
    press('j');
    expect(ran).toEqual([]);
  });
});

describe('the registry', () => {
  it('offers a command only while its view lives and while it is enabled', () => {
    offer(command('a', 'a'), command('b', 'b', { enabled: false }));
    expect(activeCommands.value.map(({ id }) => id)).toEqual(['a']);
    press('b');
    scope.stop();
    expect(activeCommands.value).toEqual([]);
    press('a');
    expect(ran).toEqual([]);
  });

  it('lets what was registered last have the key', () => {
    offer(command('frame', 'e'));
    offer(command('view', 'e'));
    press('e');
    expect(ran).toEqual(['view']);
  });
});
