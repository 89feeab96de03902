import { addAccount } from '../../fakes/inbox';
import { driver, openWorld } from '../../fakes/engine';
import { systemClock } from '../../fakes/ports';
import { createHttpNetwork } from './http-network';

/**
 * The engine in a process of its own, to be killed: `node entry.mjs <folder> <server> seed|run <threads> <replies>`.
 * `seed` queues posts and replies and ends; `run` sends what is due and prints `done` when nothing is left.
 */
const [folder = '', server = '', mode = 'run', threads = '0', replies = '0'] = process.argv.slice(2);
const dir = { path: folder, remove: () => undefined };
const world = openWorld({ network: createHttpNetwork(server), clock: systemClock, dir });

if (mode === 'seed') {
  const account = addAccount(world.db, { serviceUrl: server });
  const person = driver(world, account.id);
  // Nothing runs in this process: the engine is not started.
  for (let index = 0; index < Number(threads); index += 1) {
    await person.publishNow(person.compose([`post ${index} a`, `post ${index} b`]));
  }
  for (let index = 0; index < Number(replies); index += 1) {
    const { conversationId } = person.receive(`c${index}`, 'Hi');
    await person.reply(conversationId, `reply ${index}`);
  }
  world.db.raw.prepare(`UPDATE job SET due_at = ?`).run(Date.now());
  await world.close();
} else {
  world.engine.start();
  process.stdout.write('started\n');
  const timer = setInterval(() => {
    world.engine.retryNow();
    if (world.engine.waiting().waiting > 0) return;
    clearInterval(timer);
    const states = world.db.raw.prepare(`SELECT state, COUNT(*) AS n FROM job GROUP BY state`).all();
    const variants = world.db.raw.prepare(`SELECT state, COUNT(*) AS n FROM variant GROUP BY state`).all();
    const deliveries = world.db.raw
      .prepare(
        `SELECT delivery AS state, COUNT(*) AS n FROM message WHERE direction = 'outgoing' GROUP BY delivery`,
      )
      .all();
    const published = world.db.raw
      .prepare(`SELECT COUNT(*) AS n FROM ai_log_entry WHERE type = 'publish'`)
      .get();
    void world.close().then(() => {
      process.stdout.write(`done ${JSON.stringify({ states, variants, deliveries, published })}\n`);
      process.exit(0);
    });
  }, 20);
}
