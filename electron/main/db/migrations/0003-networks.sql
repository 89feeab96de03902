-- What the networks beside Bluesky and Mastodon need: choices per account and post, what calls cost, videos.
-- which parts of an account are used; what is missing is on
ALTER TABLE account ADD COLUMN features TEXT NOT NULL DEFAULT '{}';
-- most that may be spent on reading in a month, in micro-dollars; null: nobody has set a limit
ALTER TABLE account ADD COLUMN monthly_budget INTEGER CHECK(monthly_budget >= 0);
-- what a post says to this account's network beside text and media
ALTER TABLE variant ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
-- at its time a person is reminded to publish it by hand
ALTER TABLE variant ADD COLUMN remind INTEGER NOT NULL DEFAULT 0 CHECK(remind IN(0,1));

-- calls that a network charges for, by UTC day
CREATE TABLE api_use(
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE, day TEXT NOT NULL, price TEXT NOT NULL,
  count INTEGER NOT NULL CHECK(count > 0), PRIMARY KEY(account_id, day, price)) STRICT, WITHOUT ROWID;
-- numbers of accounts over time
CREATE TABLE account_metric(
  account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE, at INTEGER NOT NULL, metrics TEXT NOT NULL,
  PRIMARY KEY(account_id, at)) STRICT, WITHOUT ROWID;

-- length of a video; null for an image, and where the file does not say
ALTER TABLE media ADD COLUMN seconds REAL;
-- storage of the person's own that networks fetch media from; secrets are ciphertext of the operating system's store
CREATE TABLE media_host(
  id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN('s3','webdav','sftp')), config TEXT NOT NULL, cipher BLOB,
  created_at INTEGER NOT NULL, retired_at INTEGER) STRICT;
CREATE UNIQUE INDEX media_host_in_force ON media_host((1)) WHERE retired_at IS NULL;
-- what lies there: a row is written before the upload and goes when the file is gone
CREATE TABLE hosted_media(
  key TEXT PRIMARY KEY, host_id TEXT NOT NULL REFERENCES media_host(id) ON DELETE CASCADE,
  media_id TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
CREATE INDEX hosted_media_by_host ON hosted_media(host_id);
