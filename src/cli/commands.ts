import type { Command } from './command.ts';

export interface CommandEntry {
  readonly summary: string;
  readonly aliases?: readonly string[];
  /** Works, and help does not list it. */
  readonly hidden?: boolean;
  /** Loads only this command's code. */
  readonly load: () => Promise<Command>;
}

/** Commands that share a first word: `bridge convert`. */
export interface CommandGroup {
  readonly summary: string;
  readonly aliases?: readonly string[];
  readonly hidden?: boolean;
  readonly commands: Readonly<Record<string, CommandEntry | CommandGroup>>;
}

/** Every command by name. */
export const commands: Readonly<Record<string, CommandEntry | CommandGroup>> = {
  alpha: {
    summary: 'Commands that docker compose calls experimental',
    hidden: true,
    commands: {
      generate: {
        summary: 'Print a compose file for containers that exist',
        load: async () => (await import('./commands/alpha/generate.ts')).generate,
      },
      publish: {
        summary: 'Publish the compose files to a registry',
        load: async () => (await import('./commands/alpha/publish.ts')).publish,
      },
      viz: {
        summary: 'Print the graph of services for Graphviz',
        load: async () => (await import('./commands/alpha/viz.ts')).viz,
      },
    },
  },
  attach: {
    summary: "Attach to a service's running container: its output, its input, signals",
    load: async () => (await import('./commands/attach.ts')).attach,
  },
  bridge: {
    summary: 'Convert the project to another form, such as Kubernetes manifests',
    commands: {
      convert: {
        summary: 'Convert the project to Kubernetes manifests or another form',
        load: async () => (await import('./commands/bridge/convert.ts')).convert,
      },
      transformations: {
        summary: 'Manage the images that convert',
        commands: {
          create: {
            summary: 'Copy the templates of a transformation to a folder, to change them',
            load: async () => (await import('./commands/bridge/create.ts')).create,
          },
          list: {
            summary: 'List the transformations that the engine has',
            aliases: ['ls'],
            load: async () => (await import('./commands/bridge/list.ts')).list,
          },
        },
      },
    },
  },
  build: {
    summary: 'Build the images of services',
    load: async () => (await import('./commands/build.ts')).build,
  },
  commit: {
    summary: "Make an image from a service's container",
    load: async () => (await import('./commands/commit.ts')).commit,
  },
  completion: {
    summary: 'Print or install completion for a shell',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  config: {
    summary: 'Check the compose files and print the project that they make',
    load: async () => (await import('./commands/config.ts')).config,
  },
  cp: {
    summary: 'Copy files between services and this machine',
    load: async () => (await import('./commands/cp.ts')).cp,
  },
  create: {
    summary: 'Create the containers of services',
    load: async () => (await import('./commands/create.ts')).create,
  },
  diff: {
    summary: 'Show what differs between two revisions of the project',
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  down: {
    summary: 'Stop and remove containers and networks',
    load: async () => (await import('./commands/down.ts')).down,
  },
  engine: {
    summary: 'Show, start or stop the container engine',
    load: async () => (await import('./commands/engine.ts')).engine,
  },
  env: {
    summary: 'Tell where the variables of the files come from',
    commands: {
      explain: {
        summary:
          'Tell for each variable that the files use where it is looked for, what counts, and where it is used',
        load: async () => (await import('./commands/env/explain.ts')).envExplain,
      },
    },
  },
  events: {
    summary: 'Print what happens to containers, as it happens',
    load: async () => (await import('./commands/events.ts')).events,
  },
  exec: {
    summary: 'Run a command in a running container',
    load: async () => (await import('./commands/exec.ts')).exec,
  },
  explain: {
    summary: 'Explain the codes of errors and warnings, with examples',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  export: {
    summary: "Write the files of a service's container as a tar",
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  graph: {
    summary: 'Show which service depends on which',
    aliases: ['viz'],
    load: async () => (await import('./commands/graph.ts')).graph,
  },
  history: {
    summary: 'List the revisions of the project: each successful up is one',
    load: async () => (await import('./commands/history.ts')).history,
  },
  images: {
    summary: 'List the images of containers',
    load: async () => (await import('./commands/images.ts')).images,
  },
  kill: {
    summary: 'Send a signal to services, SIGKILL by default',
    load: async () => (await import('./commands/kill.ts')).kill,
  },
  lint: {
    summary: 'Check the compose files, also for what is legal and hardly meant',
    load: async () => (await import('./commands/lint.ts')).lint,
  },
  lock: {
    summary: 'Write the exact versions of images and remote files to compose.lock',
    load: async () => (await import('./commands/lock.ts')).lock,
  },
  logs: {
    summary: 'Print the logs of services',
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  ls: {
    summary: 'List projects with containers',
    load: async () => (await import('./commands/ls.ts')).ls,
  },
  migrate: {
    summary: 'Move a running group to another engine, with its data',
    load: async () => (await import('./commands/migrate.ts')).migrate,
  },
  pause: {
    summary: 'Pause services: their processes are frozen',
    load: async () => (await import('./commands/pause.ts')).pause,
  },
  plan: {
    summary: 'Show what a command would do, and why',
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  port: {
    summary: "Print the address at which a service's port is published",
    load: async () => (await import('./commands/port.ts')).port,
  },
  ps: {
    summary: 'List containers',
    load: async () => (await import('./commands/ps.ts')).ps,
  },
  publish: {
    summary: 'Publish the compose files to a registry',
    load: async () => (await import('./commands/publish.ts')).publish,
  },
  pull: {
    summary: 'Pull the images of services',
    load: async () => (await import('./commands/pull.ts')).pull,
  },
  push: {
    summary: 'Push the images of services',
    load: async () => (await import('./commands/push.ts')).push,
  },
  rename: {
    summary: 'Give a project another name, with its containers, networks, volumes and revisions',
    load: async () => (await import('./commands/rename.ts')).rename,
  },
  restart: {
    summary: 'Restart services',
    load: async () => (await import('./commands/restart.ts')).restart,
  },
  rm: {
    summary: 'Remove stopped containers of services',
    load: async () => (await import('./commands/rm.ts')).rm,
  },
  rollback: {
    summary: 'Bring an earlier revision of the project back',
    load: async () => (await import('./commands/rollback.ts')).rollback,
  },
  run: {
    summary: 'Run a command in a new container of a service',
    load: async () => (await import('./commands/run.ts')).run,
  },
  scale: {
    summary: 'Change the number of containers of services',
    load: async () => (await import('./commands/scale.ts')).scale,
  },
  schema: {
    summary: 'Print the JSON schema of compose files, or of what tscompose prints as JSON',
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  start: {
    summary: 'Start services whose containers exist',
    load: async () => (await import('./commands/start.ts')).start,
  },
  stats: {
    summary: 'Show what containers use of the machine, live',
    load: async () => (await import('./commands/stats.ts')).stats,
  },
  stop: {
    summary: 'Stop services',
    load: async () => (await import('./commands/stop.ts')).stop,
  },
  top: {
    summary: 'List the processes of services',
    load: async () => (await import('./commands/top.ts')).top,
  },
  unpause: {
    summary: 'Let paused services go on',
    load: async () => (await import('./commands/unpause.ts')).unpause,
  },
  up: {
    summary: 'Create and start services',
    load: async () => (await import('./commands/up.ts')).up,
  },
  update: {
    summary: 'Move services to newer versions of their images',
    load: async () => (await import('./commands/update.ts')).update,
  },
  version: {
    summary: 'Print the version',
    load: async () => (await import('./commands/version.ts')).version,
  },
  volume: {
    summary: 'Snapshots of volumes: take, list, put back',
    commands: {
      list: {
        summary: 'List the snapshots of volumes',
        aliases: ['ls'],
        load: async () => (await import('./commands/volume/list.ts')).volumeList,
      },
      restore: {
        summary: 'Put the content of snapshots back into their volumes; a volume means its latest snapshot',
        load: async () => (await import('./commands/volume/restore.ts')).volumeRestore,
      },
      rm: {
        summary: 'Remove snapshots for good',
        load: async () => (await import('./commands/volume/rm.ts')).volumeRm,
      },
      snapshot: {
        summary: 'Keep a snapshot of volumes as they are now; what uses them is paused meanwhile',
        load: async () => (await import('./commands/volume/snapshot.ts')).volumeSnapshot,
      },
      undo: {
        summary: 'Put back what the last down --volumes, or the last change of a volume, has taken away',
        load: async () => (await import('./commands/volume/restore.ts')).volumeUndo,
      },
    },
  },
  volumes: {
    summary: 'List volumes',
    load: async () => (await import('./commands/volumes.ts')).volumes,
  },
  wait: {
    summary: 'Wait until the containers of services have ended, and return the greatest exit code',
    load: async () => (await import('./commands/wait.ts')).wait,
  },
  watch: {
    summary: 'Follow source files, and rebuild or update services when they change',
    load: async () => (await import('./commands/watch.ts')).watch,
  },
};
