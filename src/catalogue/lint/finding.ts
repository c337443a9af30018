/** How much a finding matters: a tool is missing or refused; it is worse than it could be; good to know. */
export type Severity = 'error' | 'warning' | 'info'

/** One thing that `postern lint` has to say about one operation. */
export interface Finding {
  /** What kind it is, in kebab case: `description-missing`. */
  readonly rule: string
  readonly severity: Severity
  readonly api: string
  /** JSON pointer into the document. */
  readonly pointer: string
  /** `GET /invoices/{id}`. */
  readonly operation: string
  /** The tool's name where there is one. */
  readonly tool: string | undefined
  /** What is the matter, without a full stop. */
  readonly message: string
  /** What to do, without a full stop; empty where there is nothing to do. */
  readonly fix: string
}

/** A finding before it is known about which operation. */
export type Remark = Pick<Finding, 'rule' | 'severity' | 'message' | 'fix'>
