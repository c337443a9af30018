import { getContact } from './contacts.ts'
import type { Caller } from './credentials.ts'
import { issueInvoice, markInvoicePaid, sendInvoice } from './invoice-actions.ts'
import { invoiceCsv } from './invoice-csv.ts'
import {
  dispatch,
  invoiceCreate,
  invoiceFilter,
  invoicePatch,
  invoiceQuery,
  payment,
} from './invoice-fields.ts'
import { invoicePdf } from './invoice-pdf.ts'
import { createInvoice, deleteInvoice, getInvoice, listInvoices, updateInvoice } from './invoices.ts'
import { notFound } from './problem.ts'
import { type Answer, type Context, NO_BODY, NO_QUERY, type Route, route } from './route.ts'
import { findWorkspace } from './workspaces.ts'

/** The operations on invoices. */
export function invoiceRoutes(context: Context): Route[] {
  return [...documents(context), ...changes(context), ...actions(context)]
}

function documents(context: Context): Route[] {
  const reading = { method: 'GET', scope: 'read:invoices', body: NO_BODY } as const
  return [
    route({
      ...reading,
      path: '/v1/invoices',
      operationId: 'listInvoices',
      query: invoiceQuery,
      answer: ({ caller, query }) => ({ status: 200, body: listInvoices(context, caller, query) }),
    }),
    route({
      ...reading,
      path: '/v1/invoices/export',
      operationId: 'exportInvoices',
      query: invoiceFilter,
      answer: ({ caller, query }) => ({
        status: 200,
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': 'attachment; filename="invoices.csv"',
        },
        body: invoiceCsv(context, caller, query),
      }),
    }),
    route({
      ...reading,
      path: '/v1/invoices/{id}',
      operationId: 'getInvoice',
      query: NO_QUERY,
      answer: ({ caller, id }) => ({ status: 200, body: getInvoice(context, caller, id) }),
    }),
    route({
      ...reading,
      path: '/v1/invoices/{id}/pdf',
      operationId: 'getInvoicePdf',
      query: NO_QUERY,
      answer: ({ caller, id }) => pdfAnswer(context, caller, id),
    }),
  ]
}

function changes(context: Context): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/invoices',
      operationId: 'createInvoice',
      scope: 'write:invoices',
      query: NO_QUERY,
      body: invoiceCreate,
      answer: ({ caller, body }) => {
        const invoice = createInvoice(context, caller, body)
        return { status: 201, headers: { location: `/v1/invoices/${invoice.id}` }, body: invoice }
      },
    }),
    route({
      method: 'PATCH',
      path: '/v1/invoices/{id}',
      operationId: 'updateInvoice',
      scope: 'write:invoices',
      query: NO_QUERY,
      body: invoicePatch,
      answer: ({ caller, id, body }) => ({ status: 200, body: updateInvoice(context, caller, id, body) }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/invoices/{id}',
      operationId: 'deleteInvoice',
      scope: 'manage:invoices',
      query: NO_QUERY,
      body: NO_BODY,
      answer: ({ caller, id }) => {
        deleteInvoice(context, caller, id)
        return { status: 204 }
      },
    }),
  ]
}

function actions(context: Context): Route[] {
  const acting = { method: 'POST', scope: 'manage:invoices', query: NO_QUERY } as const
  return [
    route({
      ...acting,
      path: '/v1/invoices/{id}/issue',
      operationId: 'issueInvoice',
      body: NO_BODY,
      answer: ({ caller, id }) => ({ status: 200, body: issueInvoice(context, caller, id) }),
    }),
    route({
      ...acting,
      path: '/v1/invoices/{id}/mark-paid',
      operationId: 'markInvoicePaid',
      body: payment,
      answer: ({ caller, id, body }) => ({ status: 200, body: markInvoicePaid(context, caller, id, body) }),
    }),
    route({
      ...acting,
      path: '/v1/invoices/{id}/send',
      operationId: 'sendInvoice',
      body: dispatch,
      answer: ({ caller, id, body }) => ({ status: 202, body: sendInvoice(context, caller, id, body) }),
    }),
  ]
}

function pdfAnswer(context: Context, caller: Caller, id: string): Answer {
  const invoice = getInvoice(context, caller, id)
  const seller = findWorkspace(context, caller, invoice.workspace_id)
  if (!seller) throw notFound('workspace')
  return {
    status: 200,
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${invoice.number ?? invoice.id}.pdf"`,
    },
    body: invoicePdf(invoice, seller, getContact(context, caller, invoice.contact_id)),
  }
}
