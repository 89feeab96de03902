/** What goes to the image worker and back. */
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
export type ImageRequest = {
  readonly id: number;
  readonly work:
    | { readonly kind: 'probe'; readonly bytes: Uint8Array }
    | { readonly kind: 'fit'; readonly bytes: Uint8Array; readonly limit: FitLimit };
};
export type ImageAnswer =
  | { readonly id: number; readonly ok: true; readonly facts?: ImageFacts; readonly image?: FittedImage }
  | { readonly id: number; readonly ok: false; readonly message: string };
