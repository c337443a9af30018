import type { Cell } from './cell.ts'
import { FAULTS } from './faults.ts'
import { FEW } from './probes.ts'
import { STALENESS } from './trial.ts'

/** What is in docs/reliability.json. */
export interface Report {
  readonly about: {
    readonly gateways: number
    readonly staleMs: number
    readonly commandTimeoutMs: number
    readonly hangMs: number
  }
  readonly cells: readonly Cell[]
}

export function makeReport(cells: readonly Cell[]): Report {
  return { about: { gateways: 3, staleMs: STALENESS, commandTimeoutMs: 1_000, hangMs: 3_000 }, cells }
}

/** docs/reliability.md. */
export function renderReport({ about, cells }: Report): string {
  const header = [
    'fault',
    'onUnavailable',
    'credential',
    'trials',
    'calls',
    'let through',
    'wrong',
    'hangs',
    'recovery',
  ]
  const row = (columns: readonly (string | number)[]) => `| ${columns.join(' | ')} |`
  const rows = cells.map(cell => [
    cell.fault,
    cell.onUnavailable,
    cell.credential,
    cell.trials,
    cell.calls,
    cell.accepted,
    cell.wrongAcceptances,
    cell.hangs,
    `${cell.recoveryMs} ms`,
  ])
  const table = [row(header), row(header.map((_, i) => (i < 3 ? '---' : '---:'))), ...rows.map(row)]
  const faults = FAULTS.map(({ name, description }) => `- **${name}**: ${description}.`)
  const sum = (of: (cell: Cell) => number) => cells.reduce((total, cell) => total + of(cell), 0)
  return `${[
    INTRODUCTION,
    `## What was measured\n\n${about.gateways} gateways, each a process of its own, and a real redis-server, which fails in one of these ways:`,
    faults.join('\n'),
    measured(about),
    table.join('\n'),
    `Altogether ${sum(cell => cell.calls)} calls: ${sum(cell => cell.wrongAcceptances)} wrong acceptances, ${sum(cell => cell.hangs)} hangs.`,
    CLOSING,
  ].join('\n\n')}\n`
}

const INTRODUCTION = `# When the shared store fails

<!-- Written by scripts/write-reliability.ts, from docs/reliability.json. -->

**Once a revocation was answered, no gateway of a fleet accepts the credential for any request that starts afterwards.** This page says how that is kept, what becomes of it when Redis fails, what was measured, and what no program can promise.

## How the promise is kept

- **Every request asks.** After a request with a credential has begun, and before anything is answered about its caller, the gateway asks Redis for one small value, the version. All requests that arrive in one turn of the event loop share one question, which is sent after each of them began. Nothing that was kept earlier (tokens, verified JWTs, the product's answers) is used without it.
- **The version counts what was said.** Each revocation and each minted token raises it, in the same step in which it is written. If it is the one that the gateway knows, nothing was said since. Otherwise the gateway first reads what was said, and only then goes on. Whoever revokes is answered after Redis has written, and after the gateway that answers has itself learnt it.
- **No clock takes part** in whether a revocation is known. A revocation of a whole subject, organisation or client ends minted tokens by the store's count, and JWTs by their \`iat\` (less the configured clock skew).
- **A Redis that has lost something is noticed.** The version names the state that it belongs to (its incarnation). Where it is missing, names another one, or counts less than before, Redis was restarted empty or with an older copy, or a replica that lagged has taken over. Every live gateway knows all revocations, asks at least five times a second, and brings back what Redis has lost. For 800 ms nobody believes a Redis that has lost something: until then requests are refused, as while it is down.
- **Where Redis can't be asked, nobody is let through**: 503 with \`Retry-After\`, at the latest after the command timeout of one second; once one command has timed out, at once. With \`onUnavailable: stale\`, callers who were verified (Redis included) less than \`stale\` ago go on, except those whom this gateway knows to be revoked.
- **Limits are never stale.** A call that a limit is about is counted in Redis or refused.`

function measured({ staleMs, hangMs }: Report['about']): string {
  return `For each fault and each setting (\`deny\`; \`stale: ${staleMs / 1_000}s\`) the credentials of a trial are accepted by all gateways and some are then revoked at one of them. Under \`deny\` the fault begins as soon as that was answered; under \`stale\` half a second later, and without a call in between, so that the gateways must have heard of it by themselves. While the fault lasts and afterwards all gateways are called with good, revoked and unknown credentials and with one that has used up its limit of ${FEW} calls. While Redis still answers (latency, reset) more is revoked; after the recovery everything is. Gateways are not restarted (but for *unreachable at start*, where they are started).

- **let through**: calls that were rightly accepted while the fault lasted. Under \`stale\` good callers must be among them at first, and nobody once ${staleMs / 1_000} s have passed.
- **wrong**: calls that had to be refused and were accepted: revoked, unknown or over their limit; under \`deny\` any call while Redis was down; let through by a limit without having been counted.
- **hangs**: calls without an answer within ${hangMs / 1_000} s.
- **recovery**: the median of the trials, from when Redis was back until all gateways answered truthfully again.

Two things differ from the rest. After *restart empty* minted tokens are gone, and the truth about them is 401; what limits had counted is gone too, so a limit starts anew. Under \`stale\` a gateway that is cut off at the moment in which somebody is revoked (*reset*) may let that caller go on, for no longer than \`stale\`: that is what the setting means.`
}

const CLOSING = `## What remains

- **Redis loses what it had written, and nobody else knew it.** If Redis and all gateways that had heard of a revocation are lost within the same moment, it is lost. Set \`appendonly yes\` and \`appendfsync always\`: then Redis writes to disk before it answers. With \`everysec\`, up to two seconds can be lost, also if only the process is killed: Redis holds writes back while an earlier sync is under way.
- **Replication is asynchronous.** A replica that takes over may lack the last writes. The gateways bring back the revocations they know, but not minted tokens, counters and sealed credentials. With \`replicas: 1\` (or more) a credential or a revocation is answered only once so many replicas have it.
- **An old primary that is cut off** goes on answering those gateways that still reach it, and knows nothing of what is said to the new one. Gateways ask it in a way that it only answers while it may write. So set \`min-replicas-to-write 1\` and a short \`min-replicas-max-lag\` in Redis: until that time has passed, the old primary is still believed.
- **Those who come late.** What was lost is brought back by those who reach Redis within 800 ms after the first of them. A gateway that alone knew of a revocation and reaches Redis later than that brings it back then, and no sooner.
- **A gateway that has just been started** knows nothing yet. If it starts in the very moment in which Redis came back without its data, it believes Redis until the first of the others has brought back what it knows, which is a matter of the few hundred milliseconds that they need to connect again.
- **An older copy that is written to before anybody who knows better asks.** A Redis that came back without its last moments is noticed because it counts less than a gateway knows, or has counted otherwise: of the last 256 counts each has a mark. If a process that knows nothing yet writes more than that before the others have connected again, what was lost is not missed. \`appendfsync always\` and \`replicas\` keep Redis from losing anything in the first place.
- **\`onUnavailable: stale\`** is a choice: while a gateway can't ask, a revocation that it has not heard of comes late, by as much as was configured.
- **Requests that are already running** when a revocation is answered are not broken off.`
