import type { Explanation } from './explanation.ts';

/** Reading the text of files. */
export const reading = {
  TSC101: {
    text: 'The text breaks the rules of YAML, so nothing in the file can be used. The place is where reading ended; the slip is often just before it: an open bracket or quote, a tab in front of a key, or a line that is indented too far or too little.',
    example: 'services:\n  web:\n    image: nginx\n   ports: ["80:80"]\n',
  },
  TSC102: {
    text: 'A mapping has one value for each key. Which of two is meant can not be guessed, so neither is taken. Remove one, or put the contents together.',
    example: 'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n    ports: ["443:443"]\n',
  },
  TSC103: {
    text: 'An alias (*name) repeats what an anchor (&name) marks earlier in the same file, and "<<" merges mappings only. An alias can not stand inside the value that it repeats, and aliases that would multiply to a huge file are refused.',
    example: 'services:\n  web:\n    <<: *defaults\n    image: nginx\n',
  },
  TSC104: {
    text: 'Keys are names, that is, text. YAML reads unquoted digits, true, null and dates as other types: put such a key in quotes.',
    example: 'services:\n  web:\n    image: nginx\n    extra_hosts:\n      1: 10.0.0.1\n',
  },
  TSC105: {
    text: 'A file that the project names is missing, is a folder, is not UTF-8, or may not be read. Relative paths count from the folder of the first compose file, or from --project-directory.',
    example: 'include:\n  - database.yaml\nservices:\n  web:\n    image: nginx\n',
  },
  TSC106: {
    text: 'A variable is written $NAME or ${NAME}, perhaps with one of the operators :- - :? ? :+ + and a text. A dollar sign that is no variable is written $$.',
    example: 'services:\n  web:\n    image: nginx:${TAG:latest}\n',
  },
  TSC107: {
    text: 'The file asks for a value with ${NAME:?text}, and no source has one. Set it in the shell, in .env or in a file given with --env-file; "tscompose env explain NAME" lists where it was looked for.',
    example: 'services:\n  web:\n    image: nginx:${TAG:?choose a release}\n',
  },
  TSC108: {
    text: 'The attribute takes a number or true and false, and what the variables made of it is neither.',
    example: 'services:\n  web:\n    image: nginx\n    tty: ${TTY:-maybe}\n',
  },
  TSC110: {
    text: 'A compose file is a mapping with "services" at its top level. A file of comments only, a list or a lone word is none.',
    example: '# services will come later\n',
  },
  TSC111: {
    text: 'Entries of this list are told apart by an attribute, such as the target of a port or mount, so that later files can change them. This entry lacks it.',
    example: 'services:\n  web:\n    image: nginx\n    ports:\n      - published: "8080"\n',
  },
  TSC112: {
    text: 'Env files have lines NAME=value. Names have no blanks, and a quote that is opened is closed. The value is not shown here: it may be a secret.',
    example: {
      'compose.yaml': 'services:\n  web:\n    image: nginx\n',
      '.env': 'TAG=1.27\nMY TITLE=Shop\n',
    },
  },
  TSC113: {
    text: 'Many attributes have a short form, such as "8080:80" for a port or "data:/data:ro" for a mount. This text does not follow it.',
    example: 'services:\n  web:\n    image: nginx\n    ports: ["8080:http"]\n',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
