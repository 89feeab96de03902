import { noDisclosure, type Disclosure } from '@shared/domain/content';
import type { Settings } from '@shared/ipc/settings';

type Case = {
  /** Some of the text came from a suggestion of a model. */
  readonly fromAi: boolean;
  readonly setting: Settings['disclosure'];
  /** The person's own choice for this reply, where the setting leaves it to them. */
  readonly asked: boolean;
  /** The network's own sign can be set on this answer. */
  readonly canFlag: boolean;
  readonly line: string;
};

/** What will be declared about AI's part in a reply, and on which ground. */
export function replyDisclosure({ fromAi, setting, asked, canFlag, line }: Case): Disclosure {
  if (!fromAi) return noDisclosure;
  const basis = setting === 'always' ? 'brand_policy' : setting === 'ask' && asked ? 'person_asked' : null;
  if (basis === null) return { decision: 'none', basis: 'human_reviewed' };
  return canFlag ? { decision: 'flag', basis } : { decision: 'text', basis, text: line };
}
