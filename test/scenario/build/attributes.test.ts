import { expect } from 'vitest';
import { image, platforms, savedImage } from '../../support/built-images.ts';
import { exits, prints, printsNot } from '../checks.ts';
import { withBuilders } from './builders.ts';

withBuilders(
  'arguments, labels, names, target and Dockerfile end up in the image',
  async ({ one, builder, out, labels }) => {
    one.environment['FROM_HERE'] = 'here';
    one.file(
      'app/sub/Other',
      [
        'FROM busybox AS first',
        'ARG GIVEN',
        'ARG FROM_HERE',
        'ARG OVERRIDDEN=none',
        'COPY . /out/',
        'RUN echo "$GIVEN $FROM_HERE $OVERRIDDEN" > /out/args; getent hosts other > /out/host || grep other /etc/hosts > /out/host',
        'FROM first AS second',
        'RUN echo no > /out/second',
      ].join('\n'),
    );
    one.file('app/a', 'a');
    one.file(
      'compose.yaml',
      `services:
  app:
    build:
      context: app
      dockerfile: sub/Other
      target: first
      args: {GIVEN: given, FROM_HERE: }
      labels: {mine: yes indeed}
      tags: ["${one.project}-more:1", "localhost:1/${one.project}:2"]
      extra_hosts: ["other:10.1.2.3"]
`,
    );
    await one.step('it is built', ['build', '--build-arg', 'OVERRIDDEN=yes'], exits(0), prints('RUN echo'));
    expect(await out('args')).toBe('given here yes\n');
    expect(await out('host')).toContain('10.1.2.3');
    expect(await out('a')).toBe('a');
    expect(await out('second')).toBe('no file second');
    const made = (await image(one.host, `${one.project}-app`))!;
    const short = (tag: string) => tag.replace('docker.io/library/', '');
    expect(made.tags.map(short).sort()).toEqual(
      [`${one.project}-app:latest`, `${one.project}-more:1`, `localhost:1/${one.project}:2`].sort(),
    );
    expect(await labels()).toMatchObject({
      mine: 'yes indeed',
      'com.docker.compose.project': one.project,
      'com.docker.compose.service': 'app',
      'com.docker.compose.version': expect.stringMatching(/./),
      ...(builder === 'classic' && { 'com.docker.compose.image.builder': 'classic' }),
    });
  },
);

withBuilders(
  'a Dockerfile may stand in the compose file, or outside of the context',
  async ({ one, out }) => {
    one.file('app/a', 'a');
    one.file('elsewhere/D', 'FROM busybox\nCOPY a /out/outside\n');
    one.file(
      'compose.yaml',
      `services:
  app:
    build:
      context: app
      dockerfile_inline: |
        FROM busybox
        COPY a /out/inline
  other:
    build: {context: app, dockerfile: ../elsewhere/D}
`,
    );
    await one.step('both are built', ['build'], exits(0));
    expect(await out('inline')).toBe('a');
    expect(await out('outside', 'other')).toBe('a');
  },
);

withBuilders('.dockerignore is obeyed in full', async ({ one, out }) => {
  const ignored = [
    '# not a rule',
    '*.log',
    '!important.log',
    'deep/**/secret',
    'folder',
    '!folder/kept',
    '**/?.tmp',
  ];
  one.file('.dockerignore', `${ignored.join('\n')}\n`);
  one.file(
    'Dockerfile',
    'FROM busybox\nCOPY . /all/\nRUN mkdir /out; cd /all; find . -type f | sort > /out/list\n',
  );
  for (const name of [
    'a.log',
    'important.log',
    'deep/er/secret',
    'deep/er/open',
    'folder/gone',
    'folder/kept',
  ]) {
    one.file(name, name);
  }
  one.file('x.tmp', '');
  one.file('long.tmp', '');
  one.file(
    'own/Dockerfile',
    'FROM busybox\nCOPY . /all/\nRUN mkdir /out; cd /all; find . -name "*.log" > /out/list\n',
  );
  one.file('own/Dockerfile.dockerignore', 'important.log\n');
  one.file(
    'compose.yaml',
    'services:\n  app: {build: .}\n  own: {build: {context: ., dockerfile: own/Dockerfile}}\n',
  );
  await one.step('both are built', ['build'], exits(0));
  expect((await out('list')).split('\n')).toEqual([
    ...['./.dockerignore', './Dockerfile', './compose.yaml', './deep/er/open', './folder/kept'],
    ...['./important.log', './long.tmp', './own/Dockerfile', './own/Dockerfile.dockerignore', ''],
  ]);
  expect(await out('list', 'own')).toBe('./a.log\n');
});

