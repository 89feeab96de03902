import { describe, expect, it } from 'vitest';
import { attachmentOf, mediaOf, textOf } from '../../electron/main/networks/telegram/attachments';
import { message } from '../../electron/main/networks/telegram/wire';
import { ANA } from '../servers/telegram/store';
import { errorOf } from './outcome';
import { network, opened, pull, stub, test, useTelegram } from './telegram-context';

const size = (name: string, side: number, bytes = 1_000) => ({
  file_id: name,
  file_unique_id: `u${name}`,
  file_size: bytes,
  width: side,
  height: Math.round(side * 0.75),
});
const sent = (fields: object) =>
  message.parse({
    message_id: 5,
    date: 1_790_000_000,
    chat: { id: ANA, type: 'private', first_name: 'Ana' },
    from: { id: ANA, is_bot: false, first_name: 'Ana' },
    ...fields,
  });
const thumbnail = size('thumb', 320);
const film = { file_id: 'film', file_unique_id: 'f', width: 1280, height: 720, duration: 9 };
const paper = { file_id: 'paper', file_unique_id: 'p', file_name: 'bill.pdf', mime_type: 'application/pdf' };
const shot = { file_id: 'shot', file_unique_id: 's', file_name: 'screen.png', mime_type: 'image/png' };
const sticker = {
  file_id: 'stick',
  file_unique_id: 's',
  type: 'regular',
  width: 512,
  height: 512,
  emoji: '👋',
};

describe('what of a message in Telegram can be shown', () => {
  it.each<[string, object, string, string, string]>([
    ['a photo', { photo: [size('s', 90), size('m', 320)] }, '[photo]', 'image', 'm'],
    ['a video', { video: { ...film, thumbnail } }, '[video]', 'video', 'thumb'],
    [
      'a video with a cover',
      { video: { ...film, thumbnail, cover: [size('c', 900)] } },
      '[video]',
      'video',
      'c',
    ],
    ['an animation', { animation: { ...film, thumbnail }, document: paper }, '[animation]', 'video', 'thumb'],
    ['a round video', { video_note: { ...film, thumbnail } }, '[video message]', 'video', 'thumb'],
    ['a file with a still', { document: { ...paper, thumbnail } }, '[file: bill.pdf]', 'other', 'thumb'],
    [
      'a picture as a file',
      { document: { ...shot, file_size: 9_000 } },
      '[file: screen.png]',
      'image',
      'shot',
    ],
    [
      'a large picture as a file',
      { document: { ...shot, file_size: 9_000_000, thumbnail } },
      '[file: screen.png]',
      'other',
      'thumb',
    ],
    ['a sticker', { sticker: { ...sticker, thumbnail } }, '[sticker: 👋]', 'image', 'stick'],
    [
      'a moving sticker',
      { sticker: { ...sticker, is_animated: true, thumbnail } },
      '[sticker: 👋]',
      'image',
      'thumb',
    ],
    [
      'a sticker that is a video',
      { sticker: { ...sticker, is_video: true, thumbnail } },
      '[sticker: 👋]',
      'image',
      'thumb',
    ],
  ])('%s', (_what, fields, text, kind, file) => {
    const found = sent(fields);
    expect(mediaOf(found)).toEqual([{ kind, url: `network:${file}`, alt: text.slice(1, -1) }]);
    expect(textOf(found)).toBe(text);
  });

  it.each<[string, object, string]>([
    ['a video without a still', { video: film }, '[video]'],
    ['a file without a still', { document: paper }, '[file: bill.pdf]'],
    ['a picture as a file whose size is not told', { document: shot }, '[file: screen.png]'],
    ['a moving sticker without a still', { sticker: { ...sticker, is_animated: true } }, '[sticker: 👋]'],
    ['a photo of an unknown shape', { photo: [{ file_id: 7 }] }, '[photo]'],
    ['a voice message', { voice: { file_id: 'v', duration: 3 } }, '[voice message]'],
    ['a poll', { poll: { question: 'Tea?' } }, '[poll: Tea?]'],
  ])('nothing of %s, which is named in words', (_what, fields, text) => {
    const found = sent({ ...fields, caption: 'Look' });
    expect(mediaOf(found)).toEqual([]);
    expect(textOf(found)).toBe(`${text}\nLook`);
  });

  it('beside words the picture tells what it is; only the name of a file is kept', () => {
    const photo = sent({ photo: [size('m', 800)], caption: 'My cat' });
    expect([textOf(photo), mediaOf(photo)[0]?.alt]).toEqual(['My cat', 'My cat']);
    expect(textOf(sent({ document: { ...paper, thumbnail }, caption: 'Here' }))).toBe(
      '[file: bill.pdf]\nHere',
    );
    expect(attachmentOf(sent({ text: 'Only words' }))).toBeUndefined();
  });

  it('a photo comes in the smallest size that is large enough, and never in one that is not fetched', () => {
    const fileOf = (...photo: object[]) => mediaOf(sent({ photo }))[0]?.url;
    expect(fileOf(size('l', 1280), size('s', 90), size('m', 800))).toBe('network:m');
    expect(fileOf(size('s', 90), size('m', 600))).toBe('network:m');
    expect(fileOf(size('m', 600), size('l', 1280, 6_000_000))).toBe('network:m');
  });
});

