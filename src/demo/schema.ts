/** Changes whenever {@link SCHEMA} does. */
export const SCHEMA_VERSION = 1

/**
 * Tallybook's tables. Amounts are integers in the currency's minor unit, quantities in thousandths, VAT rates
 * in hundredths of a percent; dates are `YYYY-MM-DD`, times ISO 8601 in UTC, so that both sort as text.
 */
export const SCHEMA = `
CREATE TABLE organizations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL
) STRICT;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'accountant', 'viewer'))
) STRICT;

-- hash: SHA-256 of the secret, in hex; the secret itself is never stored.
CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users,
  kind TEXT NOT NULL CHECK (kind IN ('pat', 'pair', 'service')),
  scopes TEXT NOT NULL
) STRICT;

CREATE TABLE workspaces (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations,
  name TEXT NOT NULL,
  legal_name TEXT NOT NULL,
  address TEXT NOT NULL,
  vat_number TEXT NOT NULL,
  currency TEXT NOT NULL,
  number_prefix TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE contacts (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces,
  name TEXT NOT NULL,
  email TEXT,
  vat_number TEXT,
  address TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX contacts_by_workspace ON contacts (workspace_id, created_at, id);

CREATE TABLE invoices (
  id TEXT PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces,
  contact_id TEXT NOT NULL REFERENCES contacts,
  number TEXT,
  status TEXT NOT NULL CHECK (status IN ('draft', 'issued', 'paid')),
  currency TEXT NOT NULL,
  payment_terms_days INTEGER NOT NULL,
  issued_on TEXT,
  due_on TEXT,
  paid_on TEXT,
  reference TEXT,
  notes TEXT,
  net INTEGER NOT NULL,
  vat INTEGER NOT NULL,
  gross INTEGER NOT NULL,
  last_sent_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (workspace_id, number),
  CHECK ((status = 'draft') = (number IS NULL)),
  CHECK ((status = 'draft') = (issued_on IS NULL)),
  CHECK ((status = 'paid') = (paid_on IS NOT NULL))
) STRICT;
CREATE INDEX invoices_by_workspace ON invoices (workspace_id, created_at, id);
CREATE INDEX invoices_by_contact ON invoices (contact_id);

CREATE TABLE invoice_lines (
  invoice_id TEXT NOT NULL REFERENCES invoices ON DELETE CASCADE,
  position INTEGER NOT NULL,
  description TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  unit_price INTEGER NOT NULL,
  vat_rate INTEGER NOT NULL,
  PRIMARY KEY (invoice_id, position)
) STRICT;

-- The last number given out, so that a series has no gaps and no number is used twice.
CREATE TABLE number_series (
  workspace_id TEXT NOT NULL REFERENCES workspaces,
  year TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (workspace_id, year)
) STRICT;

-- E-mail that is to leave. This product has no mail server: the outbox is where a message ends.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  invoice_id TEXT NOT NULL REFERENCES invoices,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  message TEXT,
  queued_by TEXT NOT NULL REFERENCES users,
  queued_at TEXT NOT NULL
) STRICT;
`
