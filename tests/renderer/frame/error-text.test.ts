import { describe, expect, it } from 'vitest';
import { errorLine, errorText } from '@/text/error-text';

describe('an answer that the network’s rules keep back', () => {
  const textOf = (params?: Record<string, string | number>) =>
    errorText({ kind: 'policy_blocked', ...(params && { params }) });

  it('says when its time is over, whether this app or the network found that', () => {
    const over = 'The network’s time for this answer is over.';
    expect(textOf({ deadline: 1 }).what).toBe(over);
    expect(textOf({ code: 10, reason: 'window_closed' }).what).toBe(over);
  });

  it('says that the app may lack the feature for late answers', () => {
    expect(textOf({ code: 10, reason: 'no_human_agent' })).toEqual({
      what: expect.stringContaining('lacks the feature Human Agent') as string,
      todo: expect.stringContaining('Fetching and cost') as string,
    });
  });

  it('says only what it knows where there is no reason, or one that it does not know', () => {
    const plain = 'The network refused this under its rules.';
    expect(textOf().what).toBe(plain);
    expect(errorLine({ kind: 'policy_blocked', params: { reason: 'other' } })).toContain(plain);
  });
});
