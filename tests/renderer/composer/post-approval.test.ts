import { describe, expect, it } from 'vitest';
import { approvalHash, noDisclosure, type PostContent } from '@shared/domain/content';
import type { AccountId, MediaId, VariantId } from '@shared/domain/ids';
import type { Capabilities } from '@shared/domain/network';
import {
  postIssues,
  publishApprovable,
  variantApprovals,
  type ApprovablePost,
} from '@shared/domain/post-approval';
import { countersFor, firstOverrun } from '@/features/composer/counters';
import type { AccountView } from '@shared/ipc/accounts';

const accountId = 'account' as AccountId;
const variantId = 'variant' as VariantId;
const picture = 'picture' as MediaId;
const base: PostContent = { segments: [{ text: 'Hello there', mediaIds: [picture] }] };
const media = [{ id: picture, sha256: 'a'.repeat(64), alt: 'A cup', mime: 'image/png' }];
const post: ApprovablePost = { base, media, disclosure: noDisclosure };
const variant = { id: variantId, accountId, override: null, options: {} };

const yes = { ok: true } as const;
const capabilities = {
  network: 'practice',
  name: 'Practice',
  publish: {
    text: { max: 20, unit: 'grapheme' },
    textOnly: yes,
    images: { ...yes, max: 4, mime: ['image/png'], maxBytes: 1e6, altMax: 100 },
    thread: 'none',
    quote: yes,
    delete: yes,
    options: [
      { id: 'visibility', kind: 'choice', values: ['public', 'private'], initial: 'public' },
      { id: 'title', kind: 'text', max: 5, required: true },
      { id: 'link', kind: 'text', max: 40, required: false, format: 'url' },
    ],
  },
  disclosure: { ai: 'text-only' },
} as unknown as Capabilities;
const titled = { ...variant, options: { title: 'News' } };
const hash = (of: ApprovablePost, what: typeof variant = variant, can = capabilities): Promise<string> =>
  approvalHash(publishApprovable(of, what, can));

describe('what a person approves', () => {
  it('changes with the text, the bytes of an image, its description and the disclosure', async () => {
    const approved = await hash(post);
    const others = [
      { ...post, base: { segments: [{ text: 'Hello there!', mediaIds: [picture] }] } },
      { ...post, media: [{ ...media[0]!, sha256: 'b'.repeat(64) }] },
      { ...post, media: [{ ...media[0]!, alt: 'A mug' }] },
      { ...post, disclosure: { decision: 'text', basis: 'person_asked', text: 'By AI' } as const },
    ];
    for (const other of others) expect(await hash(other)).not.toBe(approved);
    expect(await hash(structuredClone(post))).toBe(approved);
  });

  it('is what the account publishes itself where it has a text of its own', async () => {
    const override: PostContent = { segments: [{ text: 'Mine', mediaIds: [] }] };
    const [approval] = await variantApprovals(post, [{ ...variant, override }], () => capabilities);
    expect(approval).toEqual({
      variantId,
      approvedHash: await approvalHash({
        kind: 'publish',
        accountId,
        variantId,
        segments: [{ text: 'Mine', media: [] }],
        disclosure: noDisclosure,
      }),
    });
  });
});

describe('choices for one network', () => {
  it('are part of what a person approves, and nothing chosen is the same as nothing said', async () => {
    const approved = await hash(post);
    expect(await hash(post, { ...variant, options: {} })).toBe(approved);
    expect(await hash(post, { ...variant, options: { visibility: 'private' } })).not.toBe(approved);
  });

  it('that are missing, too long, unknown or no address are named by their field', () => {
    const issuesOf = (options: Record<string, string | boolean>) =>
      postIssues(post, [{ ...variant, options }], () => capabilities)[0]?.issues.map(({ code, field }) => [
        code,
        field,
      ]);
    expect(issuesOf({ title: 'News', visibility: 'private', link: 'https://example.com' })).toEqual([]);
    expect(issuesOf({})).toEqual([['option_required', 'options.title']]);
    expect(issuesOf({ title: 'Too long', link: 'example' })).toEqual([
      ['option_too_long', 'options.title'],
      ['option_no_url', 'options.link'],
    ]);
    expect(issuesOf({ title: 'News', visibility: 'nobody', colour: true })).toEqual([
      ['option_unknown', 'options.colour'],
      ['option_unknown', 'options.visibility'],
    ]);
  });
});

describe('a declaration by the sign of a network', () => {
  const disclosure = { decision: 'flag', basis: 'person_asked', text: 'By AI' } as const;
  it('is a line in the text where the network has no such sign, and never nothing', () => {
    const declared = { ...post, disclosure };
    const flagged = { ...capabilities, disclosure: { ai: 'post-flag' } } as Capabilities;
    expect(publishApprovable(declared, variant, flagged).disclosure.decision).toBe('flag');
    expect(publishApprovable(declared, variant, capabilities).disclosure).toEqual({
      ...disclosure,
      decision: 'text',
    });
  });
});

describe('the limits of a post', () => {
  const account = { id: accountId, capabilities } as AccountView;

  it('count the line that declares AI', () => {
    const declared = {
      ...post,
      disclosure: { decision: 'text', basis: 'law', text: 'Made with AI' } as const,
    };
    expect(postIssues(post, [titled], () => capabilities)[0]?.issues).toEqual([]);
    const [found] = postIssues(declared, [titled], () => capabilities);
    expect(found?.issues.map((issue) => issue.code)).toEqual(['text_too_long']);
  });

  it('take that line from what is left, so that the mark stands where the text itself must end', () => {
    const text = 'abcdefghij';
    const [plain] = countersFor(text, 0, [account], noDisclosure);
    expect(plain?.count.left).toBe(10);
    const [declared] = countersFor(text, 0, [account], {
      decision: 'text',
      basis: 'law',
      text: '12345678901234',
    });
    expect(declared?.count.left).toBe(-6);
    expect(firstOverrun(declared ? [declared] : [])).toBe(4);
    const [second] = countersFor(text, 1, [account], {
      decision: 'text',
      basis: 'law',
      text: '12345678901234',
    });
    expect(second?.count.left).toBe(10);
  });
});
