import { describe, expect, it } from 'vitest';
import { triggerBefore } from '@/features/inbox/use-saved-replies';

describe('the ; that opens saved replies', () => {
  it('is one at the start of a word, with what is typed after it', () => {
    expect(triggerBefore(';')).toEqual({ query: '', start: 0 });
    expect(triggerBefore('Hi Hanna, ;ship')).toEqual({ query: 'ship', start: 10 });
    expect(triggerBefore('第一行\n;送料')).toEqual({ query: '送料', start: 4 });
  });
  it('is not one inside or after a word, nor before a blank', () => {
    expect(triggerBefore('thanks;')).toBeNull();
    expect(triggerBefore('; and')).toBeNull();
    expect(triggerBefore('no trigger')).toBeNull();
  });
});
