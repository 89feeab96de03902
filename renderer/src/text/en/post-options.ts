/**
 * Words for `capabilities.publish.options`, by their ids; networks that mean the same share an id. `{'@'}` is
 * vue-i18n's way to write the plain character.
 */
export const postOptions = {
  visibility: {
    label: 'Who sees it',
    values: {
      public: 'Everybody',
      unlisted: 'Whoever has the link; not in public lists',
      private: 'A closed circle only (followers, or just you)',
      connections: 'Connections only',
    },
  },
  contentWarning: {
    label: 'Content warning',
    hint: 'Shown instead of the post until somebody opens it.',
  },
  sensitive: { label: 'Media may disturb', hint: 'Media are covered until somebody opens them.' },
  link: { label: 'Link', hint: 'Shown as a card under the text; not together with images or a video.' },
  linkTitle: { label: 'Title of the link', hint: 'The network reads none from the page itself.' },
  format: {
    label: 'Format',
    values: { post: 'Post', reel: 'Reel', story: 'Story, gone after a day' },
  },
  share_to_feed: { label: 'Show the reel in the feed too' },
  replySettings: {
    label: 'Who can reply',
    hint: 'Holds for the whole thread.',
    values: {
      everyone: 'Everybody',
      following: 'Accounts you follow',
      mentionedUsers: 'Only accounts you mention',
      subscribers: 'Subscribers',
      verified: 'Verified accounts',
    },
  },
  paidPartnership: { label: 'Paid partnership', hint: 'The network marks the post as paid for.' },
  silent: { label: 'Send silently', hint: 'People are notified without a sound.' },
  title: { label: 'Title', hint: 'Up to 100 characters, without < and >.' },
  madeForKids: { label: 'Made for kids', hint: 'Comments and some functions are then off.' },
  reply_control: {
    label: 'Who can reply',
    values: {
      everyone: 'Everybody',
      accounts_you_follow: 'Accounts you follow',
      mentioned_only: 'Only accounts you mention',
      parent_post_author_only: 'Only the author above',
      followers_only: 'Followers',
    },
  },
  topic_tag: { label: 'Topic', hint: 'One word or phrase under which the post is found.' },
  mentions: {
    label: 'Names notify',
    hint: "Whom {'@'}names in the text notify.",
    values: { none: 'Nobody', users: 'Named people', everyone: "People, roles and {'@'}everyone" },
  },
} as const;
