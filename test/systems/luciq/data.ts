/** What a cluster keeps: applications of two companies that share one, and of one that has a cluster of its own. */
export type Environment = 'production' | 'beta' | 'staging'

export interface Application {
  readonly slug: string
  readonly name: string
  readonly platform: 'ios' | 'android'
  readonly environments: readonly Environment[]
}

export interface Crash {
  readonly id: string
  readonly application: string
  readonly environment: Environment
  readonly title: string
  readonly message: string
  readonly status: 'open' | 'in_progress' | 'closed'
  readonly occurrences: number
  readonly affected_users: number
  readonly first_seen: string
  readonly last_seen: string
  readonly app_versions: readonly string[]
  readonly devices: readonly string[]
}

export interface Frame {
  readonly module: string
  readonly symbol: string
  readonly file: string | null
  readonly line: number | null
}

/** One copy of a cluster's sample data. */
export interface Data {
  readonly applications: readonly Application[]
  readonly crashes: Map<string, Crash>
  /** By crash, innermost frame first. */
  readonly traces: ReadonlyMap<string, readonly Frame[]>
}

/** By name of the cluster. */
export function sampleData(cluster: string): Data {
  const [applications, crashes] = cluster === 'shared' ? [SHARED, SHARED_CRASHES] : [OWN, OWN_CRASHES]
  return {
    applications,
    crashes: new Map(crashes.map(crash => [crash.id, crash])),
    traces: new Map(crashes.map(({ id, title }) => [id, frames(title)])),
  }
}

const SHARED: readonly Application[] = [
  { slug: 'luciqai', name: 'LuciqAI', platform: 'ios', environments: ['production', 'beta'] },
  { slug: 'luciqai-android', name: 'LuciqAI', platform: 'android', environments: ['production'] },
  { slug: 'rival-bank', name: 'Rival Bank', platform: 'ios', environments: ['production', 'staging'] },
]
const OWN: readonly Application[] = [
  { slug: 'northwind-courier', name: 'Courier', platform: 'android', environments: ['production'] },
]

const SHARED_CRASHES = [
  crash('crs_login', 'luciqai', 'production', 'NSInvalidArgumentException in LoginViewModel.submit', 9),
  crash('crs_photo', 'luciqai', 'production', 'EXC_BAD_ACCESS in PhotoPicker.crop', 7),
  crash('crs_draft', 'luciqai', 'beta', 'SwiftError in DraftStore.save', 8),
  crash('crs_sync', 'luciqai-android', 'production', 'IllegalStateException in SyncWorker.run', 6),
  crash('crs_vault', 'rival-bank', 'production', 'KeychainError in Vault.open', 5),
]
const OWN_CRASHES = [
  crash('crs_route', 'northwind-courier', 'production', 'NullPointerException in RoutePlanner.next', 4),
]

/** @param day - of January, when it was last seen */
function crash(id: string, application: string, environment: Environment, title: string, day: number): Crash {
  return {
    ...{ id, application, environment, title, status: 'open', occurrences: day * 11, affected_users: day },
    message: `${title.split(' ')[0]}: something was not there`,
    first_seen: '2026-01-01T08:00:00Z',
    last_seen: `2026-01-0${day}T12:00:00Z`,
    app_versions: ['4.2.0', '4.2.1'],
    devices: ['iPhone 15', 'Pixel 8'],
  }
}

function frames(title: string): readonly Frame[] {
  const symbol = title.split(' in ')[1] ?? title
  const [type = ''] = symbol.split('.')
  return [
    { module: 'app', symbol, file: `${type}.swift`, line: 42 },
    { module: 'libdispatch', symbol: '_dispatch_call_block_and_release', file: null, line: null },
  ]
}
