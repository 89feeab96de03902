import { describe, expect, it } from 'vitest';
import { fillPrompt, promptFile } from '../../../electron/main/ai/prompt-file';
import { postDraft } from '../../../electron/main/ai/tasks/post-draft';
import { replyDraft } from '../../../electron/main/ai/tasks/reply-draft';
import { rewrite } from '../../../electron/main/ai/tasks/rewrite';

/**
 * The text behind each name and version, by its hash. A log entry names a prompt by these: to change one, add a file
 * with the next version and a line here; never change the text behind a version.
 */
const released = {
  'reply-draft.v1': 'beba4c0213406cddc5896dd6761bede367dd2ff2389630e3eb2ec5713188368c',
  'rewrite.v1': '04fd0693bbd95d69ccbeb0d62827ad3d516066477fae3f895e17b227ab534933',
  'post-draft.v1': '3a64f8e7d1f844fdb9614e5aa607f7f16a74fbb308c7dbd3a98a237ea08bd4cb',
};

describe('prompts', () => {
  it.each([replyDraft, rewrite, postDraft])(
    '$name has the text that its version stands for',
    ({ prompt }) => {
      expect(released).toHaveProperty([`${prompt.name}.v${prompt.version}`], prompt.hash);
    },
  );
  it.each([replyDraft, rewrite, postDraft])(
    '$name fills every variable and tells the model what is data',
    (task) => {
      const context = {
        account: null,
        people: [],
        subjects: {},
        thread: [],
        message: null,
        own: 'x',
        style: 'shorter',
        refs: {},
      } as const;
      const variables = { ...task.variables(context, 'de'), mark: '^xyz', answer: 'A', voice: '' };
      const system = fillPrompt(task.prompt.system, {
        ...variables,
        account: 'A',
        network: 'N',
        limit: '300 characters',
      });
      expect(system).not.toMatch(/\{\{|\}\}/);
      expect(system).toContain('^xyz');
      expect(fillPrompt(task.prompt.user, variables)).not.toContain('Notes of the account');
    },
  );
  it('leaves out the line or paragraph of an empty variable', () => {
    expect(fillPrompt('Rules:\n- one {{a}}\n- two {{b}}\n\nNotes:\n{{b}}\n\nEnd', { a: 'A', b: ' ' })).toBe(
      'Rules:\n- one A\n\nEnd',
    );
  });
  it('never takes a value for a variable', () => {
    expect(fillPrompt('{{a}} {{b}}', { a: '{{b}}', b: 'secret' })).toBe('{{b}} secret');
  });
  it('refuses a file without its two parts', () => {
    expect(() => promptFile('x', 1, 'no parts')).toThrow('x.v1');
  });
});