withBuilders('limits of the steps are theirs', async ({ one, builder, modern, out }) => {
  one.file(
    'Dockerfile',
    'FROM busybox\nRUN mkdir /out; ulimit -n > /out/files; df -k /dev/shm | tail -1 > /out/shm; ls /sys/class/net > /out/net\n',
  );
  one.file(
    'compose.yaml',
    `services:
  app:
    build:
      context: .
      shm_size: 8m
      network: ${builder === 'Podman' ? 'host' : 'none'}
      isolation: default
      ulimits: {nofile: {soft: 300, hard: 400}}
`,
  );
  // BuildKit of this age does not heed them: the classic builder does it, and that is said.
  const told =
    builder === 'BuildKit' && !modern
      ? [prints(/classic builder: BuildKit here has no ulimits, shm_size/)]
      : [];
  await one.step('it is built', ['build'], exits(0), ...told);
  expect(await out('files')).toBe('300\n');
  expect(await out('shm')).toContain(' 8192 ');
  if (builder === 'Podman') {
    one.file('compose.yaml', 'services: {app: {build: {context: ., network: none}}}\n');
    await one.step('no network', ['build'], exits(1), prints("doesn't support network none"));
  } else expect(await out('net')).toBe('lo\n');
});

withBuilders('steps are taken from the cache unless that is not wanted', async ({ one, out }) => {
  one.file('Dockerfile', 'FROM busybox\nRUN mkdir /out; cat /proc/sys/kernel/random/uuid > /out/id\n');
  const compose = (more: string) =>
    one.file('compose.yaml', `services:\n  app:\n    build:\n      context: .\n${more}`);
  compose('');
  await one.step('it is built', ['build'], exits(0));
  const first = await out('id');
  await one.step('nothing has changed', ['build'], exits(0), prints(/CACHED|Using cache/));
  expect(await out('id')).toBe(first);
  await one.step('without the cache', ['build', '--no-cache'], exits(0));
  const second = await out('id');
  expect(second).not.toBe(first);
  compose('      no_cache: true\n');
  await one.step('without the cache, as the file says', ['build'], exits(0));
  expect(await out('id')).not.toBe(second);
});

withBuilders('pull looks at the registry, and nothing else does', async ({ one }) => {
  one.file('Dockerfile', 'FROM localhost:1/base:1\n');
  one.file('base/Dockerfile', 'FROM busybox\n');
  one.file(
    'compose.yaml',
    'services:\n  base: {image: "localhost:1/base:1", build: base}\n  app: {build: .}\n',
  );
  await one.step('the base image is here', ['build', 'base'], exits(0));
  await one.step('it is enough', ['build', 'app'], exits(0));
  await one.step('with pull it is not', ['build', '--pull', 'app'], exits(1), prints(/localhost:1/));
});

withBuilders('a platform is passed on, several are refused or made', async ({ one, builder, modern }) => {
  one.file('Dockerfile', 'FROM scratch\nCOPY Dockerfile /\n');
  const compose = (platforms: string) =>
    one.file('compose.yaml', `services:\n  app:\n    build: {context: ., platforms: [${platforms}]}\n`);
  compose('linux/amd64');
  await one.step('one', ['build'], exits(0));
  expect((await image(one.host, `${one.project}-app`))?.architecture).toBe('amd64');
  compose('linux/amd64, linux/arm64');
  const words = {
    classic: "the classic builder doesn't support multi-arch build",
    Podman: "Podman's builder doesn't support multi-arch build",
    BuildKit: 'Multi-platform build is not supported for the docker driver.',
  }[builder];
  if (builder === 'BuildKit' && modern) {
    await one.step('two', ['build'], exits(0));
    expect([...(await platforms(one.host, `${one.project}-app`))].sort()).toEqual(['amd64', 'arm64']);
  } else await one.step('two', ['build'], exits(1), prints(words), prints('hint:'));
  one.environment['DOCKER_DEFAULT_PLATFORM'] = 'windows/amd64';
  await one.step('none of them', ['build'], prints('does not support value set by DOCKER_DEFAULT_PLATFORM'));
});

