import { z } from 'zod';
import { instant, nothing, zone } from './common';
import { method } from './define';
import { accountId } from '../domain/ids';
import { accountFeatures, priceNames } from '../domain/network';
import { missedPolicy } from '../domain/states';

export const settingsView = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  zone,
  weekStartsOn: z.union([z.literal(0), z.literal(1), z.literal(6)]),
  railCollapsed: z.boolean(),
  /** null: not asked yet. */
  keepInTray: z.boolean().nullable(),
  openAtLogin: z.boolean(),
  missedPolicy,
  afterReply: z.enum(['stay', 'next']),
  notifyNewMessages: z.boolean(),
  allowPlainTextSecrets: z.boolean(),
  disclosure: z.enum(['never', 'ask', 'always']),
  /** Pictures of messages and people are fetched from where they lie; false: only the one that is asked for. */
  loadPictures: z.boolean(),
});
export type Settings = z.infer<typeof settingsView>;

export const backup = z.object({
  name: z.string(),
  at: instant,
  bytes: z.number(),
  reason: z.enum(['daily', 'before_migration', 'manual', 'before_restore']),
});
export type Backup = z.infer<typeof backup>;

const switchedOn = z.boolean().nullable();
/** What is asked of one account's network, when, and what it costs. Money is in micro-dollars. */
export const pollingView = z.object({
  accountId,
  /** null: the network has no such thing. */
  features: z.object({
    notifications: switchedOn,
    dm: switchedOn,
    metrics: switchedOn,
    live: switchedOn,
    humanAgent: switchedOn,
  }),
  streams: z
    .array(z.object({ stream: z.enum(['notifications', 'dm']), lastAt: instant.nullable() }))
    .readonly(),
  everyMs: z.object({ foreground: z.number(), background: z.number() }),
  nextAt: instant.nullable(),
  asking: z.boolean(),
  /** The connection through which the network says by itself that something is new. */
  live: z.enum(['none', 'open', 'waiting']),
  rates: z
    .array(z.object({ bucket: z.string(), max: z.number(), remaining: z.number(), resetAt: instant }))
    .readonly(),
  /** null: the network charges nothing. */
  spending: z
    .object({
      spent: z.number(),
      budget: z.number().nullable(),
      /** An estimate. */
      expected: z.number(),
      items: z
        .array(z.object({ price: z.enum(priceNames), count: z.number(), each: z.number().nullable() }))
        .readonly(),
    })
    .nullable(),
  /** The budget of this month is used up: nothing is read. */
  stopped: z.boolean(),
});
export type PollingView = z.infer<typeof pollingView>;

export const appState = z.object({
  version: z.string(),
  runtime: z.string(),
  online: z.boolean(),
  syncing: z
    .array(z.object({ accountId: z.string(), done: z.number(), total: z.number().nullable() }))
    .readonly(),
  waiting: z.number().int(),
  needsPerson: z.number().int(),
  secrets: z.enum(['os-store', 'plain-text', 'unavailable']),
  zones: z.array(z.string()).readonly(),
  nextPost: z.object({ at: instant, firstLine: z.string() }).nullable(),
  /** What the start check found after an unclean end, if anything. */
  integrity: z.enum(['ok', 'damaged']),
});
export type AppState = z.infer<typeof appState>;

export const settings = {
  'app.state': method(nothing, appState),
  'app.openExternal': method(z.object({ url: z.url({ protocol: /^(https|mailto)$/ }).max(4_000) }), z.void()),
  'app.cancel': method(z.object({ stream: z.string().max(64) }), z.void()),
  'settings.get': method(nothing, settingsView),
  'settings.set': method(settingsView.partial(), settingsView),
  'settings.polling': method(nothing, z.array(pollingView).readonly()),
  'settings.setPolling': method(
    z.object({
      accountId,
      features: z.partialRecord(z.enum(accountFeatures), z.boolean()).optional(),
      monthlyBudget: z.number().int().min(0).max(1e12).nullable().optional(),
    }),
    pollingView,
  ),
  'settings.backups': method(nothing, z.array(backup).readonly()),
  'settings.createBackup': method(nothing, backup),
  /** Restores at the next start, which happens at once; today's data is kept as a backup first. */
  'settings.restoreBackup': method(z.object({ name: z.string().max(200) }), z.void()),
};
