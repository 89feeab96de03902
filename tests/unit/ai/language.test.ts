import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createLanguageDetector,
  languageName,
  type LanguageDetector,
} from '../../../electron/main/ai/guard/language';
import createLanguageWorker from '../../../electron/main/ai/guard/language-worker?nodeWorker';
import { createManualClock, createRecordingLogger, systemClock } from '../../fakes/ports';

let language: LanguageDetector;
beforeAll(() => {
  language = createLanguageDetector({
    makeWorker: () => createLanguageWorker({}),
    clock: systemClock,
    log: createRecordingLogger(),
  });
});
afterAll(() => language.close());

describe('the language of a message', () => {
  it.each([
    ['en', 'Hello, where is my order? It is late.'],
    ['de', 'Guten Tag, wo bleibt meine Bestellung?'],
    ['fr', 'Bonjour, où est ma commande ?'],
    ['es', 'Hola, ¿dónde está mi pedido?'],
    ['it', 'Buongiorno, dove si trova il mio ordine?'],
    ['pt', 'Olá, onde está a minha encomenda?'],
    ['ru', 'Здравствуйте, где мой заказ?'],
    ['ja', '注文はどこですか'],
    ['zh', '我的订单在哪里'],
    ['ko', '제 주문은 어디에 있나요'],
    ['ar', 'مرحبا، أين طلبي؟ لقد تأخر كثيرا'],
  ])('is %s for "%s"', async (code, text) => {
    expect(await language.detect(text)).toBe(code);
  });
  it.each(['ok 👍', '', '@ada.example https://shop.example/a', '12:30'])(
    'is not guessed from "%s"',
    async (text) => {
      expect(await language.detect(text)).toBeNull();
    },
  );
  it('has a name for the prompt', () => {
    expect(languageName('de')).toBe('German');
  });
  it('is asked of one worker, which stops when idle and starts again when needed', async () => {
    let started = 0;
    const clock = createManualClock();
    const idle = createLanguageDetector({
      makeWorker: () => {
        started += 1;
        return createLanguageWorker({});
      },
      clock,
      log: createRecordingLogger(),
    });
    await Promise.all([
      idle.detect('Hello, where is my order?'),
      idle.detect('Guten Tag, wo bleibt meine Bestellung?'),
    ]);
    expect(started).toBe(1);
    clock.advance(61_000);
    expect(await idle.detect('Bonjour, où est ma commande ?')).toBe('fr');
    expect(started).toBe(2);
    idle.close();
  });
});
