import type { IncomingMessage } from '../../../electron/main/db/repositories/inbox-writer';

const HOUR = 3_600_000;

/** Numbers that look random and are the same in every run. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const common =
  'the and to of is in for you your my it was not have this when with order delivery please thanks help'.split(
    ' ',
  );
const syllables = 'ka lo mi ren tos vel dar pin gra sun bel mor tek fi ran zu'.split(' ');
const japanese = [
  '配送が遅れています',
  'いつ届きますか',
  '返品したいです',
  'ありがとうございます',
  '注文番号を教えてください',
];

/** Words as people use them: a few in every text, most of them rarely (Zipf). */
function word(random: (below: number) => number): string {
  if (random(2) === 0) return common[random(common.length)] ?? '';
  const rank = Math.floor(20_000 ** (random(1_000_000) / 1_000_000));
  return [rank, rank * 7, rank * 31].map((part) => syllables[part % syllables.length]).join('') + (rank % 97);
}

function text(random: (below: number) => number): string {
  if (random(20) === 0) return `${japanese[random(japanese.length)] ?? ''}。${random(100_000)}`;
  return Array.from({ length: 4 + random(30) }, () => word(random)).join(' ');
}

/**
 * An inbox as a busy brand has it: `count` messages of a year, newest first as networks give them, in threads of
 * very different length, by a few thousand people, one in six ours.
 */
export function* inboxMessages(count: number, now: number, seed = 7): Generator<IncomingMessage> {
  const random = createRandom(seed);
  const conversations = Math.ceil(count / 5);
  for (let at = 0; at < count; at++) {
    const thread = random(10) === 0 ? random(50) : 50 + random(conversations);
    const who = random(Math.ceil(count / 20));
    yield {
      kind: 'message',
      conversation: {
        remoteKey: `at://thread/${thread}`,
        type: (['comment', 'mention', 'dm'] as const)[thread % 3] ?? 'comment',
      },
      remoteId: `at://did:plc:${who}/app.bsky.feed.post/${at}`,
      ref: { cid: `bafyreib${at}`, uri: `at://did:plc:${who}/app.bsky.feed.post/${at}` },
      author: { remoteId: `did:plc:${who}`, handle: `person-${who}.example`, displayName: `Person ${who}` },
      own: random(6) === 0,
      text: text(random),
      lang: 'en',
      createdAt: now - Math.floor((at / count) * 365 * 24) * HOUR - random(HOUR),
      media: [],
    };
  }
}
