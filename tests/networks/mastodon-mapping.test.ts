import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measure } from '@shared/domain/count';
import { serviceOrigin } from '../../electron/main/networks/mastodon/auth';
import { linksOf } from '../../electron/main/networks/mastodon/client';
import { htmlToText } from '../../electron/main/networks/mastodon/html';
import { metricsOf, toDirectMessage, toMessage } from '../../electron/main/networks/mastodon/mapping';
import { toRules } from '../../electron/main/networks/mastodon/rules';
import { placeOf } from '../../electron/main/networks/mastodon/threads';
import { status } from '../../electron/main/networks/mastodon/wire';

/** Answers in the shapes of the documentation. */
const { statuses } = JSON.parse(
  readFileSync(new URL('fixtures/mastodon/thread-and-direct.json', import.meta.url), 'utf8'),
) as { statuses: unknown[] };
const [root, answer, direct] = statuses.map((one) => status.parse(one));
const viewer = { id: '1', service: 'https://home.example', name: 'brand', domain: 'home.example' };
const known = new Map([root!, answer!].map((one) => [one.id, one]));

describe('what a Mastodon server answers', () => {
  it('becomes a message below our post, with its warning, its media, and what an answer needs', () => {
    const place = placeOf(answer!, known, viewer)!;
    expect(place).toMatchObject({
      conversation: {
        type: 'comment',
        remoteKey: answer!.id,
        origin: {
          text: 'New opening hours: https://www.home.example/opening-hours/in-winter-and-in-summer',
          author: { handle: 'brand@home.example' },
        },
      },
      context: [],
    });
    expect(toMessage(answer!, place.conversation, viewer)).toMatchObject({
      text: 'Weather\n\n@brand Auch bei Schnee & Eis?\n<b> ist kein Fett\n\n#Winter',
      own: false,
      lang: 'de',
      author: { remoteId: 'https://home.example/2', handle: 'ana@far.example', displayName: 'ana' },
      ref: { visibility: 'unlisted' },
      parentRemoteId: root!.id,
      media: [{ kind: 'video', url: 'https://files.home.example/9.png', alt: 'snow' }],
    });
    expect(placeOf(root!, known, viewer)).toBeUndefined();
  });

  it('becomes a direct message with all who are in it, without their addresses', () => {
    expect(toDirectMessage(direct!, viewer)).toMatchObject({
      text: 'Just us @three',
      conversation: { type: 'dm', remoteKey: 'direct:ana@far.example,ben', other: { displayName: 'Ana' } },
    });
    expect(toDirectMessage({ ...direct!, account: root!.account, mentions: [] }, viewer)).toBeUndefined();
  });

  it('gives the counts that it knows and none that it does not', () => {
    expect(metricsOf(root!)).toEqual({ likes: 3, replies: 1, reposts: 2 });
    expect(metricsOf(direct!)).toEqual({});
  });
});

describe('HTML as text', () => {
  it.each([
    ['<p>One</p><p>Two<br>three</p>', 'One\n\nTwo\nthree'],
    ['plain & simple', 'plain & simple'],
    ['<p>1 < 2 &amp;&amp; 3 > 2</p>', '1 < 2 && 3 > 2'],
    ['&amp;lt;script&amp;gt;', '&lt;script&gt;'],
    ['&#x1F600; &#128512; &#0; &#xD800; &unknown; &apos;', "😀 😀 \ufffd \ufffd &unknown; '"],
    ['<script>alert("1 > 0")</script >fine<style>p{}</style>', 'fine'],
    ['<img src=x onerror=alert(1)>text', 'text'],
    ['<p title="a > b">quoted</p>', 'quoted'],
    ['before<!-- <p>no</p> -->after', 'beforeafter'],
    ['lost <a href="x', 'lost'],
    ['<ul><li>one</li><li>two</li></ul>', '- one\n- two'],
    ['a<blockquote>b</blockquote>c', 'a\n\nb\n\nc'],
    ['<a href="https://evil.example/x">example.com</a>', 'example.com (https://evil.example/x)'],
    [
      '<a href="https://example.com.evil.example">example.com</a>',
      'example.com (https://example.com.evil.example)',
    ],
    ['<a href="https://example.com/">example.com</a>', 'example.com'],
    ['<a href="javascript:alert(1)">click</a>', 'click'],
    [
      '<a href="https://x.example/@ana">@<span>ana</span></a> <a href="https://x.example/t/b">#b</a>',
      '@ana #b',
    ],
    ['', ''],
  ])('%s', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  it('reads a megabyte of nonsense in no time', () => {
    const started = process.cpuUsage();
    const parts = ['<a "', '<', '<style>', '&#', '<a href="https://a.example">', '<!--', '<p>\n ', '\t '];
    for (const part of parts) htmlToText(part.repeat(1_000_000 / part.length));
    // Of this process, so that a busy machine changes nothing.
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(10_000);
  });
});

describe('what is counted, paged and typed', () => {
  const limit = { max: 500, unit: 'mastodon', urlWeight: 23 } as const;
  it.each([
    ['@ana@far.example hi', '@ana hi'.length],
    ['https://example.com/a/long/path/that/does/not/count', 23],
    ['see http://a.b, ok', 'see  ok'.length + 23],
    ['👩‍👩‍👧 family', 8],
    ['mail ana@far.example', 'mail ana@far.example'.length],
  ])('counts %s as Mastodon does', (text, length) => {
    expect(measure(text, limit)).toBe(length);
  });

  it('reads where a list goes on, whatever stands in the ids', () => {
    const header =
      '<https://home.example/api/v1/notifications?max_id=a%2Fb>; rel="next", <https://home.example/x?limit=2&min_id=ZZ>; rel="prev"';
    expect(linksOf(header)).toEqual({ older: 'a/b', newer: 'ZZ' });
    expect(linksOf('nonsense')).toEqual({});
    expect(linksOf(null)).toEqual({});
  });

  it.each([
    ['home.example', 'https://home.example'],
    ['@brand@home.example', 'https://home.example'],
    [' https://home.example/@brand ', 'https://home.example'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ])('takes %s as the server', (typed, origin) => {
    expect(serviceOrigin(typed)).toBe(origin);
  });
});

describe('rules of a server', () => {
  const rule = (text: string, hint?: unknown) => ({ id: '1', text, hint });

  it('become text on one line, without what turns the direction of what is around it', () => {
    expect(
      toRules([rule(' Be\u0000 \n kind\u202e '), rule('Ask\u2066', 'first'), rule('No spam', 7)]),
    ).toEqual(['Be kind', 'Ask\nfirst', 'No spam']);
  });

  it('that cannot be read are left out', () => {
    expect(toRules([null, 'Be kind', {}, rule(''), rule(' \n '), rule('Be kind')])).toEqual(['Be kind']);
  });

  it('are so many and so long at most, and none about AI is lost for one that is not', () => {
    const many = [...Array.from({ length: 80 }, (_, index) => rule(`Rule ${index}`)), rule('Label AI')];
    const kept = toRules(many);
    expect(kept).toHaveLength(50);
    expect(kept[0]).toBe('Label AI');
    const [long] = toRules([rule('🐘'.repeat(700))]);
    expect(long).toBe(`${'🐘'.repeat(599)}…`);
    expect(toRules([rule('x'.repeat(600))])).toEqual(['x'.repeat(600)]);
  });
});
