import { versionText } from './version.ts';

/** What the docker client asks each of its plugins: `docker-cli-plugin-metadata`. */
export function pluginMetadata(): string {
  const metadata = {
    SchemaVersion: '0.1.0',
    Vendor: 'tscompose',
    Version: versionText(),
    ShortDescription: 'Run groups of services that compose files describe',
  };
  return `${JSON.stringify(metadata, null, 2)}\n`;
}
