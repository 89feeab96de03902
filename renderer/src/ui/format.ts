import { ref } from 'vue';
import { t, textLocale } from '@/text/i18n';

/** The person's own form of the window's language (en-GB, en-US), so that dates read as they are used to. */
const formatLocale = (): string =>
  navigator.languages.find((tag) => tag.startsWith(textLocale())) ?? textLocale();

/** The zone that times are shown in; the frame sets it from the settings. */
export const displayZone = ref(new Intl.DateTimeFormat().resolvedOptions().timeZone);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(
  options: Intl.DateTimeFormatOptions,
  zone: string,
  locale = formatLocale(),
): Intl.DateTimeFormat {
  const key = `${locale}|${zone}|${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
  cache.set(key, made);
  return made;
}

const at = (instant: number, options: Intl.DateTimeFormatOptions, zone = displayZone.value): string =>
  formatter(options, zone).format(instant);

/** Millionths of a dollar; small prices keep as many digits as they need. */
export const formatMicroDollars = (micro: number): string =>
  new Intl.NumberFormat(formatLocale(), {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: micro !== 0 && Math.abs(micro) < 100_000 ? 3 : 2,
  }).format(micro / 1_000_000);

const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** 08:41 */
export const formatClock = (instant: number, zone?: string): string => at(instant, CLOCK, zone);
/** 19 Nov 2026 */
export const formatDate = (instant: number, zone?: string): string =>
  at(instant, { day: 'numeric', month: 'short', year: 'numeric' }, zone);
/** Thu, 19 Nov, 08:41 */
export const formatDayTime = (instant: number, zone?: string): string =>
  at(instant, { weekday: 'short', day: 'numeric', month: 'short', ...CLOCK }, zone);
/** Thursday, 19 November 2026 at 08:41:10 CET: where exactness matters. */
export const formatExact = (instant: number, zone?: string): string =>
  at(instant, { dateStyle: 'full', timeStyle: 'long' }, zone);
/** CET. American English names only American zones, so British English is asked before an offset is shown. */
export function zoneName(instant: number, zone = displayZone.value): string {
  const names = [formatLocale(), 'en-GB'].map((locale) => shortZoneName(instant, zone, locale));
  return names.find((name) => !/^(GMT|UTC)[+-]/.test(name)) ?? names[0] ?? zone;
}

function shortZoneName(instant: number, zone: string, locale: string): string {
  const parts = formatter({ timeZoneName: 'short' }, zone, locale).formatToParts(instant);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

const dayKey = (instant: number): string =>
  at(instant, { year: 'numeric', month: '2-digit', day: '2-digit' });

/** For a list: the clock today, "Yesterday", the weekday within a week, else the date. */
export function formatRecent(instant: number, now: number): string {
  if (dayKey(instant) === dayKey(now)) return formatClock(instant);
  if (dayKey(instant) === dayKey(now - DAY)) return relativeDay(-1);
  if (now - instant < 6 * DAY && instant < now) return at(instant, { weekday: 'short' });
  const sameYear = at(instant, { year: 'numeric' }) === at(now, { year: 'numeric' });
  return at(instant, { day: 'numeric', month: 'short', ...(sameYear ? {} : { year: 'numeric' }) });
}

function relativeDay(days: number): string {
  const text = new Intl.RelativeTimeFormat(textLocale(), { numeric: 'auto' }).format(days, 'day');
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** 3 h 12 min; 45 min; 2 d */
export function formatDuration(ms: number): string {
  if (ms < MINUTE) return t('common.now');
  if (ms < HOUR) return t('common.minutes', { n: Math.floor(ms / MINUTE) });
  if (ms >= 2 * DAY) return t('common.days', { n: Math.floor(ms / DAY) });
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const hours = Math.floor(ms / HOUR);
  return minutes === 0 ? t('common.hours', { n: hours }) : t('common.hoursMinutes', { h: hours, m: minutes });
}

/** How often something happens: 30 s; 2 min. */
export const formatInterval = (ms: number): string =>
  ms < MINUTE ? t('common.seconds', { n: Math.round(ms / 1_000) }) : formatDuration(ms);

export const formatNumber = (value: number): string => new Intl.NumberFormat(formatLocale()).format(value);

export const formatPercent = (milli: number): string =>
  new Intl.NumberFormat(formatLocale(), { style: 'percent', maximumFractionDigits: 1 }).format(milli / 1000);

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
export function formatBytes(bytes: number): string {
  const step = Math.min(BYTE_UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(formatLocale(), {
    style: 'unit',
    unit: BYTE_UNITS[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(bytes / 1000 ** step);
}

/** The name of a language in the language of the window: "Japanese" for `ja`. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([textLocale()], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag; // not a well-formed tag: shown as the network gave it
  }
}
