import type { CoverageResult } from '../coverage';
import { html, quoted, type Html } from './html';
import { limits } from './limits';
import { reportStyle } from './report-style';
import {
  counted,
  countTable,
  median,
  money,
  number,
  percent,
  plain,
  table,
  timesIn,
  total,
} from './report-parts';
import type { Tally } from './tally';
import type { RecordCounts } from './manifest';

/** report.html: what the record says, for a reader who never sees the app. */
export type ReportFacts = {
  readonly logId: string;
  readonly made: number;
  readonly app: string;
  readonly accountLabel: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly zone: string | undefined;
  readonly texts: boolean;
  readonly names: boolean;
  readonly size: number;
  readonly root: string;
  readonly words: readonly string[];
  readonly fingerprint: string | undefined;
  readonly counts: RecordCounts;
  readonly coverage: CoverageResult | undefined;
  readonly tally: Tally;
};

type Section = { readonly id: string; readonly title: string; readonly body: (facts: ReportFacts) => Html };

export function reportHtml(facts: ReportFacts): string {
  const time = timesIn(facts.zone).long;
  const scope = facts.accountLabel ?? 'all accounts';
  const contents = sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`);
  const bodies = sections.map(
    ({ id, title, body }) =>
      html`<section aria-labelledby="${id}">
        <h2 id="${id}">${title}</h2>
        ${body(facts)}
      </section> `,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>AI record: ${scope}, ${time(facts.made)}</title>
        <style>
          ${{ html: reportStyle }}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="kicker">Record of AI use</p>
            <h1>${scope}</h1>
            <p class="dim">Made ${time(facts.made)} with ${facts.app}</p>
          </header>
          <nav aria-label="Contents">
            <ol>
              ${contents}
            </ol>
          </nav>
          ${bodies}
        </main>
      </body>
    </html> `.html;
}

function proves(facts: ReportFacts): Html {
  const { tally, counts } = facts;
  return html`<p>
      The app writes every act of its AI into a log before anything else happens. Entries are chained by
      hashes and signed, so that a later change shows. This report is a reading of ${number(counts.full)}
      entries of that log; the files beside it are the evidence.
    </p>
    <ul class="facts">
      <li><b>${number(total(tally.tasks))}</b><span>requests to a model</span></li>
      <li><b>${number(total(tally.decisions))}</b><span>decisions by a person</span></li>
      <li><b>${number(total(tally.origins))}</b><span>publications in the log</span></li>
      <li><b>${number(total(tally.blocked))}</b><span>requests refused by the app</span></li>
    </ul>
    ${table(
      'What would be noticed',
      [
        { name: 'If', cell: (row) => row.case },
        { name: 'It is noticed', cell: (row) => row.caught },
      ],
      limits,
    )}
    <p class="dim">This is a record, not a certificate: it does not say that a law or a standard is met.</p>`;
}

function completeness(facts: ReportFacts): Html {
  const { counts, coverage } = facts;
  const time = timesIn(facts.zone).long;
  const gaps = coverage?.gaps.length ?? 0;
  return html`<dl>
      <dt>Period</dt>
      <dd>
        ${facts.from === undefined ? 'from the beginning of the log' : `from ${time(facts.from)}`}
        ${facts.to === undefined ? 'to the time of this record' : `to ${time(facts.to)}, exclusive`}
      </dd>
      <dt>Accounts</dt>
      <dd>${facts.accountLabel ?? 'all'}</dd>
      <dt>Entries in the log</dt>
      <dd>${number(facts.size)}, none skipped</dd>
      <dt>Shown in full</dt>
      <dd>${number(counts.full)}</dd>
      <dt>As hash only</dt>
      <dd>
        ${number(counts.stubs)} outside the chosen period or accounts, ${number(counts.pruned)} removed by
        retention
      </dd>
      <dt>Texts</dt>
      <dd>
        ${facts.texts ? `${number(counts.texts)} included` : 'withheld by choice'}; names
        ${facts.names ? 'included' : 'withheld by choice'}; ${number(counts.withheld)} withheld,
        ${number(counts.erased)} erased or removed by retention, ${number(counts.not_stored)} never stored
      </dd>
      <dt>Coverage</dt>
      <dd>
        ${coverage ? `${percent(coverage.milli)} of ${number(coverage.checked)} checks, ${number(gaps)} ${gaps === 1 ? 'gap' : 'gaps'}, ${number(coverage.open)} answers without a decision yet, ${number(coverage.interrupted)} interrupted requests` : 'not checked for this record'}
      </dd>
    </dl>
    ${facts.tally.restored.map((entry) => html`<p class="warn">Entry ${entry.seq}, ${time(entry.ts)}: the log notes that it was restored or cut (${plain(entry.cause)}).</p>`)}`;
}

