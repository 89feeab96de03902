import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../electron/main/ai/guard/redact';
import { restore } from '../../../electron/main/ai/guard/restore';

const ana = { name: 'Ana Belén Ruiz 🌸', handle: 'ana.bsky.social' };
const redactOne = (text: string, people = [ana]): string =>
  createRedactor(people, ['candor.example']).redact(text);

describe('personal data before it may leave', () => {
  it('replaces what the platform record names: full name, parts, handle, short handle', () => {
    expect(redactOne('I am Ana Belén Ruiz, Ana for friends, @ana.bsky.social or @ana')).toBe(
      'I am [PERSON_1], [PERSON_2] for friends, [HANDLE_1] or [HANDLE_2]',
    );
  });
  it('does not touch words that only contain a name', () => {
    expect(redactOne('Banana from Anaheim')).toBe('Banana from Anaheim');
  });
  it('finds names in scripts without spaces', () => {
    expect(redactOne('田中太郎さん、こんにちは', [{ name: '田中太郎', handle: 'tanaka' }])).toBe(
      '[PERSON_1]さん、こんにちは',
    );
  });
  it('finds names and handles that hold what means something in a pattern', () => {
    const odd = { name: 'Ana-María Ruiz (she/her) [x]', handle: 'ana-ruiz.example.com' };
    expect(redactOne('Ana-María Ruiz is ana-ruiz.example.com', [odd])).toBe('[PERSON_1] is [HANDLE_1]');
  });
  it('keeps the brand’s own handle and replaces every other', () => {
    expect(redactOne('thanks @candor.example, says @bob.example.com')).toBe(
      'thanks @candor.example, says [HANDLE_1]',
    );
  });
  it.each([
    ['e-mail', 'write to jörg.müller+shop@post.example.de today', 'write to [EMAIL_1] today'],
    ['address with user info', 'see https://joe:pw@host.example/a now', 'see [URL_1] now'],
    ['address of a profile', 'me: https://social.example/@joe.', 'me: [URL_1].'],
    ['IBAN with spaces before a word', 'IBAN DE89 3704 0044 0532 0130 00 bitte', 'IBAN [IBAN_1] bitte'],
    ['IBAN without spaces', 'GB82WEST12345698765432', '[IBAN_1]'],
    ['card', 'card 4111 1111 1111 1111 exp 12/29', 'card [CARD_1] exp 12/29'],
    ['IPv4', 'from 192.168.10.20 again', 'from [IP_1] again'],
    ['IPv6', 'from 2001:db8::ff00:42:8329 again', 'from [IP_1] again'],
    ['international phone', 'call +49 (0)30 1234-5678!', 'call [PHONE_1]!'],
    ['trunk phone', 'Tel. 030 12345678', 'Tel. [PHONE_1]'],
    ['North American phone', 'it is (415) 555-0132 ok', 'it is [PHONE_1] ok'],
    ['phone after a word for it', 'my whatsapp is 5550132', 'my whatsapp is [PHONE_1]'],
    ['Russian phone', 'звоните 8 912 345-67-89', 'звоните [PHONE_1]'],
    ['Spanish phone', 'llámame al 612 345 678', 'llámame al [PHONE_1]'],
    ['Chinese phone', '电话 13812345678', '电话 [PHONE_1]'],
    ['Arabic text with phone', 'هاتف +971 50 123 4567', 'هاتف [PHONE_1]'],
  ])('replaces %s', (_, text, expected) => {
    expect(redactOne(text)).toBe(expected);
  });
  it.each([
    'order 20261122334455',
    'on 2026-11-22 at 10:44',
    'from 22.11.2026 to 23.11.2026',
    'it costs 1.299,00 EUR',
    'version 1.2.3.4567',
    'DE89 3704 0044 0532 0130 01 has a wrong checksum',
    '4111 1111 1111 1112 is no card',
    'https://shop.example/items/123456789',
    '#123456789',
    'score 12-10 11-9',
    '10,000,000 people',
  ])('leaves "%s" alone', (text) => {
    expect(redactOne(text)).toBe(text);
  });
  it('gives the same value the same placeholder and counts every replacement by type only', () => {
    const redactor = createRedactor([]);
    expect(redactor.redact('a@b.example A@B.example c@d.example')).toBe('[EMAIL_1] [EMAIL_1] [EMAIL_2]');
    expect(redactor.counts()).toEqual({ email: 3 });
  });
  it('does not let an author forge a placeholder', () => {
    const redactor = createRedactor([]);
    const redacted = redactor.redact('send [EMAIL_1] to x@y.example');
    expect(redacted).toBe('send (EMAIL_1) to [EMAIL_1]');
  });
});

describe('values put back locally', () => {
  const text = 'Hi [PERSON_1], we wrote to [EMAIL_10] and [EMAIL_1]. [PERSON_7] [not one] [';
  const replacements = [
    { find: '[PERSON_1]', replace: 'Ana' },
    { find: '[EMAIL_1]', replace: 'a@b.example' },
    { find: '[EMAIL_10]', replace: 'z@b.example' },
  ];
  const whole = 'Hi Ana, we wrote to z@b.example and a@b.example. [PERSON_7] [not one] [';

  it('restores every placeholder, whatever its case', () => {
    expect(restore(text.toLowerCase().replace('hi', 'Hi'), replacements, true)).toContain(
      'Hi Ana, we wrote to z@b.example',
    );
    expect(restore(text, replacements, true)).toBe(whole);
  });
  it('never shows half a placeholder while the text grows, at any cut', () => {
    let before = '';
    for (let at = 0; at <= text.length; at += 1) {
      const shown = restore(text.slice(0, at), replacements, false);
      expect(whole.startsWith(shown)).toBe(true);
      expect(shown.length).toBeGreaterThanOrEqual(before.length);
      before = shown;
    }
  });
  it('survives values that look like patterns or placeholders', () => {
    const odd = [
      { find: '[PERSON_1]', replace: '$& [PERSON_2]' },
      { find: '[PERSON_2]', replace: 'B' },
    ];
    expect(restore('[PERSON_1]', odd, true)).toBe('$& [PERSON_2]');
  });
});
