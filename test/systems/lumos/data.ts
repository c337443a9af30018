/** What the product keeps, each row of one organisation; the second organisation must never be seen. */

/** Somebody who can sign in, by the `sub` that the login gives them. */
export interface Person {
  readonly name: string
  readonly org: string
  /** What they may in the product: `requester`, `admin`; a `viewer` may look. */
  readonly roles: readonly string[]
  /** Whether they have the App Store at all; without it they have no role there either. */
  readonly seat: boolean
}

export interface App {
  readonly id: string
  readonly org: string
  readonly name: string
  readonly description: string
  readonly requestable: boolean
}

export interface Permission {
  readonly id: string
  readonly app_id: string
  readonly label: string
  readonly description: string
}

export interface AccessRequest {
  readonly id: string
  readonly requester_id: string
  readonly app_id: string
  readonly permission_ids: readonly string[]
  readonly justification: string
  readonly status: 'pending' | 'approved' | 'denied'
  readonly submitted_at: string
}

/** One copy of the sample data. */
export interface Data {
  readonly people: Map<string, Person>
  /** By organisation: features that are switched on. */
  readonly features: Map<string, readonly string[]>
  readonly apps: Map<string, App>
  readonly permissions: readonly Permission[]
  readonly requests: AccessRequest[]
}

export function sampleData(): Data {
  const acme = { org: 'org_acme', requestable: true }
  const rival = { org: 'org_rival', requestable: true }
  const apps: App[] = [
    { ...acme, id: 'app_salesforce', name: 'Salesforce', description: 'Customers, deals and sales reports' },
    { ...acme, id: 'app_tableau', name: 'Tableau', description: 'Dashboards' },
    { ...acme, id: 'app_figma', name: 'Figma', description: 'Design files' },
    { ...acme, id: 'app_payroll', name: 'Payroll', description: 'Salaries', requestable: false },
    { ...rival, id: 'app_vault', name: 'Vault', description: 'The rival’s sales reports' },
  ]
  return {
    people: new Map<string, Person>(
      Object.entries({
        ana: { name: 'Ana', org: 'org_acme', roles: ['requester'], seat: true },
        ben: { name: 'Ben', org: 'org_acme', roles: ['requester'], seat: true },
        vic: { name: 'Vic', org: 'org_acme', roles: ['viewer'], seat: true },
        nia: { name: 'Nia', org: 'org_acme', roles: ['requester'], seat: false },
        ada: { name: 'Ada', org: 'org_acme', roles: ['requester', 'admin'], seat: true },
        rex: { name: 'Rex', org: 'org_rival', roles: ['requester', 'admin'], seat: true },
      }),
    ),
    features: new Map([
      ['org_acme', ['permission_search']],
      ['org_rival', []],
    ]),
    apps: new Map(apps.map(app => [app.id, app])),
    permissions: [
      permission('per_reports', 'app_salesforce', 'Report viewer', 'View sales reports'),
      permission('per_deals', 'app_salesforce', 'Deal editor', 'Change deals of the own team'),
      permission('per_dashboards', 'app_tableau', 'Dashboard viewer', 'View sales and other dashboards'),
      permission('per_salaries', 'app_payroll', 'Salary viewer', 'View salaries'),
      permission('per_secrets', 'app_vault', 'Secret reports', 'View the rival’s sales reports'),
    ],
    requests: [
      request('req_1', 'ben', ['per_deals'], 'Covering for the team', '2026-01-07T09:00:00Z'),
      { ...request('req_2', 'rex', [], 'Rival business', '2026-01-08T09:00:00Z'), app_id: 'app_vault' },
    ],
  }
}

function permission(id: string, app_id: string, label: string, description: string): Permission {
  return { id, app_id, label, description }
}

function request(
  id: string,
  requester_id: string,
  permission_ids: readonly string[],
  justification: string,
  submitted_at: string,
): AccessRequest {
  const app_id = 'app_salesforce'
  return { id, requester_id, app_id, permission_ids, justification, status: 'pending', submitted_at }
}