withBuilders(
  'privileges and attestations are refused by those who have none',
  async ({ one, builder, modern }) => {
    one.file('Dockerfile', 'FROM busybox\nRUN true\n');
    const compose = (more: string) =>
      one.file('compose.yaml', `services:\n  app:\n    build: {context: ., ${more}}\n`);
    const words = (what: string, other: string) =>
      prints(
        {
          classic: `the classic builder doesn't support ${what}`,
          Podman: `Podman's builder doesn't support ${what}`,
          BuildKit: other,
        }[builder],
      );
    compose('privileged: true');
    await one.step(
      'privileged',
      ['build'],
      exits(1),
      words('privileged mode', 'security.insecure is not allowed'),
    );
    compose('entitlements: [security.insecure]');
    await one.step(
      'entitled',
      ['build'],
      exits(1),
      words('privileged mode', 'security.insecure is not allowed'),
    );
    compose('provenance: mode=max');
    if (builder === 'Podman') {
      await one.step('provenance', ['build'], exits(0), prints('does without provenance'));
      compose('sbom: true');
      await one.step('sbom', ['build'], exits(0), prints('does without sbom'));
    } else if (builder === 'BuildKit' && modern) {
      await one.step('provenance', ['build'], exits(0));
      expect(await platforms(one.host, `${one.project}-app`)).toContain('attestation');
    } else {
      await one.step('provenance', ['build'], exits(1), words('provenance', 'Attestation is not supported'));
      compose('sbom: true');
      await one.step('sbom', ['build'], exits(1), words('sbom', 'Attestation is not supported'));
    }
    compose('provenance: false');
    await one.step('none', ['build'], exits(0));
    compose('isolation: hyperv');
    await one.step('isolation', ['build'], exits(1), prints(/isolation/i));
  },
);

withBuilders(
  'what is in an image is listed by the program that the file names',
  async ({ one, modern }) => {
    const statement = '{"predicateType":"https://spdx.dev/Document","predicate":{"files":"%s"}}';
    const list = 'ls $BUILDKIT_SCAN_SOURCE | tr "\\n" " "';
    one.file(
      'scan/scan',
      `#!/bin/sh\nprintf '${statement}' "$(${list})" > $BUILDKIT_SCAN_DESTINATION/x.spdx.json\n`,
    );
    one.file('scan/Dockerfile', 'FROM busybox\nCOPY scan /\nCMD ["sh", "/scan"]\n');
    one.file('app/Dockerfile', 'FROM busybox\nRUN touch /found-by-the-scan\n');
    one.file(
      'compose.yaml',
      `services:
  scanner: {build: scan, image: "${one.project}-scanner:1"}
  app: {build: {context: app, sbom: "generator=${one.project}-scanner:1"}}
  plain: {build: {context: app, sbom: "true"}}
`,
    );
    await one.step('the program', ['build', 'scanner'], exits(0));
    if (!modern) {
      await one.step(
        'no store',
        ['build', 'app'],
        exits(1),
        prints('Attestation is not supported'),
        prints(/hint: /),
      );
      return;
    }
    await one.step('app', ['build', 'app'], exits(0));
    expect(await platforms(one.host, `${one.project}-app`)).toContain('attestation');
    const saved = (await savedImage(one.host, `${one.project}-app`)).toString('latin1');
    expect(saved).toMatch(/"predicate":\{"files":"[^"]*found-by-the-scan/);
    await one.step('none to be had', ['build', 'plain'], exits(1), prints('generator=IMAGE'));
  },
  ['BuildKit'],
);

withBuilders('a network of the host is one', async ({ one, out }) => {
  one.file('Dockerfile', 'FROM busybox\nRUN mkdir /out; ls /sys/class/net > /out/net\n');
  one.file('compose.yaml', 'services:\n  app:\n    build: {context: ., network: host, entitlements: []}\n');
  await one.step('it is built', ['build'], exits(0));
  expect(await out('net')).toContain('docker0');
});

withBuilders('memory is a limit where the builder has one', async ({ one, builder, modern, out }) => {
  one.file(
    'Dockerfile',
    'FROM busybox\nRUN mkdir /out; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max > /out/max || true\n',
  );
  one.file('compose.yaml', 'services: {app: {build: .}}\n');
  const without = builder === 'BuildKit' && modern;
  const told = without ? prints('without --memory') : printsNot('without --memory');
  await one.step('it is built', ['build', '--memory', '64m'], exits(0), told);
  if (!without) expect(await out('max')).toContain('67108864');
});

withBuilders('a Dockerfile in the compose file that has changed is read again', async ({ one, out }) => {
  for (const word of ['one', 'two']) {
    one.file(
      'compose.yaml',
      `services: {app: {build: {dockerfile_inline: "FROM busybox\\nRUN mkdir /out; echo ${word} > /out/word"}}}\n`,
    );
    await one.step(word, ['build'], exits(0));
    expect(await out('word')).toBe(`${word}\n`);
  }
});
