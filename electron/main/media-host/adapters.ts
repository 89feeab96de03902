import type { MediaHostConfig, MediaHostSecrets } from '@shared/domain/media-host';
import type { HostAdapter } from './host';
import type { HostHttp } from './request';
import { createS3Host } from './s3';
import { createSftpHost } from './sftp';
import { createWebdavHost } from './webdav';

export type MakeHost = (
  config: MediaHostConfig,
  secrets: MediaHostSecrets,
  onHostKey?: (fingerprint: string) => void,
) => HostAdapter;

export const hostMaker =
  (deps: HostHttp): MakeHost =>
  (config, secrets, onHostKey) => {
    if (config.kind === 's3')
      return createS3Host({ ...deps, config, secretAccessKey: secrets.secretAccessKey ?? '' });
    if (config.kind === 'webdav')
      return createWebdavHost({ ...deps, config, password: secrets.password ?? '' });
    return createSftpHost({ config, secrets, ...(onHostKey && { onHostKey }) });
  };
