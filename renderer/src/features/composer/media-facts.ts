import type { Media } from '@shared/ipc/composer';
import { t } from '@/text/i18n';
import { formatBytes } from '@/ui/format';

export const isVideo = ({ mime }: Pick<Media, 'mime'>): boolean => mime.startsWith('video/');

/** 0:07, 12:30, 1:02:05: as players show it. */
export function formatLength(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** What it is, how long and how large, in one line. */
export function factsLine(item: Media): string {
  const kind = isVideo(item) ? t('media.video') : t('media.image');
  const size = formatBytes(item.bytes);
  return item.seconds === null
    ? t('media.facts', { kind, size })
    : t('media.factsVideo', { kind, size, length: formatLength(item.seconds) });
}
