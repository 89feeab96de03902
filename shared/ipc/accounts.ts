import { z } from 'zod';
import { accountId } from '../domain/ids';
import { networkId, type Capabilities } from '../domain/network';
import { practiceFaults } from '../domain/practice-faults';
import { done, failure, instant, nothing, text } from './common';
import { method, streaming } from './define';

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
      /** Where the person signs in at the network itself; null: the fields are all. */
      signIn: z.enum(['browser', 'window']).nullable(),
      /** Addresses to enter in the network's developer console. */
      redirects: z.array(z.string()),
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

export const signInPart = z.object({
  kind: z.enum(['waiting_for_browser', 'waiting_for_window', 'checking']),
});
export type SignInPart = z.infer<typeof signInPart>;

/** One of several accounts that a sign-in opened. */
export const accountChoice = z.object({
  remoteId: z.string(),
  handle: z.string(),
  displayName: z.string(),
  avatarUrl: z.null(),
  /** Already connected: choosing it renews its sign-in. */
  kept: z.boolean(),
});
export type AccountChoice = z.infer<typeof accountChoice>;

export const connectResult = z.discriminatedUnion('state', [
  z.object({ state: z.literal('connected'), accounts: z.array(accountView).readonly() }),
  /** `token` is good for one `accounts.choose` within ten minutes. */
  z.object({
    state: z.literal('choose'),
    token: z.string(),
    choices: z.array(accountChoice).readonly(),
  }),
]);
export type ConnectResult = z.infer<typeof connectResult>;

/** Fields of a sign-in that are stored with an account: their names, never what is in them. */
export const storedApp = z.object({ accountId, handle: z.string(), fields: z.array(z.string()) });
export type StoredApp = z.infer<typeof storedApp>;

export const accounts = {
  'accounts.list': method(nothing, z.array(accountView).readonly()),
  'accounts.networks': method(nothing, z.array(networkView).readonly()),
  /** Cancelling it ends a sign-in that waits for the person. */
  'accounts.connect': streaming(
    z.object({
      network: networkId,
      method: z.string().max(40),
      fields: z.record(z.string().max(40), text(4_000)),
      brand: text(80).default(''),
      /** Set to renew the credentials of an account that is already here. */
      accountId: accountId.optional(),
      /** Fields that are empty are taken from the app that this account was connected with. */
      appOf: accountId.optional(),
    }),
    signInPart,
    connectResult,
  ),
  /** Keeps the chosen ones of the accounts that a sign-in opened. */
  'accounts.choose': method(
    z.object({
      token: text(64),
      remoteIds: z.array(text(300)).min(1).max(500),
      brand: text(80).default(''),
    }),
    z.array(accountView).readonly(),
  ),
  /** Whether the app for a sign-in is stored already, with the account to be renewed or another of the network. */
  'accounts.storedApp': method(
    z.object({ network: networkId, method: z.string().max(40), accountId: accountId.optional() }),
    storedApp.nullable(),
  ),
  /** Opens the page of the sign-in that waits in the browser once more. */
  'accounts.reopenSignIn': method(nothing, done),
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
