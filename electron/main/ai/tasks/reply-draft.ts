import { promptFile } from '../prompt-file';
import source from '../prompts/reply-draft.v1.md?raw';
import type { Task } from '../task';
import { inLanguage, limitInWords } from './wording';

export const replyDraft: Task = {
  name: 'reply_draft',
  taskClass: 'generative',
  prompt: promptFile('reply-draft', 1, source),
  purpose: 'answer_messages',
  ownField: null,
  variables: ({ account }, language) => ({
    account: account ? account.brand || account.name : '',
    network: account?.networkName ?? '',
    limit: limitInWords(account?.limit),
    language: inLanguage(language, 'Write in the language of the message.'),
  }),
};
