import type { Guide } from './guide';

export const xGuide: Guide = {
  console: { name: 'X developer console', url: 'https://developer.x.com' },
  steps: [
    'Sign in to the X developer console with the account that is to publish. Reading its own mentions and posts costs a fifth where the account itself owns the app.',
    'Create an app and buy credits: since 2026-02-06 X charges new apps for what they use.',
    'In the app’s user authentication settings choose the permissions “Read and write and Direct message” and the type “Native App”.',
    'Enter each of the redirect addresses shown below, exactly as they are.',
    'Copy the OAuth 2.0 Client ID of the app into the field and sign in. The browser opens X; allow all that is listed, within five minutes.',
    'Without a browser: generate the API key and secret and the access token and secret under “Keys and tokens” and paste all four.',
    'If the app belongs to another account, enter that account’s name: its reads are then counted at the higher price.',
    'Test the connection. It lists every permission as present or missing, with what it is needed for.',
  ],
  limits: [
    'Prices of X, checked on 2026-11-25: a post $0.015, a post with a link $0.20, an answer to somebody who called the account $0.010, a description of an image $0.005, a direct message sent $0.015. Reading: an own mention or post $0.001, any other post $0.005, a direct message $0.010; each is charged once a UTC day. What X charges beyond these (profiles, for example) is not in the estimates. The bill of X decides.',
    'By API, X allows answers only to posts that mention or quote the account (since 2026-02-23).',
    'X wants its prior approval before answers drafted by AI are sent. Posts made with AI can be marked as such.',
    'Likes, quotes and follows by API are not open to self-serve apps (since 2026-04-20).',
    'Whether X lets self-serve apps publish threads is not documented. If not, X refuses the second post: the first one is out then, and nothing is tried again.',
    'A post has up to 280 characters as X counts them (25,000 with a subscription), one cashtag, and up to 4 images, or one GIF, or one video of 0.5 to 140 seconds.',
  ],
};
