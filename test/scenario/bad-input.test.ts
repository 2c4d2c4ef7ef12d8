import { exits, nothingLeft, prints, printsNot } from './checks.ts';
import { scenario } from './scenario.ts';

const gallery: readonly (readonly [sentence: string, file: string, ...expected: (string | RegExp)[]])[] = [
  [
    'an unknown key',
    'services:\n  web:\n    image: a\n    prots: ["80:80"]\n',
    'compose.yaml:4:5',
    'prots',
    'ports',
  ],
  ['a wrong type', 'services:\n  web:\n    image: 5\n', /compose\.yaml:3:\d+/, 'image'],
  ['two mistakes at once', 'services:\n  web:\n    image: 5\n    prots: []\n', /:3:\d+/, /:4:\d+/],
  ['an error of YAML', 'services:\n  web: [\n', /compose\.yaml:\d+:\d+/],
  [
    'a reference to nothing',
    'services:\n  web:\n    image: a\n    depends_on: [bd]\n  db:\n    image: a\n',
    /:4:\d+/,
    '"bd"',
  ],
  [
    'a cycle',
    'services:\n  a:\n    image: x\n    depends_on: [b]\n  b:\n    image: x\n    depends_on: [a]\n',
    /:4:\d+/,
    'a -> b -> a',
  ],
  [
    'a variable that must be set',
    `services:\n  web:\n    image: \${NOT_SET_HERE:?say which image}\n`,
    'NOT_SET_HERE',
    'say which image',
  ],
];

for (const [sentence, file, ...expected] of gallery) {
  scenario(
    `${sentence} is refused with its place, and nothing is made`,
    async (s) => {
      s.file('compose.yaml', file);
      await s.step(
        'up',
        ['up', '-d'],
        exits(1),
        ...expected.map(prints),
        printsNot(/^\s+at .*:\d+:\d+\)?$/m),
        nothingLeft(),
      );
    },
    { engines: ['docker'] },
  );
}

scenario(
  'a folder without a compose file says so',
  async (s) => {
    await s.step('up', ['up', '-d'], exits(1), prints('compose.yaml'), printsNot(/^\s+at /m));
  },
  { engines: ['docker'] },
);

scenario(
  'an unknown option is an error of usage',
  async (s) => {
    s.file('compose.yaml', 'services:\n  web:\n    image: a\n');
    await s.step(
      'up',
      ['up', '--detatch'],
      exits(1),
      prints('detatch'),
      prints('did you mean --detach?'),
      nothingLeft(),
    );
  },
  { engines: ['docker'] },
);
