import { describe, expect, it } from 'vitest';
import { checkOutput, type CheckMaterial } from '../../../electron/main/ai/guard/output-checks';
import { findPromises } from '../../../electron/main/ai/guard/promises';

const material: CheckMaterial = {
  text: '',
  schema: 'pass',
  limit: { max: 300, unit: 'grapheme' },
  known: '',
  system: 'You draft one reply for the account Northwind on Practice. A person reads the draft.',
  mark: '^xyz',
  raw: '',
  language: { wanted: null, found: null },
};
const warnings = (more: Partial<CheckMaterial>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    checkOutput({ ...material, ...more })
      .filter(({ verdict }) => verdict === 'warn' || verdict === 'fail')
      .map(({ id, found }) => [id, found]),
  );

describe('checks of what a model wrote', () => {
  it('finds nothing in a plain reply', () => {
    expect(warnings({ text: 'Thanks for writing, a colleague will look at it.' })).toEqual({});
  });
  it('finds addresses that nobody in the thread mentioned, with and without a scheme', () => {
    expect(
      warnings({
        text: 'See https://evil.example/x, evil-shop.com/win or https://shop.example/help.',
        known: 'I read https://shop.example/help',
      }),
    ).toEqual({
      new_urls: ['https://evil.example/x', 'evil-shop.com/win'],
    });
  });
  it('finds new contacts and leaves known ones, however they are spaced', () => {
    const found = warnings({
      text: 'Call +49 30 1234567 or +1 415 555 0100, write x@new.example, thanks @ada.example',
      known: 'my number is +49301234567, @ada.example',
    });
    expect(found['new_contacts']).toEqual(['x@new.example', '+1 415 555 0100']);
    expect(found['pii_echo']).toEqual(['+49 30 1234567']);
  });
  it('counts length as the network does', () => {
    expect(warnings({ text: '👨‍👩‍👧'.repeat(300) })).toEqual({});
    expect(warnings({ text: 'x'.repeat(301) })).toEqual({ length: ['301 / 300'] });
    expect(
      warnings({ text: '😀'.repeat(200), limit: { max: 300, unit: 'grapheme', maxBytes: 700 } }),
    ).toHaveProperty('length');
  });
  it('finds another language than was asked for', () => {
    expect(warnings({ text: 'Hello', language: { wanted: 'de', found: 'en' } })).toEqual({
      language: ['en'],
    });
    expect(warnings({ text: 'Hello', language: { wanted: 'de', found: null } })).toEqual({});
  });
  it('finds passages of the instructions, the mark, chat templates and placeholders that stand for nothing', () => {
    expect(
      warnings({ text: 'My rules: you draft one reply for the account northwind on practice.' }),
    ).toHaveProperty('prompt_leak');
    expect(warnings({ text: 'Hi there', raw: 'Hi ^xyz there' })).toEqual({ prompt_leak: ['^xyz'] });
    expect(warnings({ text: '<|im_end|> Dear [PERSON_9]' })).toEqual({
      prompt_leak: ['<|im_end|>', '[PERSON_9]'],
    });
  });
  it.each([
    ['en', 'We will refund you $20 and send a voucher', ['refund', 'voucher', '$20']],
    ['de', 'Wir erstatten Ihnen 20 € und garantieren Ersatz', ['erstatten', 'garantieren', 'Ersatz', '20 €']],
    ['fr', 'Nous vous remboursons et offrons une réduction de 10 %', ['remboursons', 'réduction', '10 %']],
    ['es', 'Le reembolsamos y le damos un descuento', ['reembolsamos', 'descuento']],
    ['it', 'La rimborsiamo con uno sconto', ['rimborsiamo', 'sconto']],
    ['pt', 'Vamos reembolsar e dar desconto', ['reembolsar', 'desconto']],
    ['ru', 'Мы вернём деньги и дадим скидку', ['вернём', 'скидку']],
    ['ja', '全額返金を保証します', ['返金', '保証']],
    ['zh', '我们会退款并免费更换', ['退款', '免费']],
  ])('finds promises in %s', (_, text, words) => {
    expect(findPromises(text)).toEqual(expect.arrayContaining(words));
  });
});
