import { z } from 'zod';
import { mediaHostConfig, mediaHostProblems } from '../domain/media-host';
import { done, nothing, text } from './common';
import { method } from './define';

export const mediaHostView = z.object({
  config: mediaHostConfig,
  /** Which secrets are stored; never what they are. */
  stored: z.array(z.enum(['secretAccessKey', 'password', 'privateKey', 'passphrase'])).readonly(),
});
export type MediaHostView = z.infer<typeof mediaHostView>;

export const mediaHostTest = z.object({
  /** In order: a file is put there, fetched as a network would, and removed. What could not be tried is skipped. */
  steps: z
    .array(
      z.object({
        step: z.enum(['put', 'fetch', 'remove']),
        state: z.enum(['ok', 'failed', 'skipped']),
        problem: z.enum(mediaHostProblems).nullable(),
        detail: z.string().nullable(),
      }),
    )
    .readonly(),
  /** The address leads to this machine or a private network: networks on the internet cannot reach it. */
  privateAddress: z.boolean(),
  /** Fingerprint of an SFTP server's key. */
  hostKey: z.string().nullable(),
});
export type MediaHostTest = z.infer<typeof mediaHostTest>;

/** Absent: what is stored stays. Empty: it is removed. */
const secret = (max: number) => text(max).optional();

export const mediaHost = {
  'mediaHost.get': method(nothing, mediaHostView.nullable()),
  'mediaHost.save': method(
    z.object({
      config: mediaHostConfig,
      secrets: z.object({
        secretAccessKey: secret(500),
        password: secret(500),
        privateKey: secret(20_000),
        passphrase: secret(500),
      }),
      /** The next test learns the key of the SFTP server anew. */
      forgetHostKey: z.boolean().default(false),
    }),
    mediaHostView,
  ),
  'mediaHost.test': method(nothing, mediaHostTest),
  'mediaHost.remove': method(nothing, done),
};
