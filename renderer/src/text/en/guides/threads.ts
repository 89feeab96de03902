import type { Guide } from './guide';

export const threadsGuide: Guide = {
  console: { name: 'Meta for Developers', url: 'https://developers.facebook.com/apps' },
  steps: [
    'Create an app with the use case "Access the Threads API". It gets a Threads app id and a Threads app secret of its own, beside those of the Meta app.',
    'Add the account as a Threads tester under "App roles", and accept the invitation in the settings of Threads. Until Meta has reviewed the app, only testers can be connected.',
    'Add the permissions threads_basic, threads_content_publish, threads_read_replies, threads_manage_replies, threads_manage_mentions, threads_manage_insights and threads_delete. Candor works without some of them; "Test this connection" says what is off.',
    'Quickest: make a token with the User Token Generator in the settings of the use case and paste it in Candor as "Token of Threads". It lasts 60 days and Candor renews it by itself.',
    'Or sign in: enter https://localhost/candor/callback as the redirect address, and the Threads app id and secret in Candor. The sign-in opens in a window; nothing has to answer at the address.',
    'For images and videos, set up a media host in the settings of Candor: Threads takes no uploads, it fetches media from a public address. Candor removes the files after publishing. Posts of text need none.',
  ],
  limits: [
    'A post has up to 500 characters, an emoji counts as its bytes, and 5 links at most. Up to 20 images and videos; images are JPEG or PNG of up to 8 MB, videos MP4 or MOV of up to 1 GB and 5 minutes.',
    '250 posts, 1,000 answers and 100 deletions in 24 hours. Candor asks how many are left; when none is left, posts wait.',
    'Mentions come in from testers of the app only, until Meta has given it "Advanced Access".',
    'Threads has no direct messages and no likes for apps. Answers of others can be hidden, not removed, and only those directly below a post.',
    'Threads has no mark of its own for posts made with AI: Candor adds the words instead.',
  ],
};
