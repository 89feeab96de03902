import type { Guide } from './guide';

export const facebookGuide: Guide = {
  console: { name: 'Meta for Developers', url: 'https://developers.facebook.com/apps' },
  steps: [
    'Create an app with a Facebook account that manages the Page.',
    'Add Facebook Login to it and enter https://www.facebook.com/connect/login_success.html as a valid OAuth redirect address. If the sign-in window is refused, turn on "Embedded browser OAuth login" in the same settings.',
    'Ask for these permissions: pages_show_list, pages_manage_posts, pages_read_engagement, pages_read_user_content, pages_manage_engagement, pages_manage_metadata, pages_messaging, read_insights and business_management. Candor works without some of them; "Test this connection" says what is off.',
    'Copy the app id and the app secret from "App settings", "Basic" and enter them in Candor. The sign-in opens in a window; choose the Pages that Candor may use.',
    'Switch the app to "Live". While it is in development, its posts are seen only by people who have a role on the app.',
    "Instead of signing in, a token can be pasted: a person's token or a Page's token from the Graph API Explorer, or the token of a system user from the Business settings. With the app id and secret beside it, Candor can make a short-lived token last and list its permissions.",
  ],
  limits: [
    'Only Pages can be published to: Facebook has no way to publish to personal profiles, for any app.',
    'A post has up to 63,206 characters and 10 images, or one video of up to 10 GB and 4 hours, or a link. A reel is one video of 3 to 90 seconds, 9 wide to 16 high; Facebook takes 30 reels in 24 hours. Candor sends reels of up to 512 MB.',
    'The segments after the first are published as comments of the Page below its post, each with one image at most.',
    'Messenger messages can be answered for 24 hours after the person wrote last. Longer answers (7 days, by a person only) need the feature "Human Agent", which Meta approves for the app: where it has, they are switched on under Settings, Fetching and cost. A comment can be answered privately once, within 7 days.',
    'Conversations with people who have no role on the app need "Advanced Access" for pages_messaging, which Meta gives after a review of the app.',
    'Facebook counts calls by app and Page. At 75 % of the allowance Candor stops fetching, so that posts and answers still go out.',
  ],
};
