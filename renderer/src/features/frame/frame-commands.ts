import type { Router } from 'vue-router';
import { onEvent } from '@/bridge/events';
import { invoke } from '@/bridge/invoke';
import { useAiStore } from '@/bridge/stores/ai';
import { useSettingsStore } from '@/bridge/stores/settings';
import { t, type TextKey } from '@/text/i18n';
import { runCommand, useCommands, type Command } from '@/ui/commands';
import { useToasts } from '@/ui/toasts';

type Overlays = { readonly openPalette: () => void; readonly openShortcuts: () => void };

const places: readonly { id: string; path: string; keys?: string; title: TextKey }[] = [
  { id: 'go.inbox', path: '/inbox', keys: 'g i', title: 'frame.commands.goInbox' },
  { id: 'go.calendar', path: '/calendar', keys: 'g c', title: 'frame.commands.goCalendar' },
  { id: 'go.transparency', path: '/transparency', keys: 'g t', title: 'frame.commands.goTransparency' },
  { id: 'go.settings', path: '/settings', keys: 'g s, Mod+,', title: 'frame.commands.goSettings' },
  { id: 'go.outbox', path: '/outbox', keys: 'g o', title: 'frame.commands.goOutbox' },
  { id: 'go.accounts', path: '/settings/accounts', title: 'frame.commands.goAccounts' },
  { id: 'go.providers', path: '/settings/ai', title: 'frame.commands.goProviders' },
  { id: 'go.about', path: '/settings/about', title: 'frame.commands.goAbout' },
];

/** What can be done from everywhere. Views add their own commands while they are shown. */
export function useFrameCommands(router: Router, overlays: Overlays): void {
  const settings = useSettingsStore();
  const ai = useAiStore();
  const toasts = useToasts();

  const go = (path: string) => (): void => void router.push(path);
  const change = (part: Parameters<typeof settings.change>[0]) => (): void =>
    void settings.change(part).catch(toasts.error);

  async function setAiStopped(stopped: boolean): Promise<void> {
    await ai.setStopped(stopped);
    toasts.info(t(stopped ? 'frame.ai.stoppedToast' : 'frame.ai.startedToast'));
  }

  async function sync(): Promise<void> {
    toasts.info(t('frame.commands.syncing'));
    await invoke('accounts.sync', {});
  }

  const appCommands = (): readonly Command[] => [
    {
      id: 'palette.open',
      title: t('frame.commands.palette'),
      group: 'app',
      keys: 'Mod+k',
      run: overlays.openPalette,
      inPalette: false,
    },
    {
      id: 'shortcuts.open',
      title: t('frame.commands.shortcuts'),
      group: 'app',
      keys: '?',
      run: overlays.openShortcuts,
    },
    { id: 'app.undo', title: t('frame.commands.undo'), group: 'app', keys: 'z', run: undo },
    {
      id: 'app.sync',
      title: t('frame.commands.sync'),
      group: 'app',
      run: () => void sync().catch(toasts.error),
    },
    {
      id: 'app.rail',
      title: t('frame.commands.rail'),
      group: 'app',
      keys: '[',
      run: change({ railCollapsed: !settings.settings?.railCollapsed }),
    },
    {
      id: 'app.theme.light',
      title: t('frame.commands.light'),
      group: 'app',
      run: change({ theme: 'light' }),
    },
    { id: 'app.theme.dark', title: t('frame.commands.dark'), group: 'app', run: change({ theme: 'dark' }) },
    {
      id: 'app.theme.system',
      title: t('frame.commands.system'),
      group: 'app',
      run: change({ theme: 'system' }),
    },
  ];
  const aiCommands = (): readonly Command[] => [
    {
      id: 'ai.stop',
      title: t('frame.commands.stopAi'),
      group: 'ai',
      keys: 'Mod+Shift+.',
      enabled: ai.state?.stoppedBy !== 'person',
      run: () => void setAiStopped(true).catch(toasts.error),
    },
    {
      id: 'ai.start',
      title: t('frame.commands.startAi'),
      group: 'ai',
      enabled: ai.state?.stoppedBy === 'person',
      run: () => void setAiStopped(false).catch(toasts.error),
    },
  ];

  function undo(): void {
    if (!toasts.undoLast()) toasts.info(t('frame.commands.nothingToUndo'));
  }

  useCommands(() => [
    ...places.map(({ id, path, keys, title }) => ({
      id,
      title: t(title),
      group: 'go' as const,
      keys,
      run: go(path),
    })),
    { id: 'post.new', title: t('frame.commands.newPost'), group: 'post', keys: 'n', run: go('/compose') },
    ...appCommands(),
    ...aiCommands(),
  ]);

  // The menu, the tray and notifications name a command of the registry, or an address to open.
  onEvent('app.command', ({ ids: [id, argument] }) => {
    if (id === 'go' && argument) void router.push(argument);
    else if (id === 'ai.toggle') runCommand(ai.state?.stoppedBy === 'person' ? 'ai.start' : 'ai.stop');
    else runCommand(id);
  });
}
