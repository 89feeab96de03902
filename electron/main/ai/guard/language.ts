import type { Worker } from 'node:worker_threads';
import type { Clock, Logger } from '../../ports';
import type { LanguageAnswer } from './language-worker';

/** Tells the language of short texts, in a worker that starts at the first question and stops when idle. */
export type LanguageDetector = {
  /** ISO 639-1 code, or null where the text does not tell. */
  readonly detect: (text: string) => Promise<string | null>;
  readonly close: () => void;
};
export type LanguageDeps = { readonly makeWorker: () => Worker; readonly clock: Clock; readonly log: Logger };

const IDLE_MS = 60_000;
const PATIENCE_MS = 3_000;
/** Below this a guess is worth nothing, except where the script itself tells. */
const MIN_LETTERS = 12;

/** Scripts that one language uses, for texts too short for statistics. */
const byScript: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
  [/\p{Script=Thai}/u, 'th'],
  [/\p{Script=Hebrew}/u, 'he'],
  [/\p{Script=Greek}/u, 'el'],
];

export function createLanguageDetector({ makeWorker, clock, log }: LanguageDeps): LanguageDetector {
  let worker: Worker | undefined;
  let cancelIdle: (() => void) | undefined;
  let lastId = 0;
  const waiting = new Map<number, (language: string | null) => void>();

  const stop = (): void => {
    cancelIdle?.();
    for (const answer of waiting.values()) answer(null);
    waiting.clear();
    void worker?.terminate();
    worker = undefined;
  };
  const start = (): Worker => {
    const made = makeWorker();
    made.unref();
    made.on('message', ({ id, language }: LanguageAnswer) => waiting.get(id)?.(language));
    made.on('error', (error) => {
      log.warn('language detection stopped', { reason: error instanceof Error ? error.name : 'unknown' });
      stop();
    });
    return made;
  };
  const ask = (text: string): Promise<string | null> =>
    new Promise((resolve) => {
      const id = (lastId += 1);
      // A draft in the wrong language is better than none: the question has an end.
      const cancelPatience = clock.after(PATIENCE_MS, () => waiting.get(id)?.(null));
      waiting.set(id, (language) => {
        cancelPatience();
        waiting.delete(id);
        resolve(language);
      });
      cancelIdle?.();
      cancelIdle = clock.after(IDLE_MS, stop);
      worker ??= start();
      worker.postMessage({ id, text });
    });

  return {
    detect: (text) => {
      const plain = text.replace(/https?:\S+|[@#][\p{L}\p{N}_.-]+|\[[A-Z]+_\d+\]/gu, ' ').slice(0, 2_000);
      const script = byScript.find(([pattern]) => pattern.test(plain))?.[1];
      if (script) return Promise.resolve(script);
      const letters = plain.replace(/[^\p{L}]/gu, '').length;
      return letters < MIN_LETTERS ? Promise.resolve(null) : ask(plain);
    },
    close: stop,
  };
}

/** "German" for `de`; the code itself where no name is known. */
export const languageName = (code: string): string =>
  new Intl.DisplayNames(['en'], { type: 'language', fallback: 'code' }).of(code) ?? code;
