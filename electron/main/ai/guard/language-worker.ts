import { parentPort } from 'node:worker_threads';
import { eld } from 'eld/small';

/** Loading the n-grams takes a quarter of a second: too long for the thread that serves the window. */
export type LanguageQuestion = { readonly id: number; readonly text: string };
export type LanguageAnswer = { readonly id: number; readonly language: string | null };

parentPort?.on('message', ({ id, text }: LanguageQuestion) => {
  const found = eld.detect(text);
  const language = found.language !== '' && found.isReliable() ? found.language : null;
  parentPort?.postMessage({ id, language } satisfies LanguageAnswer);
});
