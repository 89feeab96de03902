import { z } from 'zod';

/**
 * Storage of the person's own that networks fetch images and videos from, where they take no upload. What stands here
 * is no secret; secrets are kept apart.
 */

const LOOPBACK = /^(127(\.\d+){3}|localhost|\[::1\])$/;

/** An address that carries nothing but a place. Plain http only to this machine: passwords and files go there. */
const webAddress = z
  .string()
  .trim()
  .max(500)
  .refine(isPlainAddress, { message: 'needs a whole https address without a user name or parameters' });

function isPlainAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  const safe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  return safe && [username, password, search, hash].every((part) => part === '');
}

const name = (max: number) => z.string().trim().min(1).max(max);
/** A folder below which all files go; without slashes at its ends. */
const folder = z
  .string()
  .trim()
  .max(300)
  .regex(/^[\w.~/-]*$/, { message: 'letters, digits, dots, dashes and slashes' })
  .refine((value) => !value.split('/').includes('..'), { message: 'leads out of itself' })
  .overwrite((value) => value.replace(/^\/+|\/+$/g, ''));

const s3Config = z.object({
  kind: z.literal('s3'),
  endpoint: webAddress,
  region: name(60),
  bucket: name(63).regex(/^[\w.-]+$/, { message: 'letters, digits, dots and dashes' }),
  prefix: folder,
  /** The bucket stands in the path, not in the host's name. */
  pathStyle: z.boolean(),
  accessKeyId: name(200),
  /** How long the address of a file is good for. */
  hours: z.number().int().min(1).max(24),
});

const webdavConfig = z.object({
  kind: z.literal('webdav'),
  url: webAddress,
  user: z.string().trim().max(200),
  publicUrl: webAddress,
});

const sftpConfig = z.object({
  kind: z.literal('sftp'),
  host: name(255).regex(/^[\w.:-]+$/, { message: 'a host name or an address' }),
  port: z.number().int().min(1).max(65_535),
  user: name(200),
  /** On the server; a path that begins with a slash is whole. */
  folder: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .refine((value) => !value.includes('\0'), { message: 'not a path' }),
  publicUrl: webAddress,
  /** Fingerprint of the server's key (SHA256:…), learnt by the first test. null: not tested yet. */
  hostKey: z.string().max(100).nullable(),
});

export const mediaHostConfig = z.discriminatedUnion('kind', [s3Config, webdavConfig, sftpConfig]);
export type MediaHostConfig = z.infer<typeof mediaHostConfig>;
export type MediaHostKind = MediaHostConfig['kind'];
export type S3Config = z.infer<typeof s3Config>;
export type WebdavConfig = z.infer<typeof webdavConfig>;
export type SftpConfig = z.infer<typeof sftpConfig>;

/** Names of the secrets of each kind. SFTP signs in by a password or by a key, which may have a passphrase. */
export const mediaHostSecretNames = {
  s3: ['secretAccessKey'],
  webdav: ['password'],
  sftp: ['password', 'privateKey', 'passphrase'],
} as const satisfies Record<MediaHostKind, readonly MediaHostSecretName[]>;
export type MediaHostSecretName = 'secretAccessKey' | 'password' | 'privateKey' | 'passphrase';
export type MediaHostSecrets = Readonly<Partial<Record<MediaHostSecretName, string>>>;

/** What can go wrong with a media host, in words that the window has a sentence for. */
export const mediaHostProblems = [
  'unreachable',
  'timeout',
  'tls',
  'sign_in',
  'permission',
  'not_found',
  'region',
  'clock',
  'host_key_changed',
  'host_key_unknown',
  'key_unreadable',
  'full',
  'too_large',
  'redirected',
  'not_public',
  'wrong_bytes',
  'wrong_type',
  'unexpected',
] as const;
export type MediaHostProblem = (typeof mediaHostProblems)[number];
