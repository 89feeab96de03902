import { promptFile } from '../prompt-file';
import source from '../prompts/post-draft.v1.md?raw';
import type { Task } from '../task';
import { inLanguage, limitInWords } from './wording';

export const postDraft: Task = {
  name: 'post_draft',
  taskClass: 'generative',
  prompt: promptFile('post-draft', 1, source),
  purpose: 'write_posts',
  ownField: 'brief',
  variables: ({ account }, language) => ({
    account: account ? account.brand || account.name : 'of a brand',
    network: account?.networkName ?? 'social media',
    limit: limitInWords(account?.limit),
    language: inLanguage(language, 'Write in the language of the brief.'),
  }),
};
