/** What to do about failures whose words do not say it. */
export function hintFor(message: string, dockerfile: string): string | undefined {
  const syntax = /^#\s*syntax\s*=\s*(\S+)/im.exec(dockerfile)?.[1];
  if (syntax !== undefined && message.includes(syntax.replace(/:.*$/, ''))) {
    return `the Dockerfile's first line asks for ${syntax}, which can't be had: remove it, or let the engine reach it`;
  }
  if (/^\s*(?:RUN|COPY|ADD)\s.*<<-?["']?\w/im.test(dockerfile) && /unknown instruction/i.test(message)) {
    return "this engine's builder knows no here-documents (<<EOF): write the steps out, or use Docker 23 or later";
  }
  if (/no space left on device/i.test(message)) {
    return 'the disk of the engine is full: make room (docker builder prune, docker image prune), then build again';
  }
  if (/the --(?:mount|chmod|link|security|network) option requires BuildKit/i.test(message)) {
    return 'let BuildKit build it: unset DOCKER_BUILDKIT';
  }
  if (/(?:"\/[^"]*" not found|"\/[^"]*"): not found|COPY failed: .*no such file/i.test(message)) {
    return 'check the path: it starts at the build context, and .dockerignore may leave it out';
  }
  if (/unset ssh forward key|no SSH key/.test(message)) {
    return 'give the build this id: build.ssh in the compose file, or --ssh ID=PATH';
  }
  if (/unsupported isolation/i.test(message)) {
    return 'leave out build.isolation: this engine isolates containers in one way only';
  }
  if (/unknown flag: (?:security|network|mount|device)/i.test(message)) {
    return "the engine's Dockerfile front end has no such flag: use a newer engine, or name a newer front end with # syntax=";
  }
  if (/buildkit-syft-scanner/.test(message)) {
    return 'the program that lists what is in the image can\'t be had: let the engine reach it, name another one with "sbom: generator=IMAGE", or leave sbom out';
  }
  // The engine's words differ where it forbids it from where the build has not asked for it.
  if (/security\.insecure is not allowed$/.test(message)) {
    return 'a step asks for --security=insecure: set "privileged: true" in "build"';
  }
  if (/security\.insecure is not allowed/.test(message)) {
    return 'allow it in the engine: "builder": {"entitlements": {"security-insecure": true}} in daemon.json';
  }
  return undefined;
}
