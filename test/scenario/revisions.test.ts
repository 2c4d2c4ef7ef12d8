import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { engineCall } from '../support/engines.ts';
import { exits, prints } from './checks.ts';
import { type Check, Scenario, scenario } from './scenario.ts';

const shop = resolve(import.meta.dirname, '../../examples/shop');

/** A checkout of the example shop, whose images are this scenario's own. */
function checkout(s: Scenario): void {
  cpSync(shop, s.folder, { recursive: true });
  const path = join(s.folder, 'compose.yaml');
  const text = readFileSync(path, 'utf8').replace(/image: shop-(web|api)/g, `image: ${s.project}-$1`);
  writeFileSync(path, text.replace(/^name: shop$/m, `name: ${s.project}`));
  s.environment['WEB_PORT'] = '0';
}

const page =
  (what: string): Check =>
  async ({ scenario: s }) => {
    const page = await s.tscompose(['exec', '-T', 'web', 'wget', '-qO-', 'http://127.0.0.1/']);
    expect(page.stdout, page.stderr).toContain(what);
  };

scenario(
  'the shop goes through five revisions, and back from another checkout, its images and orders included',
  async (first) => {
    const second = new Scenario(first.host, first.project);
    for (const one of [first, second]) checkout(one);
    const title = (text: string) => {
      for (const one of [first, second]) one.file('.env', `SHOP_TITLE=${text}\n`);
    };
    const style = (text: string) => {
      for (const one of [first, second]) writeFileSync(join(one.folder, 'web/style.css'), text);
    };
    const up = (what: string) => first.step(what, ['up', '-d', '--wait', '--build'], exits(0));
    const order = (product: number) =>
      first.step(
        `order ${product}`,
        [
          ...['exec', '-T', 'api', 'wget', '-qO-', '--header=content-type: application/json'],
          ...[`--post-data={"product":${product},"customer":"c"}`, 'http://127.0.0.1:3000/api/orders'],
        ],
        exits(0),
      );
    try {
      title('One');
      await up('revision 1');
      await order(1);
      title('Two');
      await up('revision 2');
      style('/* three */');
      await up('revision 3: another image under the same name');
      title('Four');
      await up('revision 4');
      first.file(
        'extra.yaml',
        `services:\n  extra:\n    image: tscompose-base/busybox\n    command: sleep 600\n    stop_signal: SIGKILL\n`,
      );
      await first.step(
        'revision 5: one service more',
        ['-f', 'compose.yaml', '-f', 'extra.yaml', 'up', '-d'],
        exits(0),
      );
      await order(2);

      await second.step('history', ['history', '-q'], exits(0), prints('1\n2\n3\n4\n5\n'));
      await second.step(
        'diff 1 2',
        ['diff', '1', '2'],
        exits(0),
        prints('services.web.environment.SHOP_TITLE: One -> Two'),
      );
      await second.step(
        'diff 2 3',
        ['diff', '2', '3'],
        exits(0),
        prints(/^~ images\.web: [0-9a-f]{12} -> [0-9a-f]{12}\n$/),
      );
      await second.step('diff', ['diff'], exits(0), prints('+ services.extra.image: tscompose-base/busybox'));
      await engineCall(first.host, 'POST', '/images/prune');
      await second.step('back to 2', ['rollback', '2', '--wait'], exits(0), page('Two'));
      const css = ['exec', '-T', 'web', 'cat', '/usr/share/nginx/html/style.css'];
      const before = readFileSync(join(shop, 'web/style.css'), 'utf8').slice(0, 40);
      await second.step('with its image', css, exits(0), prints(before));
      await second.step('without what came later', ['ps', '--services'], exits(0), ({ ended }) =>
        expect(ended.stdout.trim().split('\n').sort()).toEqual(['api', 'cache', 'db', 'web']),
      );
      await second.step('and all orders', ['run', '--rm', '-T', 'report'], exits(0), prints(/\(\d+ rows?\)/));
      await second.step('forward again', ['rollback', '4', '--wait'], exits(0), page('Four'));
      await second.step('with its image', css, exits(0), prints('three'));
      await first.step('the same for the first', ['history', '-q'], exits(0), prints('6\n7\n'));
    } finally {
      await first.tscompose(['down', '-v', '-t', '1', '--rmi', 'local', '--remove-orphans']);
      await second.close();
    }
  },
  { engines: ['docker'] },
);
