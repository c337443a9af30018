/** Sample data of Lumen: an author, two learners of different courses, and an administrator. */

export interface User {
  readonly id: string
  readonly email: string
  /** Changed as the settings page would. */
  roles: readonly string[]
}

export interface Course {
  readonly id: string
  readonly slug: string
  readonly title: string
  readonly subject: string
  readonly owner: string
  readonly syllabus: readonly { readonly module: string; readonly lessons: readonly string[] }[]
}

export interface Chunk {
  readonly id: string
  readonly course: string
  readonly lesson: string
  readonly text: string
}

export interface Card {
  readonly id: string
  readonly owner: string
  readonly course_slug: string
  readonly front: string
  readonly due: string
  readonly rating?: number
}

export interface Draft {
  readonly id: string
  readonly owner: string
  readonly title: string
  readonly outline: readonly string[]
}

/** What was fetched for whom, as the product's auditors read it. */
export interface Retrieval {
  readonly user: string
  readonly feature: string
  readonly course_slug: string
  readonly query: string
  readonly chunks: readonly string[]
}

/** A call of a language model, as the cost meter has it. */
export interface ModelCall {
  readonly user: string
  readonly feature: string
}

export interface Data {
  readonly users: ReadonlyMap<string, User>
  readonly courses: readonly Course[]
  readonly chunks: readonly Chunk[]
  /** `<user> <course slug>`. */
  readonly enrollments: Set<string>
  readonly cards: Map<string, Card>
  readonly drafts: Map<string, Draft>
  readonly retrievals: Retrieval[]
  readonly modelCalls: ModelCall[]
}

export function sampleData(): Data {
  return {
    users: new Map(USERS.map(([id, ...roles]) => [id, { id, email: `${id.slice(2)}@lumen.test`, roles }])),
    courses: COURSES,
    chunks: CHUNKS.map(([course, lesson, text], index) => ({ id: `chk_${index + 1}`, course, lesson, text })),
    enrollments: new Set(['u_ana graph-theory', 'u_bo celestial-navigation']),
    cards: new Map(CARDS.map(card => [card.id, card])),
    drafts: new Map([
      ['crs_knots', { id: 'crs_knots', owner: 'u_teacher', title: 'Knots', outline: ['Bowline'] }],
    ]),
    retrievals: [],
    modelCalls: [],
  }
}

const USERS = [
  ['u_ana', 'learner'],
  ['u_bo', 'learner'],
  ['u_teacher', 'instructor'],
  ['u_colleague', 'instructor'],
  ['u_admin', 'admin'],
] as const

const COURSES: readonly Course[] = [
  {
    id: 'crs_graphs',
    slug: 'graph-theory',
    title: 'Graph theory',
    subject: 'mathematics',
    owner: 'u_teacher',
    syllabus: [{ module: 'Paths', lessons: ['Bridges', 'Trees'] }],
  },
  {
    id: 'crs_stars',
    slug: 'celestial-navigation',
    title: 'Celestial navigation',
    subject: 'seamanship',
    owner: 'u_colleague',
    syllabus: [{ module: 'Sights', lessons: ['The sextant'] }],
  },
]

const CHUNKS = [
  ['graph-theory', 'Bridges', 'A walk over every bridge once needs at most two places of odd degree.'],
  ['graph-theory', 'Trees', 'A tree has one edge less than it has vertices.'],
  ['celestial-navigation', 'The sextant', 'A sextant measures the height of a star over the horizon.'],
] as const

const CARDS: readonly Card[] = [
  card('crd_euler', 'u_ana', 'graph-theory', 'When is there an Euler walk?', '2026-01-01T08:00:00Z'),
  card('crd_tree', 'u_ana', 'graph-theory', 'How many edges has a tree?', '2026-01-02T08:00:00Z'),
  card('crd_sextant', 'u_bo', 'celestial-navigation', 'What does a sextant measure?', '2026-01-01T08:00:00Z'),
]

function card(id: string, owner: string, course_slug: string, front: string, due: string): Card {
  return { id, owner, course_slug, front, due }
}
