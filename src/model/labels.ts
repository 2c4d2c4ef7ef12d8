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
  /** Ours: digest of the content of configs, secrets and env files that a container was made with. */
  contentDigest: 'tscompose.content-digest',
} as const;