function acts({ tally, zone }: ReportFacts): Html {
  const times = timesIn(zone);
  return html`${countTable('By task', ['Task'], tally.tasks, 'No request to a model in this period.')}
  ${countTable('By model and host', ['Model', 'Host', 'Place'], tally.models, '', String)}
  ${countTable('By place', ['Place'], tally.places, '')}
  ${countTable('Outcome of requests', ['Outcome'], tally.statuses, '')}
  ${
    tally.latest.length === 0
      ? html``
      : table(
          `The latest ${number(tally.latest.length)} requests (all are in record.csv)`,
          [
            { name: 'Entry', cell: (act) => act.seq },
            { name: `Time (${times.zone})`, cell: (act) => times.short(act.ts) },
            { name: 'Task', cell: (act) => plain(act.task) },
            { name: 'Model', cell: (act) => act.model },
            { name: 'Decision', cell: (act) => (act.decision === undefined ? 'none' : plain(act.decision)) },
            { name: 'Proposed', cell: (act) => (act.proposed === undefined ? '' : quoted(act.proposed)) },
            { name: 'Approved', cell: (act) => (act.final === undefined ? '' : quoted(act.final)) },
          ],
          tally.latest,
        )
  }`;
}

function people({ tally }: ReportFacts): Html {
  const middle = median(tally.keptMilli);
  return html`${countTable('Decisions', ['Decision'], tally.decisions, 'No decision in this period.')}
  ${countTable('Words kept from the AI draft', ['Class'], tally.contributions, 'No measured contribution.')}
  ${middle === undefined ? html`` : html`<p>Median share of words kept from the AI draft: ${percent(middle)}. It compares words and says nothing about authorship.</p>`}`;
}

const disclosures = ({ tally }: ReportFacts): Html =>
  html`${countTable('Where published text came from', ['Origin'], tally.origins, 'Nothing was published in this period.')}
  ${countTable('Disclosure', ['Disclosed by', 'Reason', 'In the post'], tally.disclosures, '')}`;

const bias = (): Html => html`<p class="dim">The record contains no bias run.</p>`;

function events({ tally, zone }: ReportFacts): Html {
  const times = timesIn(zone);
  const none =
    tally.incidents.length === 0
      ? html`<p class="dim">No incident.</p>`
      : table(
          'Incidents',
          [
            { name: 'Entry', cell: (entry) => entry.seq },
            { name: `Time (${times.zone})`, cell: (entry) => times.short(entry.ts) },
            { name: 'Severity', cell: (entry) => plain(entry.severity) },
            { name: 'Category', cell: (entry) => plain(entry.category) },
            { name: 'Action', cell: (entry) => plain(entry.action) },
            { name: 'State', cell: (entry) => (entry.closed ? 'closed' : 'open') },
          ],
          tally.incidents,
        );
  const switches =
    tally.killSwitch.length === 0
      ? html``
      : table(
          'Kill switch',
          [
            { name: 'Entry', cell: (entry) => entry.seq },
            { name: `Time (${times.zone})`, cell: (entry) => times.short(entry.ts) },
            { name: 'Scope', cell: (entry) => entry.scope },
            { name: 'State', cell: (entry) => entry.state },
            { name: 'Cause', cell: (entry) => plain(entry.cause) },
            { name: 'Calls ended', numeric: true, cell: (entry) => entry.aborted },
          ],
          tally.killSwitch,
        );
  const overrides = (tally.decisions.get('overridden') ?? 0) + (tally.decisions.get('rejected') ?? 0);
  return html`${none}${switches}${countTable('Requests that the app refused', ['Reason'], tally.blocked, 'No request was refused.')}
    <p>Suggestions that a person rejected or overrode: ${number(overrides)}.</p>`;
}

