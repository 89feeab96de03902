/** Meta's `fields` parameter: `id,replies.limit(50){id,text}`. */
type Field = { readonly name: string; readonly limit?: number; readonly sub?: readonly Field[] };

export function parseFields(text: string): readonly Field[] {
  let at = 0;
  const list = (): Field[] => {
    const fields: Field[] = [];
    while (at < text.length && text[at] !== '}') {
      const name = /^[\w]+/.exec(text.slice(at))?.[0];
      if (!name) throw new SyntaxError(`fields at ${at}`);
      at += name.length;
      const limit = /^\.limit\((\d+)\)/.exec(text.slice(at));
      at += limit?.[0].length ?? 0;
      let sub: Field[] | undefined;
      if (text[at] === '{') {
        at += 1;
        sub = list();
        at += 1;
      }
      fields.push({ name, ...(limit && { limit: Number(limit[1]) }), ...(sub && { sub }) });
      if (text[at] === ',') at += 1;
    }
    return fields;
  };
  return list();
}

export type Row = Readonly<Record<string, unknown>>;

/** The fields that were asked for; throws the name of one that does not exist. */
export function project(row: Row, fields: readonly Field[], known: readonly string[]): Row {
  const result: Record<string, unknown> = { id: row.id };
  for (const { name, sub, limit } of fields) {
    if (!known.includes(name)) throw new UnknownField(name);
    const value = row[name];
    if (value === undefined || value === null) continue;
    result[name] = sub ? within(value, sub, limit) : value;
  }
  return result;
}

function within(value: unknown, sub: readonly Field[], limit: number | undefined): unknown {
  const pick = (one: Row): Row =>
    Object.fromEntries(sub.flatMap(({ name }) => (one[name] === undefined ? [] : [[name, one[name]]])));
  if (typeof value === 'object' && value !== null && 'data' in value) {
    const { data } = value as { data: readonly Row[] };
    const page = data.slice(0, limit ?? data.length);
    const last = page.at(-1)?.id;
    const isMore = page.length < data.length;
    const cursors = { before: 'x', after: String(last) };
    return {
      data: page.map(pick),
      ...(isMore && { paging: { cursors, next: 'https://graph.example/next' } }),
    };
  }
  return pick(value as Row);
}

export class UnknownField extends Error {
  readonly field: string;
  constructor(field: string) {
    super(field);
    this.field = field;
  }
}
