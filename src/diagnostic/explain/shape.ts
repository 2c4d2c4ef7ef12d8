import type { Explanation } from './explanation.ts';

/** The shape of the file, and files and services that build on others. */
export const shape = {
  TSC120: {
    text: 'The attribute does not exist here. Most often it is a slip of the pen, or it stands one level too high or too deep. Own data may stand anywhere under a key that begins with "x-".',
    example: 'services:\n  web:\n    image: nginx\n    prots: ["80:80"]\n',
  },
  TSC121: {
    text: 'The attribute wants another type: text, a number, a list or a mapping. YAML decides by the way a value is written: 1.10 is a number and "1.10" is text.',
    example: 'services:\n  web:\n    image: nginx\n    ports: "80:80"\n',
  },
  TSC122: {
    text: 'The type is right, and the value is none of those that are allowed.',
    example: 'services:\n  web:\n    image: nginx\n    pull_policy: sometimes\n',
  },
  TSC123: {
    text: 'Without this attribute the rest of the mapping means nothing.',
    example: 'services:\n  web:\n    image: nginx\n    secrets: [key]\nsecrets:\n  key: {}\n',
  },
  TSC124: {
    text: 'The list is a set, in which nothing stands twice. "tscompose lint --fix" removes what is repeated.',
    example: 'services:\n  web:\n    image: nginx\n    group_add: [audio, video, audio]\n',
  },
  TSC130: {
    text: 'A service extends another one that the file does not have. Without "file" the base stands in the same file.',
    example: 'services:\n  web:\n    extends: base\n    image: nginx\n',
  },
  TSC131: {
    text: 'Services that extend one another, or files that include one another, in a circle would never come to an end. Move what they share to a third one.',
    example: 'services:\n  web:\n    extends: api\n  api:\n    extends: web\n',
  },
  TSC133: {
    text: 'A later file changes an earlier one part by part, so both must write the attribute in the same form. To put another value in its place, write it with !override.',
    example: {
      'compose.yaml':
        'services:\n  web:\n    image: nginx\n    healthcheck:\n      test: curl -f localhost\n',
      'compose.override.yaml': 'services:\n  web:\n    healthcheck: none\n',
    },
  },
  TSC140: {
    text: 'A service uses a network, volume, secret, config, model or other service that no file defines, or that no active profile has.',
    example: 'services:\n  web:\n    image: nginx\n    networks: [front]\n',
  },
  TSC141: {
    text: 'Each of these services waits for the next one, so none could ever start. Links, shared namespaces and volumes_from count as dependencies, too.',
    example:
      'services:\n  web:\n    image: web\n    depends_on: [api]\n  api:\n    image: api\n    depends_on: [web]\n',
  },
  TSC142: {
    text: 'These attributes say different things about the same matter. Keep one of them, or make them equal.',
    example:
      'services:\n  web:\n    image: nginx\n    network_mode: host\n    networks: [front]\nnetworks:\n  front:\n',
  },
  TSC143: {
    text: 'A container is made from an image: name one, say how to build one, or give a provider.',
    example: 'services:\n  web:\n    ports: ["80:80"]\n',
  },
  TSC144: {
    text: 'The value has the right type and can not be understood: a duration without a unit, a size, a mode, an address.',
    example: 'services:\n  web:\n    image: nginx\n    stop_grace_period: soon\n',
  },
  TSC145: {
    text: 'The project name becomes part of the names of containers, networks and volumes. It has lower-case letters, digits, "-" and "_", and begins with a letter or digit. Names in files and of folders are adapted; those of -p and COMPOSE_PROJECT_NAME must be right.',
    example: {
      'compose.yaml': 'services:\n  web:\n    image: nginx\n',
      '.env': 'COMPOSE_PROJECT_NAME=My Shop\n',
    },
  },
  TSC146: {
    text: 'The command line asks for a service, or for a part of the project, that is not there.',
    example: 'services:\n  web:\n    image: nginx\n',
    command: ['config', 'wbe'],
  },
} as const satisfies Readonly<Record<string, Explanation>>;
