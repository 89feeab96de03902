import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../electron/main/ai/answer';

const text = 'Hi "Ana"\n\\o/ 😀 é — done';
const object = JSON.stringify({ text, assumes: 'The order exists.' });

describe('the text in what a model sends', () => {
  it('reads the object asked for', () => {
    expect(readAnswer(object, true)).toEqual({ text, assumes: 'The order exists.', shape: 'pass' });
  });
  it('shows only the growth of the text, at any cut', () => {
    const escaped = `{"assumes": null, "text": "Hi \\"Ana\\"\\n\\\\o/ \\ud83d\\ude00 \\u00e9 — done"}`;
    let before = '';
    for (let at = 0; at <= escaped.length; at += 1) {
      const { text: shown } = readAnswer(escaped.slice(0, at), false);
      expect(text.startsWith(shown)).toBe(true);
      expect(shown.length).toBeGreaterThanOrEqual(before.length);
      before = shown;
    }
    expect(before).toBe(text);
  });
  it.each([
    ['fenced', '```json\n' + object + '\n```'],
    ['after thinking', `<think>maybe {"text":"no"}</think>\n${object}`],
    ['followed by chatter', `${object}\nHope this helps`],
    ['with leading space', `  \n${object}`],
  ])('reads an object that is %s', (_, received) => {
    expect(readAnswer(received, true)).toMatchObject({ text, shape: 'pass' });
    for (let at = 0; at <= received.length; at += 1)
      expect(text.startsWith(readAnswer(received.slice(0, at), false).text)).toBe(true);
  });
  it('takes plain text as it is', () => {
    expect(readAnswer('Just words. ', true)).toEqual({ text: 'Just words.', assumes: null, shape: 'plain' });
  });
  it('keeps what could be read of half an object and calls it broken', () => {
    expect(readAnswer('{"text": "Hello wor', true)).toEqual({
      text: 'Hello wor',
      assumes: null,
      shape: 'broken',
    });
    expect(readAnswer('{"text": "Hello \\u00', true).text).toBe('Hello ');
    expect(readAnswer('{"text": 5, "assumes": []}', true)).toEqual({
      text: '',
      assumes: null,
      shape: 'broken',
    });
    expect(readAnswer('{"nested": {"text": "no"}, "other": "text"', true).text).toBe('');
  });
  it('does not show thoughts that never end', () => {
    expect(readAnswer('<think>I wonder', true).text).toBe('');
  });
  it('does not run code or prototypes from JSON', () => {
    const read = readAnswer('{"__proto__": {"text": "evil"}, "text": "good", "assumes": null}', true);
    expect(read.text).toBe('good');
    expect(({} as { text?: string }).text).toBeUndefined();
  });
});
