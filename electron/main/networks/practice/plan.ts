import { countText, graphemes } from '@shared/domain/count';
import type { TextLimit } from '@shared/domain/network';
import { NetworkError } from '../errors';
import type { AccountRef, Write, WriteStep } from '../network';
import { practiceCapabilities } from './capabilities';
import type { StepData } from './wire';

const { publish, directMessage } = practiceCapabilities;

/** Pure: the ids by which the network will know each step again are fixed here. */
export function planPractice(
  write: Write,
  account: AccountRef,
  { now }: { readonly now: number },
): readonly WriteStep[] {
  const clientId = (): string => `${account.remoteId}-${crypto.randomUUID()}`;
  switch (write.kind) {
    case 'publish':
      return write.segments.flatMap((segment, index) => {
        checkText(segment.text, publish.text, `segments.${index}.text`, segment.media.length > 0);
        checkImages(segment.media, `segments.${index}.media`);
        const images = segment.media.map((item, at): WriteStep =>
          hidden(`image-${index}-${at}`, { op: 'image', ...item }),
        );
        const parent = index === 0 ? null : { stepKey: `post-${index - 1}` };
        const data = {
          op: 'post',
          clientId: clientId(),
          text: segment.text,
          lang: write.lang ?? 'en',
          createdAt: now,
          imageKeys: images.map((step) => step.key),
          parent,
        } as const;
        return [...images, visible(`post-${index}`, data)];
      });
    case 'reply':
      checkText(write.text, publish.text, 'text');
      return [
        visible('post-0', {
          op: 'post',
          clientId: clientId(),
          text: write.text,
          lang: 'en',
          createdAt: now,
          imageKeys: [],
          parent: { remoteId: write.parent.remoteId },
        }),
      ];
    case 'delete_other':
      throw new NetworkError(
        { kind: 'unsupported', detail: 'the practice network deletes own posts only' },
        'no',
      );
    case 'dm':
      checkText(write.text, directMessage.text, 'text');
      return [
        visible('direct', {
          op: 'direct',
          clientId: clientId(),
          talkId: write.conversation.remoteKey,
          text: write.text,
          createdAt: now,
        }),
      ];
    case 'like':
    case 'unlike':
      return [visible('like', { op: 'like', postId: write.target.remoteId, liked: write.kind === 'like' })];
    case 'hide':
    case 'unhide':
      return [visible('hide', { op: 'hide', postId: write.target.remoteId, hidden: write.kind === 'hide' })];
    case 'delete':
      return [visible('delete', { op: 'delete', ids: [...write.remoteIds] })];
    case 'mark_read':
      return [hidden('read', { op: 'read' })];
  }
}

const hidden = (key: string, data: StepData): WriteStep => ({ key, effect: 'hidden', data });
const visible = (key: string, data: StepData): WriteStep => ({
  key,
  effect: 'visible',
  data,
  ...('clientId' in data && { clientId: data.clientId }),
});

/** A plan that the network would refuse is refused before it waits in the outbox. */
function checkText(text: string, limit: TextLimit, field: string, mayBeEmpty = false): void {
  if (text.trim() === '' && !mayBeEmpty)
    throw new NetworkError({ kind: 'validation', field, detail: 'empty' }, 'no');
  const { over, used, max } = countText(text, limit);
  if (over) throw tooMany(field, max, used);
}

function checkImages(media: readonly { readonly alt: string }[], field: string): void {
  const { max = Infinity, altMax } = publish.images;
  if (media.length > max) throw tooMany(field, max, media.length);
  media.forEach(({ alt }, index) => {
    const length = graphemes(alt);
    if (typeof altMax === 'number' && length > altMax) throw tooMany(`${field}.${index}.alt`, altMax, length);
  });
}

const tooMany = (field: string, max: number, count: number): NetworkError =>
  new NetworkError({ kind: 'validation', field, params: { max, count } }, 'no');
