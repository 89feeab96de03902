/** What goes to the workers of media and back. */
export type WorkerRequest<Work> = { readonly id: number; readonly work: Work };
export type WorkerAnswer<Result> =
  | { readonly id: number; readonly ok: true; readonly result: Result }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly reason?: MediaRefusal };

/** Why a file is not taken in, in a word that the window has a sentence for. */
export type MediaRefusal =
  'empty' | 'too_large' | 'not_media' | 'not_video' | 'video_type' | 'truncated' | 'no_size';

export type FitLimit = { readonly maxBytes: number; readonly mime: readonly string[] };
export type ImageFacts = {
  readonly mime: string;
  readonly width: number;
  readonly height: number;
  readonly alpha: boolean;
  readonly carriesMetadata: boolean;
};
export type FittedImage = {
  readonly bytes: Uint8Array;
  readonly mime: string;
  readonly width: number;
  readonly height: number;
};
export type ImageWork =
  | { readonly kind: 'probe'; readonly bytes: Uint8Array }
  | { readonly kind: 'fit'; readonly bytes: Uint8Array; readonly limit: FitLimit };
export type ImageResult = { readonly facts?: ImageFacts; readonly image?: FittedImage };

export type VideoWork = { readonly path: string };
export type VideoFacts = {
  readonly mime: 'video/mp4' | 'video/quicktime' | 'video/webm';
  /** As it is shown: a phone held upright stores the picture lying and says so. */
  readonly width: number;
  readonly height: number;
  /** null where the file does not say. */
  readonly seconds: number | null;
};
