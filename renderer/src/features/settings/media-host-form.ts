import type { MediaHostConfig, MediaHostKind, MediaHostSecretName } from '@shared/domain/media-host';
import { mediaHostConfig } from '@shared/domain/media-host';
import type { Input } from '@shared/ipc/contract';
import type { MediaHostView } from '@shared/ipc/media-host';

/** Everything that can be typed, whichever kind it is for: changing the kind and back loses nothing. */
export type MediaHostForm = {
  kind: MediaHostKind;
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  pathStyle: boolean;
  accessKeyId: string;
  hours: string;
  url: string;
  user: string;
  publicUrl: string;
  host: string;
  port: string;
  folder: string;
  signIn: 'password' | 'key';
} & Record<MediaHostSecretName, string>;
export type FormField = Exclude<keyof MediaHostForm, 'kind' | 'pathStyle' | 'signIn'>;

const HOURS = '6';
const SSH_PORT = '22';

export const emptyForm = (): MediaHostForm => ({
  kind: 's3',
  endpoint: '',
  region: '',
  bucket: '',
  prefix: '',
  pathStyle: false,
  accessKeyId: '',
  hours: HOURS,
  url: '',
  user: '',
  publicUrl: '',
  host: '',
  port: SSH_PORT,
  folder: '',
  signIn: 'password',
  secretAccessKey: '',
  password: '',
  privateKey: '',
  passphrase: '',
});

/** Secrets stay empty: what is stored is never shown. */
export function formOf({ config, stored }: MediaHostView): MediaHostForm {
  const form = { ...emptyForm(), signIn: stored.includes('privateKey') ? 'key' : 'password' } as const;
  if (config.kind === 's3') return { ...form, ...config, hours: String(config.hours) };
  if (config.kind === 'webdav') return { ...form, ...config };
  const { hostKey: _hostKey, ...sftp } = config;
  return { ...form, ...sftp, port: String(sftp.port) };
}

const needed: Readonly<Record<MediaHostKind, readonly FormField[]>> = {
  s3: ['endpoint', 'region', 'bucket', 'accessKeyId', 'hours'],
  webdav: ['url', 'publicUrl'],
  sftp: ['host', 'port', 'user', 'folder', 'publicUrl'],
};

export type FieldProblem = 'address' | 'needed' | 'hours' | 'port' | 'folder';
const wrong: Readonly<Partial<Record<FormField, FieldProblem>>> = {
  endpoint: 'address',
  url: 'address',
  publicUrl: 'address',
  hours: 'hours',
  port: 'port',
  prefix: 'folder',
};

/** What is wrong with what was typed, by field; empty fields only count once the person wants to save. */
export function problemsOf(
  form: MediaHostForm,
  all: boolean,
): Readonly<Partial<Record<FormField, FieldProblem>>> {
  const problems: Partial<Record<FormField, FieldProblem>> = {};
  for (const field of needed[form.kind]) if (all && form[field].trim() === '') problems[field] = 'needed';
  const parsed = mediaHostConfig.safeParse(configOf(form));
  for (const { path } of parsed.error?.issues ?? []) {
    const field = path[0] as FormField;
    if (form[field].trim() !== '') problems[field] ??= wrong[field] ?? 'needed';
  }
  return problems;
}

export function configOf(form: MediaHostForm): MediaHostConfig {
  const { endpoint, region, bucket, prefix, pathStyle, accessKeyId, url, user, publicUrl, host, folder } =
    form;
  if (form.kind === 's3') {
    const hours = Number(form.hours);
    return { kind: 's3', endpoint, region, bucket, prefix, pathStyle, accessKeyId, hours };
  }
  if (form.kind === 'webdav') return { kind: 'webdav', url, user, publicUrl };
  return { kind: 'sftp', host, port: Number(form.port), user, folder, publicUrl, hostKey: null };
}

/** Empty fields keep what is stored; of the two ways into an SFTP server the one that is not chosen is forgotten. */
export function secretsOf(form: MediaHostForm): Input<'mediaHost.save'>['secrets'] {
  const typed = (name: MediaHostSecretName): string | undefined =>
    form[name] === '' ? undefined : form[name];
  if (form.kind === 's3') return { secretAccessKey: typed('secretAccessKey') };
  if (form.kind === 'webdav') return { password: typed('password') };
  return form.signIn === 'password'
    ? { password: typed('password'), privateKey: '', passphrase: '' }
    : { password: '', privateKey: typed('privateKey'), passphrase: typed('passphrase') };
}
