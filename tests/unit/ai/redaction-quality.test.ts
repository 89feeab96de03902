import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../electron/main/ai/guard/redact';

/** Sentences of a synthetic set, with one value each. Made up; no complete coverage is claimed. */
const frames: Readonly<Record<string, readonly string[]>> = {
  en: [
    'My details are {}, please help.',
    'Hi! You can reach me: {}',
    '{} - that is me',
    'I already gave you {} last week',
  ],
  de: [
    'Meine Angaben sind {}, bitte helfen Sie.',
    'Hallo! Erreichbar unter: {}',
    '{} - das bin ich',
    'Ich habe {} schon genannt',
  ],
  fr: ['Mes coordonnées : {}, merci.', 'Bonjour ! Voici {}', '{} - c’est moi', 'J’ai déjà donné {} hier'],
  es: ['Mis datos son {}, gracias.', '¡Hola! Aquí tiene: {}', '{} - soy yo', 'Ya les di {} ayer'],
  it: ['I miei dati sono {}, grazie.', 'Ciao! Ecco: {}', '{} - sono io', 'Ho già dato {} ieri'],
  pt: ['Os meus dados são {}, obrigado.', 'Olá! Aqui está: {}', '{} - sou eu', 'Já dei {} ontem'],
  ru: ['Мои данные: {}, спасибо.', 'Привет! Вот: {}', '{} - это я', 'Я уже давал {} вчера'],
  ja: ['私の情報は {} です。', 'こちらです: {}', '{} - 私です', '先週 {} を伝えました'],
};
const values: Readonly<Record<string, readonly string[]>> = {
  EMAIL: ['ana.ruiz@mail.example', 'j+x@sub.domain.example', 'müller@post.example', 'INFO@SHOP.EXAMPLE'],
  PHONE: [
    '+49 30 1234567',
    '+1 (415) 555-0132',
    '0049 151 23456789',
    '030 123456789',
    '(415) 555-0132',
    '+81-3-1234-5678',
    '+7 912 345-67-89',
  ],
  IBAN: [
    'DE89 3704 0044 0532 0130 00',
    'GB82WEST12345698765432',
    'FR1420041010050500013M02606',
    'NL91ABNA0417164300',
  ],
  CARD: ['4111 1111 1111 1111', '5500-0000-0000-0004', '340000000000009', '6011000990139424'],
  IP: ['192.168.10.20', '2001:db8::ff00:42:8329', '10.0.0.1'],
  URL: [
    'https://joe:pw@host.example/x',
    'https://social.example/@joe',
    'https://shop.example/reset?token=abc123',
  ],
  HANDLE: ['@someone.example', '@some_one', '@joe-99.bsky.example'],
  PERSON: ['Ana Belén Ruiz', 'Belén', 'Ana'],
};
/** Numbers and words that look like personal data and are none. */
const harmless = [
  'order 20261122334455',
  '2026-11-22',
  '22.11.2026 10:44',
  '1.299,00 EUR',
  '10,000,000',
  'v1.2.3',
  'https://shop.example/items/123456789',
  '#12345678',
  'size 42/44',
  '3 for 2',
  '100 %',
  'Banana',
  'room 12-14',
  '08:00-17:30',
  'SKU AB12-CD34',
];

const redact = (text: string) =>
  createRedactor([{ name: 'Ana Belén Ruiz', handle: 'ana.example' }]).redact(text);

describe('redaction, measured on a synthetic set', () => {
  const rows = Object.entries(values).map(([type, list]) => {
    const byLanguage = Object.entries(frames).map(([language, sentences]) => {
      const cases = list.flatMap((value) =>
        sentences.map((sentence) => ({ value, text: redact(sentence.replace('{}', value)) })),
      );
      const hit = cases.filter(
        ({ value, text }) => text.includes(`[${type}_1]`) && !text.includes(value),
      ).length;
      return { language, recall: hit / cases.length };
    });
    return {
      type,
      byLanguage,
      recall: byLanguage.reduce((sum, { recall }) => sum + recall, 0) / byLanguage.length,
    };
  });
  const quiet = Object.values(frames).flatMap((sentences) =>
    sentences.flatMap((sentence) => harmless.map((text) => sentence.replace('{}', text))),
  );
  const wrong = quiet.filter((text) => redact(text) !== text);

  it.each(rows)('finds at least 95 % of $type in every language', ({ type, byLanguage, recall }) => {
    console.log(`recall ${type} ${(recall * 100).toFixed(1)} %`);
    expect(byLanguage.filter((row) => row.recall < 0.95)).toEqual([]);
  });
  it('leaves at least 98 % of what is no personal data alone', () => {
    console.log(`left alone ${((1 - wrong.length / quiet.length) * 100).toFixed(1)} % of ${quiet.length}`);
    expect(wrong.length / quiet.length).toBeLessThanOrEqual(0.02);
  });
});
