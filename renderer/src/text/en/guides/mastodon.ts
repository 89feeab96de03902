import type { Guide } from './guide';

export const mastodonGuide: Guide = {
  console: { name: 'Mastodon, Development settings', url: 'https://mastodon.social/settings/applications' },
  steps: [
    'Enter the name of the server on which the account lives, for example mastodon.social. The name of the account works too: what stands after its last @ is the server.',
    'Sign in in the browser: the server asks whether Candor may use the account. Candor registers itself with the server, so that no app has to be made beforehand.',
    'Allow it. The page leads back to Candor, and the window of the browser can be closed.',
    'If the server registers no apps by itself, use an access token instead: on the server, open Preferences, Development, New application.',
    'There, tick read:accounts, read:notifications, read:statuses, read:search, write:statuses, write:media, write:favourites and write:conversations. The redirect address that the form suggests can stay as it is.',
    'Save, open the application, and copy “Your access token” into Candor together with the name of the server.',
  ],
  limits: [
    'Length of texts, number of images and size of files are decided by each server; Candor asks it. 500 characters, 4 images of 16 MB, or one video of 99 MB are usual.',
    'A sign-in does not run out. It ends when it is taken back on the server, under Account, Authorized apps.',
    'Direct messages are posts that only the people named in them can see. They are not encrypted: the servers involved can read them.',
    'Quotes need Mastodon 4.5 or newer on the account’s server, and the author of the quoted post must allow them.',
    'Answers of others cannot be hidden or removed; a person can be muted or blocked on the server.',
    'Mastodon has no sign for content made with AI, and some servers demand in their rules that it is named in the text. 300 requests in 5 minutes, 30 uploads and 30 deletions in 30 minutes are allowed.',
  ],
};
