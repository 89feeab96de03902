import type { ErrorInfo } from '@shared/domain/errors';
import { mediaHostProblems, type MediaHostProblem } from '@shared/domain/media-host';

const refusalWords = [
  'empty',
  'too_large',
  'not_media',
  'not_video',
  'video_type',
  'truncated',
  'no_size',
] as const;
export type MediaRefusalWord = (typeof refusalWords)[number];

/** Why a file was not taken in, where main has said it. */
export const refusalOf = ({ kind, params }: ErrorInfo): MediaRefusalWord | undefined =>
  kind === 'media_rejected' ? refusalWords.find((word) => word === params?.['reason']) : undefined;

/** What is wrong with the media host that a job needed. */
export const hostProblemOf = ({ field, params }: ErrorInfo): MediaHostProblem | undefined =>
  field === 'mediaHost' ? mediaHostProblems.find((problem) => problem === params?.['problem']) : undefined;
