import { describe, expect, test } from 'vitest';
import { namedAnswer } from '@shared/domain/named-answer';
import { mastodonDefaults } from '../../../electron/main/networks/mastodon/capabilities';
import { practiceCapabilities } from '../../../electron/main/networks/practice/capabilities';

describe('an answer on a network that reaches people by their name in the text', () => {
  test('gets the name in front before it is approved', () => {
    expect(namedAnswer('We do.', 'ana@far.example', mastodonDefaults)).toBe('@ana@far.example We do.');
  });

  test.each(['@ana@far.example, we do.', 'We do, @ana@far.example.', 'Yes (@Ana@far.example)!'])(
    'stays as it is when it names the person: %s',
    (text) => {
      expect(namedAnswer(text, 'ana@far.example', mastodonDefaults)).toBe(text);
    },
  );

  test('another name, or a longer one, does not count', () => {
    expect(namedAnswer('@anabel@far.example hi', 'ana@far.example', mastodonDefaults)).toMatch(/^@ana@/);
  });

  test('elsewhere nothing is added', () => {
    expect(namedAnswer('We do.', 'ana', practiceCapabilities)).toBe('We do.');
  });
});
