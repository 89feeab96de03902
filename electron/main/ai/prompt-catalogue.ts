import type { PromptFile } from './prompt-file';
import { postDraft } from './tasks/post-draft';
import { replyDraft } from './tasks/reply-draft';
import { rewrite } from './tasks/rewrite';

/** Every prompt that this version can use, as it is shown in the Transparency view. */
export const promptCatalogue = (): readonly (Pick<PromptFile, 'name' | 'version' | 'hash'> & {
  readonly text: string;
})[] =>
  [replyDraft, postDraft, rewrite].map(({ prompt: { name, version, hash, system, user } }) => ({
    name,
    version,
    hash,
    text: `${system}\n\n${user}`,
  }));
