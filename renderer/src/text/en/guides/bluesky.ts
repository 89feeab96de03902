import type { Guide } from './guide';

export const blueskyGuide: Guide = {
  console: { name: 'Bluesky, App passwords', url: 'https://bsky.app/settings/app-passwords' },
  steps: [
    'Open bsky.app in the browser, signed in to the account: Settings, Privacy and security, App passwords.',
    'Choose “Add App Password” and give it a name, for example Candor.',
    'Tick “Allow access to your direct messages” if direct messages should come into the inbox and be answered from there.',
    'Copy the app password: it is shown only once. It looks like xxxx-xxxx-xxxx-xxxx. Do not use the password of the account itself.',
    'Enter the name of the account (name.bsky.social, or your own domain) and the app password in Candor. The server is found by itself; enter it only if the account lives on a server of its own that is not found.',
  ],
  limits: [
    'A post has at most 300 characters and 4 images of up to 2 MB each. Candor makes larger images smaller; the original is kept.',
    'Direct messages have at most 1,000 characters, and need an app password that allows them.',
    'The app password is used once and not kept. The sign-in that it opens renews itself, as long as Candor is used at least every 90 days.',
    'An app password can be taken back at any time on the same page; Candor then asks for a new one and loses nothing.',
    'Bluesky tells how often a post was liked, answered, reposted and quoted, but not how often it was seen.',
    'Bluesky has no sign for content made with AI. An account that posts by itself should carry the label “bot” in its profile. There is no price; 5,000 points in an hour are allowed, of which a post takes 3.',
  ],
};
