import type { AppEvent } from '@shared/ipc/events';
import type { Settings, settingsView } from '@shared/ipc/settings';
import type { SettingsStore } from '../db/repositories/settings';
import type { Logger, SecretStore, ShellControls } from '../ports';
import type { ConfigLog } from './config-log';

export type SettingsDeps = {
  readonly store: SettingsStore;
  readonly schema: typeof settingsView;
  readonly events: { readonly emit: (event: AppEvent) => void };
  readonly shell: Pick<ShellControls, 'setOpenAtLogin'>;
  readonly secrets: Pick<SecretStore, 'allowPlainText'>;
  readonly log: Logger;
  readonly withEntry: ConfigLog;
  /** Of this machine: its time zone and the language its calendar follows. */
  readonly system: { readonly zone: string; readonly locale: string };
};

const KEY = 'settings';
/** What these are set to belongs into the record: they decide what is disclosed, and how its key is kept. */
const RECORDED = ['disclosure', 'allowPlainTextSecrets'] as const;

/** What the person has set. A stored value that no longer fits falls back to its default, one by one. */
export function createSettingsService(deps: SettingsDeps) {
  const { store, schema, events, shell, secrets } = deps;
  let current = load(deps);
  secrets.allowPlainText(current.allowPlainTextSecrets);

  const save = (before: Settings, after: Settings): void => {
    const changes = RECORDED.filter((key) => before[key] !== after[key]).map((key) => ({
      key: `settings.${key}`,
      before: before[key],
      after: after[key],
      texts: true,
    }));
    if (changes.length === 0) store.write(KEY, after);
    else deps.withEntry(changes, () => store.write(KEY, after));
  };

  return {
    get: (): Settings => current,
    set: (patch: Partial<Settings>): Settings => {
      const before = current;
      const next = schema.parse({ ...before, ...patch });
      save(before, next);
      current = next;
      if (next.openAtLogin !== before.openAtLogin) shell.setOpenAtLogin(next.openAtLogin);
      if (next.allowPlainTextSecrets !== before.allowPlainTextSecrets)
        secrets.allowPlainText(next.allowPlainTextSecrets);
      events.emit({ type: 'settings.changed', ids: [] });
      return next;
    },
  };
}

function load({ store, schema, system, log }: SettingsDeps): Settings {
  const defaults: Settings = {
    theme: 'system',
    zone: system.zone,
    weekStartsOn: firstDayOfWeek(system.locale),
    railCollapsed: false,
    keepInTray: null,
    openAtLogin: false,
    missedPolicy: { kind: 'ask' },
    afterReply: 'stay',
    notifyNewMessages: true,
    allowPlainTextSecrets: false,
    disclosure: 'ask',
    loadPictures: true,
  };
  const stored = store.read(KEY);
  if (typeof stored !== 'object' || stored === null) return defaults;
  const checked = Object.entries(schema.shape).map(([key, field]): [string, unknown] => {
    const fallback: unknown = defaults[key as keyof Settings];
    if (!(key in stored)) return [key, fallback];
    const parsed = field.safeParse((stored as Record<string, unknown>)[key]);
    if (parsed.success) return [key, parsed.data];
    log.warn('a stored setting does not fit and is back at its default', { key });
    return [key, fallback];
  });
  return schema.parse(Object.fromEntries(checked));
}

/** Monday unless the region of the locale begins its weeks otherwise. */
function firstDayOfWeek(locale: string): Settings['weekStartsOn'] {
  const known = new Intl.Locale(locale) as Intl.Locale & {
    readonly weekInfo?: { readonly firstDay: number };
    readonly getWeekInfo?: () => { readonly firstDay: number };
  };
  const first = (known.getWeekInfo?.() ?? known.weekInfo)?.firstDay;
  if (first === 7) return 0;
  return first === 6 ? 6 : 1;
}