const removals = ({ tally, counts }: ReportFacts): Html =>
  html`<dl>
      <dt>Texts erased on request</dt>
      <dd>${number(tally.erasures)} in the whole log</dd>
      <dt>Retention runs</dt>
      <dd>${number(tally.prunes)}</dd>
      <dt>Entries removed by retention</dt>
      <dd>${number(counts.pruned)}</dd>
    </dl>
    ${countTable('Gaps found', ['Gap'], tally.gaps, 'No gap is recorded.')}`;

function cost({ tally }: ReportFacts): Html {
  const rows = counted(tally.cost);
  return html`${
      rows.length === 0
        ? html`<p class="dim">No cost is recorded.</p>`
        : table(
            'Cost',
            [
              { name: 'Currency', cell: (row) => row.parts[0] ?? '' },
              { name: 'Basis', cell: (row) => row.parts[1] ?? '' },
              { name: 'Amount', numeric: true, cell: (row) => money(row.n, row.parts[0] ?? '') },
            ],
            rows,
          )
    }
    <p class="dim">
      ${number(tally.tokens.input)} tokens read and ${number(tally.tokens.output)} written, as the models
      reported them. An estimate is the price list of its date times these numbers.
    </p>`;
}

const versions = ({ tally }: ReportFacts): Html =>
  html`${countTable('Models', ['Model', 'Host', 'Place'], tally.models, 'No model was used in this period.', String)}
  ${countTable('Prompts', ['Name', 'Version', 'Hash'], tally.prompts, '', String)}`;

function checking(facts: ReportFacts): Html {
  return html`<dl>
      <dt>Log</dt>
      <dd class="mono">${facts.logId}</dd>
      <dt>Root over ${number(facts.size)} entries</dt>
      <dd class="mono">${facts.root}</dd>
      <dt>Signature</dt>
      <dd>
        ${facts.fingerprint === undefined ? html`<span class="warn">not signed</span>` : html`<span class="mono">${facts.fingerprint}</span>`}
      </dd>
    </dl>
    <p>Check words of the root, to compare on the telephone:</p>
    <ul class="wordlist">
      ${facts.words.map((word) => html`<li>${word}</li>`)}
    </ul>
    <pre>
sha256sum -c SHA256SUMS
ssh-keygen -Y verify -f allowed_signers -I ai-log -n ai-log@candor -s checkpoint.body.sig &lt; checkpoint.body
python3 verify.py .
node verify.mjs .</pre>
    <p>
      VERIFY.md explains each step. Take the scripts from a source you trust, not only from this folder.
    </p>`;
}

const sections: readonly Section[] = [
  { id: 'proves', title: 'What this shows and what it does not', body: proves },
  { id: 'period', title: 'Period and completeness', body: completeness },
  { id: 'acts', title: 'Acts of the AI', body: acts },
  { id: 'people', title: 'Decisions by people', body: people },
  { id: 'disclosures', title: 'Disclosures', body: disclosures },
  { id: 'bias', title: 'Bias runs', body: bias },
  { id: 'events', title: 'Incidents, refusals and overrides', body: events },
  { id: 'removals', title: 'Erasures and gaps', body: removals },
  { id: 'cost', title: 'Cost', body: cost },
  { id: 'versions', title: 'Models and prompts', body: versions },
  { id: 'checking', title: 'How to check this record', body: checking },
];
