import { z } from 'zod';
import { accountId } from '../domain/ids';
import { networkId, type Capabilities } from '../domain/network';
import { practiceFaults } from '../domain/practice-faults';
import { done, failure, instant, nothing, text } from './common';
import { method } from './define';

export const accountHealth = z.enum(['ok', 'reconnect', 'paused', 'syncing']);

/** An account as the window sees it: never a secret. */
export const accountView = z.object({
  id: accountId,
  network: networkId,
  handle: z.string(),
  displayName: z.string(),
  avatarUrl: z.string().nullable(),
  serviceUrl: z.string(),
  profileUrl: z.string().nullable(),
  brand: z.string(),
  voiceNotes: z.string(),
  health: accountHealth,
  problem: failure.nullable(),
  lastSyncAt: instant.nullable(),
  capabilities: z.custom<Capabilities>((value) => typeof value === 'object' && value !== null),
});
export type AccountView = z.infer<typeof accountView>;

export const networkView = z.object({
  id: networkId,
  name: z.string(),
  methods: z.array(
    z.object({
      id: z.string(),
      fields: z.array(
        z.object({
          name: z.string(),
          secret: z.boolean(),
          optional: z.boolean(),
          placeholder: z.string().nullable(),
        }),
      ),
    }),
  ),
});
export type NetworkView = z.infer<typeof networkView>;

export const accounts = {
  'accounts.list': method(nothing, z.array(accountView).readonly()),
  'accounts.networks': method(nothing, z.array(networkView).readonly()),
  'accounts.connect': method(
    z.object({
      network: networkId,
      method: z.string().max(40),
      fields: z.record(z.string().max(40), text(4_000)),
      brand: text(80).default(''),
      /** Set to renew the credentials of an account that is already here. */
      accountId: accountId.optional(),
    }),
    accountView,
  ),
  'accounts.update': method(
    z.object({ accountId, brand: text(80).optional(), voiceNotes: text(4_000).optional() }),
    accountView,
  ),
  'accounts.test': method(z.object({ accountId }), accountView),
  'accounts.pause': method(z.object({ accountId, paused: z.boolean() }), accountView),
  /** Removes the account with all its data from this device. Nothing is deleted on the network. */
  'accounts.remove': method(z.object({ accountId }), done),
  'accounts.sync': method(z.object({ accountId: accountId.optional() }), done),
  'accounts.startPractice': method(nothing, z.array(accountView).readonly()),
  'accounts.removePractice': method(nothing, done),
  'accounts.practiceFaults': method(nothing, practiceFaults),
  'accounts.setPracticeFaults': method(practiceFaults, practiceFaults),
};
