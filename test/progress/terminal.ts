import { openProgress } from '../../src/progress/choose.ts';

/** Started by tty.test.ts on a terminal: two resources, one of which fails if asked to. */
const progress = await openProgress({ command: 'up' }, { stderr: process.stderr, environment: process.env });
const fails = process.argv[2] === 'fail';
const time = Date.now();
const say = (id: string, status: 'Working' | 'Done' | 'Error', text: string) =>
  progress.emit({ type: 'resource', time, id, status, text });
say('Container shop-db-1', 'Working', 'Creating');
say('Container shop-web-1', 'Working', 'Creating');
await new Promise((resolve) => setTimeout(resolve, 250));
say('Container shop-db-1', 'Done', 'Started');
if (fails) say('Container shop-web-1', 'Error', 'no such image');
else say('Container shop-web-1', 'Done', 'Started');
progress.emit({ type: 'notice', time, level: 'warning', message: 'a port is public' });
await progress.close();
process.stderr.write('the end\n');
