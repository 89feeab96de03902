import { describe, expect, it } from 'vitest';
import { replyDisclosure } from '@/features/inbox/reply-disclosure';

const line = 'Written with the help of AI.';
const base = { fromAi: true, setting: 'ask', asked: false, canFlag: false, line } as const;

describe('what a reply declares', () => {
  it('is nothing when a person wrote it, whatever the setting', () => {
    expect(replyDisclosure({ ...base, fromAi: false, setting: 'always' })).toEqual({
      decision: 'none',
      basis: 'not_ai',
    });
  });
  it('rests on the review where the person did not ask for more', () => {
    expect(replyDisclosure(base)).toEqual({ decision: 'none', basis: 'human_reviewed' });
    expect(replyDisclosure({ ...base, setting: 'never', asked: true })).toEqual({
      decision: 'none',
      basis: 'human_reviewed',
    });
  });
  it('is a line in the text, or the flag of a network that has one', () => {
    expect(replyDisclosure({ ...base, asked: true })).toEqual({
      decision: 'text',
      basis: 'person_asked',
      text: line,
    });
    expect(replyDisclosure({ ...base, setting: 'always', canFlag: true })).toEqual({
      decision: 'flag',
      basis: 'brand_policy',
    });
  });
});
