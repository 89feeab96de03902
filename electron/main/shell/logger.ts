import log from 'electron-log/main';
import { join } from 'node:path';
import type { LogFields, Logger } from '../ports';
import { redact } from './redact';

const MAX_LOG_BYTES = 2_000_000;

/** Diagnostics in a rotating file. Fields are redacted again here, in case a secret slips into an error text. */
export function createLogger(folder: string): Logger {
  log.transports.file.resolvePathFn = () => join(folder, 'candor.log');
  log.transports.file.maxSize = MAX_LOG_BYTES;
  log.transports.console.level = process.env['CANDOR_LOG'] === 'console' ? 'debug' : 'warn';
  const line = (message: string, fields: LogFields = {}): string =>
    redact(`${message} ${JSON.stringify(fields)}`);
  return {
    debug: (message, fields) => log.debug(line(message, fields)),
    info: (message, fields) => log.info(line(message, fields)),
    warn: (message, fields) => log.warn(line(message, fields)),
    error: (message, fields) => log.error(line(message, fields)),
  };
}
