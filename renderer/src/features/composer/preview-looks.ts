import type { Component } from 'vue';
import {
  Bookmark,
  Globe,
  Heart,
  MessageCircle,
  MessageSquare,
  Repeat2,
  Send,
  Share2,
  SmilePlus,
  Star,
  ThumbsUp,
} from '@lucide/vue';
import type { NetworkId } from '@shared/domain/network';

/** How a network's own apps lay out a post; what differs between them is only this. */
export type PreviewLook = {
  /** `line`: parts joined by a line beside the pictures of the person; `card`: each part has its own head. */
  readonly layout: 'line' | 'card';
  /** Names of accounts begin with @ there. */
  readonly at: boolean;
  readonly picture: number;
  readonly mediaFirst?: boolean;
  readonly seenBy?: Component;
  readonly actions: readonly Component[];
};

export const previewLooks: Record<NetworkId, PreviewLook> = {
  practice: { layout: 'card', at: false, picture: 28, actions: [] },
  bluesky: { layout: 'line', at: true, picture: 42, actions: [MessageSquare, Repeat2, Heart] },
  mastodon: { layout: 'card', at: true, picture: 42, seenBy: Globe, actions: [MessageSquare, Repeat2, Star] },
  facebook: {
    layout: 'card',
    at: false,
    picture: 40,
    seenBy: Globe,
    actions: [ThumbsUp, MessageCircle, Share2],
  },
  instagram: {
    layout: 'card',
    at: false,
    picture: 32,
    mediaFirst: true,
    actions: [Heart, MessageCircle, Send, Bookmark],
  },
  x: { layout: 'line', at: true, picture: 40, actions: [MessageCircle, Repeat2, Heart, Bookmark] },
  threads: { layout: 'line', at: false, picture: 36, actions: [Heart, MessageCircle, Repeat2, Send] },
  linkedin: {
    layout: 'card',
    at: false,
    picture: 48,
    seenBy: Globe,
    actions: [ThumbsUp, MessageCircle, Repeat2, Send],
  },
  youtube: {
    layout: 'card',
    at: true,
    picture: 36,
    mediaFirst: true,
    actions: [ThumbsUp, MessageCircle, Share2],
  },
  telegram: { layout: 'card', at: true, picture: 36, mediaFirst: true, actions: [Share2] },
  discord: { layout: 'line', at: false, picture: 40, actions: [SmilePlus, MessageSquare] },
};
