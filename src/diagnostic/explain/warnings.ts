import type { Explanation } from './explanation.ts';

const health = 'services:\n  web:\n    image: web\n    depends_on:\n      db:\n';

/** What is legal and hardly meant. */
export const warnings = {
  TSC201: {
    text: 'Files no longer have versions: every file may use every attribute. "tscompose lint --fix" removes it.',
    example: 'version: "3.8"\nservices:\n  web:\n    image: nginx\n',
  },
  TSC202: {
    text: 'A variable without a value becomes an empty text, which is rarely meant. Set it, give it a default with ${NAME:-default}, demand it with ${NAME:?text}, or write ${NAME:-} if it may be empty. "tscompose env explain NAME" lists where it was looked for.',
    example: 'services:\n  web:\n    image: nginx\n    environment:\n      TITLE: $SHOP_TITLE\n',
  },
  TSC203: {
    text: 'The engine will leave this out: it needs a Swarm, or a newer engine. "lint" asks the engine that a command would use; with --offline it names only what no engine does.',
    example:
      'services:\n  web:\n    image: nginx\n    deploy:\n      placement:\n        constraints: [node.role == worker]\n',
  },
  TSC204: {
    text: 'When no file is named, the first of compose.yaml, compose.yml, docker-compose.yml and docker-compose.yaml is taken. There is more than one here.',
    example: {
      'compose.yaml': 'services:\n  web:\n    image: nginx\n',
      'docker-compose.yml': 'services:\n  web:\n    image: httpd\n',
    },
  },
  TSC205: {
    text: 'A port of the host belongs to one container. The second one that wants it fails when it is started. Services that never run together, by their profiles, may share one.',
    example:
      'services:\n  web:\n    image: nginx\n    ports: ["8080:80"]\n  api:\n    image: api\n    ports: ["8080:3000"]\n',
  },
  TSC206: {
    text: 'Where a bind mount has no source, the engine makes an empty folder, owned by root, even where a file was meant; with create_host_path: false it refuses to make the container.',
    example: 'services:\n  web:\n    image: nginx\n    volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro"]\n',
  },
  TSC207: {
    text: 'The file of a secret or config is missing or not readable, or its variable is not set. The container would start without it, or not at all.',
    example:
      'services:\n  web:\n    image: nginx\n    secrets: [key]\nsecrets:\n  key:\n    file: ./key.pem\n',
  },
  TSC208: {
    text: 'Nothing refers to it, under any profile. Perhaps a service spells the name otherwise, or it is left over.',
    example: 'services:\n  web:\n    image: nginx\nvolumes:\n  data:\n',
  },
  TSC209: {
    text: 'Lists of a later file are added to those of the earlier one. Ports with another number of the host are two ports, and both are published. To replace the list, write "ports: !override" in the later file.',
    example: {
      'compose.yaml': 'services:\n  web:\n    image: nginx\n    ports: ["80:80"]\n',
      'compose.override.yaml': 'services:\n  web:\n    ports: ["8080:80"]\n',
    },
  },
  TSC210: {
    text: 'A service that runs without a profile, or with one, depends on a service that runs with another profile only. Whenever that profile is not active, the project is refused.',
    example:
      'services:\n  web:\n    image: web\n    profiles: [app]\n    depends_on: [db]\n  db:\n    image: db\n    profiles: [data]\n',
  },
  TSC211: {
    text: 'Two containers can not have one name: such a service can not be scaled, nor replaced by starting the new container before the old one is stopped.',
    example: 'services:\n  web:\n    image: nginx\n    container_name: web\n    scale: 1\n',
  },
  TSC212: {
    text: 'condition: service_healthy needs somebody who judges health: a healthcheck of the service, or one in its image. Where there is none, start fails.',
    example: `${health}        condition: service_healthy\n  db:\n    image: db\n    healthcheck:\n      disable: true\n`,
  },
  TSC213: {
    text: 'start_interval is how often the check runs during start_period, which is 0 unless it is given.',
    example:
      'services:\n  web:\n    image: nginx\n    healthcheck:\n      test: curl -f localhost\n      start_interval: 1s\n',
  },
  TSC214: {
    text: 'One letter before a colon is a drive of Windows. "d:/data" is therefore not the volume d at /data but an anonymous volume with an odd path, and what it holds is lost with the container.',
    example: 'services:\n  db:\n    image: db\n    volumes: ["d:/data"]\n',
  },
  TSC215: {
    text: 'A command that is written as text is split into words, and no shell runs it. An unquoted | ; & < or > ends it there, and the rest is dropped without a word. Write ["sh", "-c", "…"] for a shell.',
    example: 'services:\n  job:\n    image: busybox\n    command: date | tee /log\n',
  },
  TSC216: {
    text: 'The same entry stands in the list twice. One of them is dropped; perhaps another one was meant. "tscompose lint --fix" removes it.',
    example: 'services:\n  web:\n    image: nginx\n    ports: ["80:80", "443:443", "80:80"]\n',
  },
  TSC217: {
    text: 'tscompose reads it as it stands, but programs with YAML 1.1 read 22:22 as the number 1342 (22 × 60 + 22). Quotes make it text for everybody; "tscompose lint --fix" adds them.',
    example: 'services:\n  git:\n    image: git\n    ports:\n      - 2222:22\n',
  },
  TSC218: {
    text: 'With restart: always or unless-stopped a container never stays ended, so condition: service_completed_successfully never comes true.',
    example: `${health}        condition: service_completed_successfully\n  db:\n    image: db\n    restart: always\n`,
  },
  TSC219: {
    text: 'x-tscompose: {ignore: [...]} silences warnings, that is codes TSC2xx, for the whole file or for the service that it stands in. Errors can not be silenced.',
    example: 'x-tscompose:\n  ignore: [TSC140]\nservices:\n  web:\n    image: nginx\n',
  },
  TSC220: {
    text: 'Files are not refused for it, but the engine is asked for a container with this name and does not make it. Names have two or more letters, digits, "_", "." and "-", and begin with a letter or digit.',
    example: 'services:\n  web:\n    image: nginx\n    container_name: my web\n',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
