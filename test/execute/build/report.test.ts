import { expect, test } from 'vitest';
import { statusListener } from '../../../src/engine/buildkit/progress.ts';
import { BuildReport } from '../../../src/execute/build/report.ts';

const at = (seconds: number) => ({ seconds, nanos: 0 });

test('tells the parts of a step before its end, though both come in one message', () => {
  let text = '';
  const context = { tell: () => undefined, notice: () => undefined };
  const report = new BuildReport('web', 'shop-web', context, (more) => {
    text += more;
  });
  const on = statusListener(report.listener);
  const vertex = { digest: 'x', name: 'exporting to image', started: at(10) };
  const naming = { id: 'naming to docker.io/library/shop-web', vertex: 'x' };
  on({ vertexes: [vertex], statuses: [{ ...naming, started: at(10) }] });
  on({
    vertexes: [{ ...vertex, completed: at(13) }],
    statuses: [{ ...naming, started: at(10), completed: at(12) }],
  });
  expect(text.split('\n')).toEqual([
    'web #1 exporting to image',
    'web #1 naming to docker.io/library/shop-web 2.0s done',
    'web #1 DONE 3.0s',
    '',
  ]);
});
