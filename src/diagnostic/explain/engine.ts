import type { Explanation } from './explanation.ts';

/** Turning services into containers. */
export const engine = {
  TSC301: {
    text: 'Configs and secrets are put into the container with the numbers of their owner and group. Names are known only inside of it.',
    example:
      'services:\n  web:\n    image: nginx\n    configs:\n      - source: page\n        uid: nginx\nconfigs:\n  page:\n    content: hello\n',
  },
  TSC303: {
    text: 'An external secret or config lies in the store of a Swarm, and a single engine has none. Give it a file, a variable or its content.',
    example:
      'services:\n  web:\n    image: nginx\n    secrets: [key]\nsecrets:\n  key:\n    external: true\n',
  },
  TSC304: {
    text: 'The secret or config is said to be part of the project (external: false), and nothing says what it contains.',
    example:
      'services:\n  web:\n    image: nginx\n    configs: [key]\nconfigs:\n  key:\n    external: false\n',
  },
  TSC306: {
    text: 'A service shares the network, processes or IPC of another one, and that one has no container.',
    example:
      'services:\n  web:\n    image: nginx\n    network_mode: service:vpn\n  vpn:\n    image: vpn\n    scale: 0\n',
  },
  TSC307: {
    text: 'The seccomp profile is read from this machine; its path counts from the project directory.',
    example: 'services:\n  web:\n    image: nginx\n    security_opt: ["seccomp:profile.json"]\n',
  },
  TSC308: {
    text: 'A seccomp profile is a JSON object with defaultAction and syscalls.',
    example: {
      'compose.yaml': 'services:\n  web:\n    image: nginx\n    security_opt: ["seccomp:profile.json"]\n',
      'profile.json': 'allow everything\n',
    },
  },
  TSC309: {
    text: 'Content, and files with an owner or mode of their own, are copied into the container, and Docker refuses to copy into one whose file system is read-only. A plain file is mounted instead and works; so does a volume at its folder.',
    example:
      'services:\n  web:\n    image: nginx\n    read_only: true\n    configs: [page]\nconfigs:\n  page:\n    content: hello\n',
  },
  TSC310: {
    text: 'Without this attribute the container would see something else than was asked for, and the engine is too old to know it. Use a newer engine, or leave the attribute out.',
    example:
      'services:\n  db:\n    image: db\n    volumes:\n      - type: volume\n        source: data\n        target: /data\n        volume:\n          subpath: main\nvolumes:\n  data:\n',
    apiVersion: '1.41',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
