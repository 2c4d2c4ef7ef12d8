/** Labels that tie containers, networks and volumes to a project: docker compose's contract, shared by both tools. */
const prefix = 'com.docker.compose.';

export const label = {
  project: `${prefix}project`,
  service: `${prefix}service`,
  number: `${prefix}container-number`,
  oneOff: `${prefix}oneoff`,
  slug: `${prefix}slug`,
  configHash: `${prefix}config-hash`,
  image: `${prefix}image`,
  imageBuilder: `${prefix}image.builder`,
  imageVolumeDigest: `${prefix}image-volume-digest`,
  dependsOn: `${prefix}depends_on`,
  workingDir: `${prefix}project.working_dir`,
  configFiles: `${prefix}project.config_files`,
  environmentFile: `${prefix}project.environment_file`,
  replace: `${prefix}replace`,
  version: `${prefix}version`,
  network: `${prefix}network`,
  volume: `${prefix}volume`,
  hook: `${prefix}hook`,
} as const;

/** On everything that a move makes, with the move's id; on its marks on the source too. */
export const moveLabel = 'tscompose.migrate';

const contentMark = '+content.';

/**
 * The version label of a container: as build metadata it also tells the digest of the configs and secrets that
 * the container was made with. So no label is there that docker compose would not write.
 */
export function versionLabel(version: string, contentDigest: string | undefined): string {
  return contentDigest === undefined ? version : `${version}${contentMark}${contentDigest}`;
}

/** The digest that `versionLabel` wrote; undefined for containers without such content, or of other tools. */
export function contentDigestIn(labels: Readonly<Record<string, string>>): string | undefined {
  return labels[label.version]?.split(contentMark)[1];
}