describe('opening a file in Telegram', () => {
  useTelegram();
  const photo = () => stub.files.add({ bytes: Buffer.from('photo') });
  const open = (file: string) => network.openFile!(file, test.ctx);

  it('gives where it lies for an hour, then asks anew', async () => {
    const { file_id: file } = photo();
    const first = await open(file);
    expect(await (await fetch(first)).text()).toBe('photo');
    expect(await open(file)).toBe(first);
    stub.passTime(61 * 60_000);
    expect((await fetch(first)).status).toBe(404);
    const second = await open(file);
    expect(second).not.toBe(first);
    expect(await (await fetch(second)).text()).toBe('photo');
  });

  it('works on for the bot’s files with its next token', async () => {
    const { file_id: file } = photo();
    const first = await open(file);
    stub.replaceToken();
    expect((await fetch(first)).status).toBe(404);
    expect(await errorOf(open(file))).toMatchObject({ kind: 'auth_revoked' });
    test.ctx.secrets.replace({ ...test.ctx.secrets.read(), token: stub.token });
    expect(await (await fetch(await open(file))).text()).toBe('photo');
  });

  it('says for good that a file is too big, and of an unknown one only that it is not there now', async () => {
    const { file_id: film } = stub.files.add({ bytes: Buffer.from(''), size: 21 * 1024 * 1024 });
    expect(await errorOf(open(film))).toMatchObject({ kind: 'media_rejected' });
    expect(await errorOf(open('unknown'))).toMatchObject({ kind: 'server' });
  });

  it.each([
    '/var/lib/telegram-bot-api/photos/file_1.jpg',
    'C:\\bot\\file_1.jpg',
    '../../bot1:x/getMe',
    'a/../b',
    '',
  ])('takes %j, which is no path at the server, for no address', async (path) => {
    const { file_id: file } = photo();
    const http: typeof fetch = () =>
      Promise.resolve(Response.json({ ok: true, result: { file_id: file, file_path: path } }));
    expect(await errorOf(network.openFile!(file, { ...test.ctx, http }))).toMatchObject({
      kind: 'media_rejected',
    });
  });

  it('lets the token into no error, line or item', async () => {
    const { file_id: file } = photo();
    stub.store.say(ANA, ANA, { extra: { photo: [{ file_id: file, width: 9, height: 9 }] } });
    const { items } = await pull();
    stub.break('server_error');
    const failed = await errorOf(open(file));
    opened.goOffline();
    const offline = await errorOf(open(file));
    expect([failed?.kind, offline?.kind]).toEqual(['server', 'offline']);
    for (const error of [failed, offline])
      for (let current: unknown = error; current instanceof Error; current = current.cause)
        expect(`${current.message} ${current.stack} ${JSON.stringify(current)}`).not.toContain(stub.token);
    expect(JSON.stringify([items, test.lines])).not.toContain(stub.token);
  });
});
