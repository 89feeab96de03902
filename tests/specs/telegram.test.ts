import { describe, expect, it } from 'vitest';
import { bodyShape, textShapeOf } from './shapes';
import { telegramChecker } from './telegram';

const field = (name: string, types: readonly string[], required = false) => ({ name, types, required });
const check = telegramChecker({
  methods: {
    getMe: {},
    sendPhoto: {
      fields: [
        field('chat_id', ['Integer', 'String'], true),
        field('photo', ['InputFile', 'String'], true),
        field('reply_parameters', ['ReplyParameters']),
      ],
    },
    sendMediaGroup: {
      fields: [
        field('chat_id', ['Integer', 'String'], true),
        field('media', ['Array of InputMediaPhoto', 'Array of InputMediaVideo'], true),
      ],
    },
  },
  types: {
    ReplyParameters: { fields: [field('message_id', ['Integer'], true)] },
    InputMediaPhoto: { fields: [field('type', ['String'], true), field('media', ['String'], true)] },
    InputMediaVideo: {
      fields: [
        field('type', ['String'], true),
        field('media', ['String'], true),
        field('width', ['Integer']),
      ],
    },
  },
});
const problems = (method: string, body?: unknown, query: Record<string, string> = {}) =>
  check({
    network: 'telegram',
    test: 'this one',
    method: 'POST',
    path: `/bot:token/${method}`,
    query: Object.entries(query).map(([name, value]) => [name, textShapeOf(value, name)]),
    contentType: 'application/json',
    body:
      body instanceof FormData ? bodyShape(body, '') : bodyShape(JSON.stringify(body), 'application/json'),
  }).problems;

describe('the check against the Bot API', () => {
  it('lets pass what the method takes, in the address or in the body', () => {
    expect(problems('getMe', {})).toEqual([]);
    expect(
      problems('sendPhoto', { photo: 'id', reply_parameters: { message_id: 3 } }, { chat_id: '5' }),
    ).toEqual([]);
  });

  it('reports unknown methods, unknown and missing fields, and values of another kind', () => {
    expect(problems('sendNothing', {})).toEqual(['unknown method']);
    expect(problems('sendPhoto', { chat_id: '@me', caption: 'x' })).toEqual([
      'photo: missing',
      'caption: unknown',
    ]);
    expect(problems('sendPhoto', { chat_id: true, photo: 'x' })).toEqual([
      'chat_id: boolean instead of Integer',
    ]);
    expect(problems('sendPhoto', { chat_id: 1, photo: 'x', reply_parameters: { id: 3 } })).toEqual([
      'reply_parameters.message_id: missing',
      'reply_parameters.id: unknown',
    ]);
  });

  it('looks into lists of objects and into the JSON of forms, where files are attached by name', () => {
    const form = new FormData();
    form.set('chat_id', '1');
    form.set('media', JSON.stringify([{ type: 'video', media: 'attach://a', width: 3 }]));
    form.set('a', new Blob(['x']), 'a.mp4');
    expect(problems('sendMediaGroup', form)).toEqual([]);
    form.set('media', JSON.stringify([{ type: 'photo', media: 'attach://a', colour: 3 }]));
    expect(problems('sendMediaGroup', form)).toEqual(['media[].colour: unknown']);
  });
});
