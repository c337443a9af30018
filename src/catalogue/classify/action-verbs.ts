/** What an action does besides changing data. */
export interface Action {
  /** Deletes, overwrites or moves what can't be got back. */
  readonly destructive: boolean
  /** Reaches a person or a third party. */
  readonly openWorld: boolean
}

const group = (destructive: boolean, openWorld: boolean, verbs: string): [string, Action][] =>
  verbs.split(' ').map(verb => [verb, Object.freeze({ destructive, openWorld })])

/** Actions that can't be taken back or leave the product, by verb (snake_case, base form). */
export const ACTION_VERBS: ReadonlyMap<string, Action> = new Map([
  ...group(
    false,
    true,
    'send resend email mail notify invite reinvite publish share submit remind broadcast announce dial call dispatch sms fax post_to deliver',
  ),
  ...group(
    true,
    true,
    'pay charge refund transfer payout withdraw purchase buy order checkout disburse remit',
  ),
  ...group(
    false,
    false,
    'issue approve finalize finalise accept sign mark_paid mark_as_paid confirm execute deploy capture settle release restore grant activate complete',
  ),
  ...group(
    true,
    false,
    'cancel void revoke terminate purge reset delete remove destroy reject decline suspend deactivate disable expire ban block kick merge rotate overwrite wipe clear drop erase unpublish archive uninstall abort close lock',
  ),
])

/** Collections whose members are such actions: creating one does it. */
export const ACTION_NOUNS: ReadonlyMap<string, Action> = new Map([
  ...group(true, true, 'payment payments charges refunds transfers payouts withdrawals purchases'),
  ...group(false, true, 'invitations invites'),
])

/** Last path segments that say that a POST only reads. */
export const READ_SEGMENTS: ReadonlySet<string> = new Set('search query lookup find list count'.split(' '))

/** Verbs of an operationId that say so; `get` is none of them (`POST /token` is often `getToken`). */
export const READ_VERBS: ReadonlySet<string> = new Set('search find lookup list'.split(' '))

/** Verbs that make a name with them anything but a read, wherever they stand in it. */
export const CHANGE_VERBS: ReadonlySet<string> = new Set(
  (
    'create add update set put patch edit modify replace save insert upsert write import upload start run ' +
    'enable register move copy change assign unassign generate'
  ).split(' '),
)

/** Verbs that no GET should have: such an operation is not taken for a read. */
export const UNSAFE_GET_VERBS: ReadonlySet<string> = new Set(
  (
    'delete remove destroy purge wipe erase reset revoke cancel terminate send resend pay charge publish ' +
    'approve reject disable deactivate create update logout unsubscribe'
  ).split(' '),
)
