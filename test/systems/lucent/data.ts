/** What the product keeps, row by row, each of one organisation; the second organisation must never be seen. */
export interface Issue {
  readonly id: string
  readonly org_id: string
  readonly signal_id: string | null
  readonly title: string
  readonly severity: 'low' | 'medium' | 'high' | 'critical'
  readonly status: 'open' | 'resolved'
  readonly last_seen: string
  readonly cause: string
  readonly sessions: readonly string[]
}

export interface Signal {
  readonly id: string
  readonly org_id: string
  readonly name: string
  readonly matches: number
}

export interface Insight {
  readonly id: string
  readonly org_id: string
  readonly day: string
  readonly text: string
}

/** One copy of the sample data. */
export interface Data {
  readonly issues: Map<string, Issue>
  readonly signals: Signal[]
  readonly insights: Insight[]
}

/** Ids of issues that tests ask for by name. */
export const ISSUES = {
  checkout: '87b3a6b6-5af5-438b-a39c-eff148a68ccb',
  search: '0b5c1c9e-7d0f-4d56-9c1b-2f3b8f1f4a01',
  avatar: '5a0d2a52-04a5-4b43-8d6c-6a0b1a7d9c02',
  login: 'c1d7f3a0-92be-4a3c-b7a5-1d5e8c3b2f03',
  rival: 'e4b2d9f1-33c7-49f0-8a11-7c6d5e4f3a04',
} as const

export function sampleData(): Data {
  const north = { org_id: 'org_north' }
  const rival = { org_id: 'org_rival' }
  const issue = (id: string, day: string, rest: Omit<Issue, 'id' | 'last_seen' | 'cause' | 'sessions'>) => ({
    ...{ id, last_seen: `${day}T09:00:00Z`, cause: `Why ${rest.title} happens`, sessions: [`ses_${day}`] },
    ...rest,
  })
  const issues: Issue[] = [
    issue(ISSUES.search, '2026-01-12', {
      ...{ ...north, signal_id: 'sig_search', title: 'Search finds nothing' },
      ...{ severity: 'high', status: 'open' },
    }),
    issue(ISSUES.checkout, '2026-01-10', {
      ...{ ...north, signal_id: 'sig_checkout', title: 'Checkout hangs' },
      ...{ severity: 'critical', status: 'open' },
    }),
    issue(ISSUES.avatar, '2026-01-13', {
      ...{ ...north, signal_id: null, title: 'Avatar is cut off' },
      ...{ severity: 'low', status: 'open' },
    }),
    issue(ISSUES.login, '2026-01-14', {
      ...{ ...north, signal_id: 'sig_checkout', title: 'Login loops' },
      ...{ severity: 'critical', status: 'resolved' },
    }),
    issue(ISSUES.rival, '2026-01-14', {
      ...{ ...rival, signal_id: 'sig_rival', title: 'Nobody else’s outage' },
      ...{ severity: 'critical', status: 'open' },
    }),
  ]
  return {
    issues: new Map(issues.map(item => [item.id, item])),
    signals: [
      { ...north, id: 'sig_search', name: 'Empty search results', matches: 31 },
      { ...north, id: 'sig_checkout', name: 'Abandoned checkouts', matches: 118 },
      { ...rival, id: 'sig_rival', name: 'Nobody else’s signal', matches: 900 },
    ],
    insights: [
      { ...north, id: 'ins_2', day: '2026-01-14', text: 'Checkout lost one order in nine.' },
      { ...north, id: 'ins_1', day: '2026-01-02', text: 'A quiet week.' },
      { ...rival, id: 'ins_9', day: '2026-01-14', text: 'Nobody else’s summary.' },
    ],
  }
}
