import type { MediaRefusalWord } from '@/text/media-words';

/** Words for images and videos, and why a file was not taken. */
export const media = {
  image: 'Image',
  video: 'Video',
  facts: '{kind}, {size}',
  factsVideo: '{kind}, {length}, {size}',
  noPicture: 'This device cannot show the video. It can be published all the same.',
  altVideo: 'Description of video {n} (alt text)',
  altVideoPlaceholder: 'What does the video show?',
  altVideoMissing: 'People who cannot see it get nothing from this video.',
  removeVideo: 'Remove video {n}',
  earlierVideo: 'Move video {n} forward',
  laterVideo: 'Move video {n} back',
  movedVideo: 'Video {name} is now at place {n} of {total}.',
  itemVideo: 'Video {n} of {total}: {name}',
  refused: {
    empty: { what: 'The file is empty.', todo: 'Choose another file.' },
    too_large: { what: 'The file is larger than {max} MB.', todo: 'Make it smaller, then add it again.' },
    not_media: {
      what: 'The file is no image or video that can be published.',
      todo: 'Images: JPEG, PNG, WebP, GIF, AVIF, BMP, TIFF. Videos: MP4, MOV, WebM.',
    },
    not_video: {
      what: 'The file is named as a video, and there is no video in it.',
      todo: 'Check the file in a player, then choose another one.',
    },
    video_type: {
      what: 'This type of video is not taken.',
      todo: 'Save it as MP4, MOV or WebM, then add it again.',
    },
    truncated: {
      what: 'The video ends too early: a part of the file is missing.',
      todo: 'Copy or export it again and wait until that is finished.',
    },
    no_size: {
      what: 'The video does not say how large its picture is.',
      todo: 'Save it as MP4 with another program, then add it again.',
    },
  } satisfies Record<MediaRefusalWord, { readonly what: string; readonly todo: string }>,
};
