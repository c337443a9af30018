import type { Bundle } from './bundle.ts'
import type { BundleField } from './bundle-field.ts'

/** Where the program is in the bundle. */
export const ENTRY_POINT = 'server/bridge/bundled-bridge.js'

/**
 * The `manifest.json` of a bundle, as the MCPB specification has it. It claims version 0.2, the oldest that has every
 * key it uses: Claude Desktop refuses a manifest that is newer than itself.
 */
export function bundleManifest(bundle: Bundle): object {
  const { name, title, version, author, url, homepage, fields, tools, icon, privacyPolicy } = bundle
  return {
    manifest_version: '0.2',
    name,
    display_name: title,
    version,
    description: bundle.description ?? `${title} for Claude, through ${url.host}.`,
    long_description: longDescription(bundle),
    author: { name: author },
    ...(homepage !== undefined && { homepage }),
    ...(icon !== undefined && { icon: 'icon.png' }),
    server: {
      type: 'node',
      entry_point: ENTRY_POINT,
      mcp_config: {
        command: 'node',
        args: [`$\{__dirname}/${ENTRY_POINT}`],
        env: Object.fromEntries(fields.map(field => [variableOf(field), `$\{user_config.${field.key}}`])),
      },
    },
    ...(tools !== undefined && { tools }),
    // What is listed depends on what the user's credential allows.
    tools_generated: true,
    prompts_generated: true,
    keywords: ['mcp', name],
    ...(privacyPolicy !== undefined && { privacy_policies: [privacyPolicy] }),
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: '>=20.0.0' } },
    ...(fields.length > 0 && { user_config: Object.fromEntries(fields.map(userConfig)) }),
  }
}

/** The environment variable in which the client hands over what the user typed. */
export function variableOf({ key }: BundleField): string {
  return `POSTERN_${key.toUpperCase()}`
}

function userConfig({ key, label, description, isSecret }: BundleField): [string, object] {
  return [key, { type: 'string', title: label, description, sensitive: isSecret, required: true }]
}

function longDescription({ title, url, fields }: Bundle): string {
  const kept = fields.some(({ isSecret }) => isSecret)
    ? ' What you enter is kept on this computer, and sent to that address alone.'
    : ''
  return `Gives Claude the tools of ${title}. A small program on this computer carries messages between Claude and ${url.href}.${kept}`
}
