/** Messages of the protocol after which more of the same query comes: Parse, Bind, Describe, Execute, Close, Flush. */
const PARTS = new Set(Buffer.from('PBDECH'));

/**
 * Every connection shares the one session of PGlite, and the socket server lets them take turns message by message:
 * the Bind of one met the Parse of another, the AppView lost what it was about to index, and no notification ever came.
 * The server leaves a connection alone while it is in a transaction, so a query counts as one until its end.
 */
export function keepQueriesWhole(db) {
  let isOpen = false;
  const execute = db.execProtocolRawStream.bind(db);
  const inTransaction = db.isInTransaction.bind(db);
  return Object.assign(db, {
    execProtocolRawStream: (message, options) => {
      isOpen = PARTS.has(message[0]);
      return execute(message, options);
    },
    isInTransaction: () => isOpen || inTransaction(),
  });
}
