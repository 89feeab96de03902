import { promptFile } from '../prompt-file';
import source from '../prompts/rewrite.v1.md?raw';
import type { RewriteStyle, Task } from '../task';
import { limitInWords } from './wording';

const styles: Readonly<Record<RewriteStyle, string>> = {
  shorter: 'Make the text clearly shorter: keep what matters, drop the rest.',
  longer: 'Make the text somewhat longer: unfold what it says, without new facts.',
  friendlier: 'Make the text warmer and friendlier, at about the same length.',
  more_formal: 'Make the text more formal and polite, at about the same length.',
};

export const rewrite: Task = {
  name: 'rewrite',
  taskClass: 'assistive_edit',
  prompt: promptFile('rewrite', 1, source),
  purpose: 'edit_own_text',
  ownField: 'text',
  variables: ({ account, style }) => ({
    style: style ? styles[style] : '',
    limit: limitInWords(account?.limit),
  }),
};
