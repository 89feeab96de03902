import { fileAddress } from '@shared/domain/file-address';
import type { RemoteMedia } from '../network';
import { limits } from './capabilities';
import type { BareMessage, PhotoSize } from './wire';

/** What comes first is the right name: an animation comes as a document too, a venue as a location. */
const KINDS = [
  ['photo', 'photo'],
  ['video', 'video'],
  ['animation', 'animation'],
  ['audio', 'audio'],
  ['voice', 'voice message'],
  ['video_note', 'video message'],
  ['document', 'file'],
  ['sticker', 'sticker'],
  ['poll', 'poll'],
  ['venue', 'place'],
  ['location', 'location'],
  ['contact', 'contact'],
  ['dice', 'dice'],
] as const;

type Attachment = {
  /** What it is, with its name where it has one. */
  readonly label: string;
  readonly media: readonly RemoteMedia[];
  /** The words beside it do not tell what it is called. */
  readonly isNamed: boolean;
};

/**
 * What a message carries beside words. A picture of it is named by its file, which holds as long as the bot does: an
 * address of the Bot API carries the bot's token, and is made only when the picture is fetched (`openFile`).
 */
export function attachmentOf(message: BareMessage): Attachment | undefined {
  const found = KINDS.find(([field]) => message[field] !== undefined);
  if (!found) return undefined;
  const [field, kind] = found;
  const name =
    field === 'animation'
      ? undefined
      : (message.document?.file_name ?? message.sticker?.emoji ?? message.poll?.question);
  const label = name === undefined ? kind : `${kind}: ${name}`;
  const shown = shownOf(message, field);
  const words = wordsOf(message);
  const alt = words === '' ? label : words;
  return {
    label,
    media: shown ? [{ kind: shown.kind, url: fileAddress(shown.file), alt }] : [],
    isNamed: field === 'document',
  };
}

export const wordsOf = (message: BareMessage): string => message.text ?? message.caption ?? '';

/** The words of a message, and what stands for an attachment that nothing else would tell of. */
export function textOf(message: BareMessage): string {
  const attachment = attachmentOf(message);
  const words = wordsOf(message);
  if (!attachment) return words;
  const isTold = attachment.media.length > 0 && words !== '' && !attachment.isNamed;
  return isTold ? words : [`[${attachment.label}]`, words].filter(Boolean).join('\n');
}

export const mediaOf = (message: BareMessage): readonly RemoteMedia[] => attachmentOf(message)?.media ?? [];

type Shown = { readonly kind: RemoteMedia['kind']; readonly file: string };

function shownOf(message: BareMessage, field: (typeof KINDS)[number][0]): Shown | undefined {
  const { document, sticker } = message;
  switch (field) {
    case 'photo':
      return toShown('image', bestOf(message.photo));
    case 'video':
    case 'animation':
    case 'video_note':
      return toShown('video', bestOf(message[field]?.cover) ?? message[field]?.thumbnail);
    case 'document':
      return isPicture(document) ? toShown('image', document) : toShown('other', document?.thumbnail);
    case 'sticker':
      return toShown('image', sticker?.is_animated || sticker?.is_video ? sticker.thumbnail : sticker);
    default:
      return undefined;
  }
}

const toShown = (kind: Shown['kind'], file: { readonly file_id?: string } | undefined): Shown | undefined =>
  file?.file_id === undefined ? undefined : { kind, file: file.file_id };

/** The smallest one that is large enough to be looked at, else the largest. */
function bestOf(sizes: readonly PhotoSize[] | undefined): PhotoSize | undefined {
  const { side, maxBytes } = limits.pictures;
  const sideOf = ({ width, height }: PhotoSize): number => Math.max(width, height);
  const fetched = [...(sizes ?? [])]
    .filter(({ file_size: size }) => (size ?? 0) <= maxBytes)
    .sort((a, b) => sideOf(a) - sideOf(b));
  return fetched.find((size) => sideOf(size) >= side) ?? fetched.at(-1);
}

/** A picture that was sent as a file, where it is small enough to be shown as it is. */
const isPicture = (document: BareMessage['document']): boolean =>
  limits.pictures.mime.includes(document?.mime_type ?? '') &&
  (document?.file_size ?? Infinity) <= limits.pictures.maxBytes;
