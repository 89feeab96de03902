import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWorkspace, type Workspace } from '../fakes/workspace';

let w: Workspace;
beforeEach(() => {
  w = createWorkspace();
});
afterEach(() => w.close());

describe('settings', () => {
  it('begin with the zone of this machine and the first day of the week of its region', () => {
    expect(w.createSettings().get()).toMatchObject({
      zone: 'Europe/Berlin',
      weekStartsOn: 1,
      theme: 'system',
      keepInTray: null,
    });
    expect(w.createSettings('en-US').get().weekStartsOn).toBe(0);
    expect(w.createSettings('ar-EG').get().weekStartsOn).toBe(6);
  });

  it('are kept, announced, and change only what was given', () => {
    const settings = w.createSettings();
    settings.set({ theme: 'dark' });
    settings.set({ missedPolicy: { kind: 'publish_if_less_than', minutes: 30 } });
    expect(w.createSettings().get()).toMatchObject({ theme: 'dark', missedPolicy: { minutes: 30 } });
    expect(w.emitted).toEqual([
      { type: 'settings.changed', ids: [] },
      { type: 'settings.changed', ids: [] },
    ]);
  });

  it('refuse a zone that does not exist and stay what they were', () => {
    const settings = w.createSettings();
    expect(() => settings.set({ zone: 'Mars/Olympus' })).toThrow();
    expect(settings.get().zone).toBe('Europe/Berlin');
  });

  it('fall back one by one where a stored value does not fit', () => {
    w.store.write('settings', { theme: 'purple', railCollapsed: true, gone: 1 });
    expect(w.createSettings().get()).toMatchObject({ theme: 'system', railCollapsed: true });
    expect(w.log.lines).toContainEqual(expect.objectContaining({ level: 'warn', fields: { key: 'theme' } }));
  });

  it('tell the machine to open at login, and the secret store what the person agreed to, also after a restart', () => {
    const login = vi.spyOn(w.ports.shell, 'setOpenAtLogin');
    const agreed = vi.spyOn(w.ports.secrets, 'allowPlainText');
    const settings = w.createSettings();
    settings.set({ openAtLogin: true, allowPlainTextSecrets: true });
    expect(login).toHaveBeenCalledExactlyOnceWith(true);
    w.createSettings();
    expect(agreed.mock.calls).toEqual([[false], [true], [true]]);
    login.mockRestore();
  });
});
