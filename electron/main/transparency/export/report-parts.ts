import { html, type Html } from './html';
import { PART, type Counter } from './tally';

export const number = (value: number): string => new Intl.NumberFormat('en-GB').format(value);

export const percent = (milli: number): string => `${(milli / 10).toFixed(1)} %`;

export type Times = {
  /** A time as people read it, with the zone it is in. */
  readonly long: (at: string | number) => string;
  /** For tables whose head names the zone. */
  readonly short: (at: string | number) => string;
  readonly zone: string;
};

export function timesIn(zone = 'UTC'): Times {
  const long = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: zone });
  const short = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
  return {
    long: (at) => `${long.format(new Date(at))} (${zone})`,
    short: (at) => short.format(new Date(at)),
    zone,
  };
}

export const money = (micros: number, ccy: string): string => `${(micros / 1_000_000).toFixed(4)} ${ccy}`;

/** Codes of the log as words of a page: `ai_verbatim` reads "ai verbatim". Names of models and hosts stay as they are. */
export const plain = (code: string): string => code.replaceAll('_', ' ').replaceAll('.', ' ');

export type Column<Row> = {
  readonly name: string;
  readonly cell: (row: Row) => string | number | Html;
  readonly numeric?: boolean;
};

/** A table with a caption, column headers, and the first cell as header of its row. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): Html {
  const head = columns.map(({ name, numeric }) =>
    numeric ? html`<th scope="col" class="num">${name}</th>` : html`<th scope="col">${name}</th>`,
  );
  const body = rows.map((row) => {
    const cells = columns.map(({ cell, numeric }, i) => {
      if (i === 0) return html`<th scope="row">${cell(row)}</th>`;
      return numeric ? html`<td class="num">${cell(row)}</td>` : html`<td>${cell(row)}</td>`;
    });
    return html`<tr>
      ${cells}
    </tr> `;
  });
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div> `;
}

type Counted = { readonly parts: readonly string[]; readonly n: number };

export const counted = (counter: Counter): readonly Counted[] =>
  [...counter]
    .map(([key, n]) => ({ parts: key.split(PART), n }))
    .sort((a, b) => b.n - a.n || (a.parts.join() < b.parts.join() ? -1 : 1));

export const total = (counter: Counter): number => [...counter.values()].reduce((sum, n) => sum + n, 0);

/** Counts with their share of the whole, or a sentence where there is nothing. */
export function countTable(
  caption: string,
  names: readonly string[],
  counter: Counter,
  none: string,
  show: (part: string) => string = plain,
): Html {
  const all = total(counter);
  if (all === 0) return none === '' ? html`` : html`<p class="dim">${none}</p>`;
  const columns: readonly Column<Counted>[] = [
    ...names.map((name, i) => ({ name, cell: (row: Counted) => show(row.parts[i] ?? '') })),
    { name: 'Number', numeric: true, cell: (row) => number(row.n) },
    { name: 'Share', cell: (row) => share(Math.round((row.n * 1000) / all)) },
  ];
  return table(caption, columns, counted(counter));
}

const share = (milli: number): Html =>
  html`<span class="track" aria-hidden="true"><span class="bar" style="width:${milli / 10}%"></span></span>
    ${percent(milli)}`;

export const median = (values: readonly number[]): number | undefined => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
};
