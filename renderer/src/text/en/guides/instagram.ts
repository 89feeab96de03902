import type { Guide } from './guide';

export const instagramGuide: Guide = {
  console: { name: 'Meta for Developers', url: 'https://developers.facebook.com/apps' },
  steps: [
    'Make the Instagram account a professional one (business or creator) in its settings. Personal accounts cannot be connected by any app.',
    'Create an app, add the Instagram product and choose "API setup with Instagram login". Add the account to the app there.',
    'Quickest: press "Generate token" beside the account and paste it in Candor as "Token of Instagram". It lasts 60 days and Candor renews it by itself.',
    'Or sign in: enter https://localhost/candor/callback as the redirect address of the business login, copy the Instagram app id and the Instagram app secret (not those of the Meta app) and enter them in Candor. The sign-in opens in a window; nothing has to answer at the address.',
    'Allow these permissions: instagram_business_basic, instagram_business_content_publish, instagram_business_manage_comments, instagram_business_manage_messages and instagram_business_manage_insights. Candor works without some of them; "Test this connection" says what is off.',
    'Set up a media host in the settings of Candor: Instagram takes no uploads of images, it fetches them from a public address. Candor removes the files after publishing.',
    'To upload videos without a media host, connect with Facebook Login instead: the account must be linked to a Page, and the permissions are instagram_basic, instagram_content_publish, instagram_manage_comments, instagram_manage_messages, instagram_manage_insights, pages_show_list and pages_read_engagement.',
    'Switch the app to "Live". While it is in development, its posts are seen only by people who have a role on the app.',
  ],
  limits: [
    'A post needs an image or a video: one, or a carousel of 2 to 10. Captions have up to 2,200 characters; images are JPEG of up to 8 MB, from 4:5 to 1.91:1. Descriptions are possible for images, not for reels and stories. A story has no caption.',
    'Segments after the first are published as comments of the account below its post.',
    'Instagram allows a number of posts in 24 hours (50 or 100) and tells Candor how many are left. When none is left, posts wait.',
    'Posts made with AI are marked on Instagram itself when that is declared.',
    'Direct messages can be answered for 24 hours after the person wrote last, a comment privately once within 7 days. Message requests without activity for 30 days are not given to apps. Longer answers (7 days, by a person only) need the feature "Human Agent", which Meta approves for the app: where it has, they are switched on under Settings, Fetching and cost. With Facebook Login, conversations with the public need "Advanced Access", which Meta gives after a review.',
    'Photo tags come in; mentions in captions and comments of others do not, because Instagram sends them to servers only. There are no likes by apps, and posts can be deleted only with Facebook Login.',
  ],
};
