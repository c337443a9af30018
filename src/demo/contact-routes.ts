import { contactCreate, contactPatch, contactQuery } from './contact-fields.ts'
import { createContact, deleteContact, getContact, listContacts, updateContact } from './contacts.ts'
import { type Context, NO_BODY, NO_QUERY, type Route, route } from './route.ts'

/** The operations on contacts. */
export function contactRoutes(context: Context): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/contacts',
      operationId: 'listContacts',
      scope: 'read:contacts',
      query: contactQuery,
      body: NO_BODY,
      answer: ({ caller, query }) => ({ status: 200, body: listContacts(context, caller, query) }),
    }),
    route({
      method: 'POST',
      path: '/v1/contacts',
      operationId: 'createContact',
      scope: 'write:contacts',
      query: NO_QUERY,
      body: contactCreate,
      answer: ({ caller, body }) => {
        const contact = createContact(context, caller, body)
        return { status: 201, headers: { location: `/v1/contacts/${contact.id}` }, body: contact }
      },
    }),
    route({
      method: 'GET',
      path: '/v1/contacts/{id}',
      operationId: 'getContact',
      scope: 'read:contacts',
      query: NO_QUERY,
      body: NO_BODY,
      answer: ({ caller, id }) => ({ status: 200, body: getContact(context, caller, id) }),
    }),
    route({
      method: 'PATCH',
      path: '/v1/contacts/{id}',
      operationId: 'updateContact',
      scope: 'write:contacts',
      query: NO_QUERY,
      body: contactPatch,
      answer: ({ caller, id, body }) => ({ status: 200, body: updateContact(context, caller, id, body) }),
    }),
    route({
      method: 'DELETE',
      path: '/v1/contacts/{id}',
      operationId: 'deleteContact',
      scope: 'manage:contacts',
      query: NO_QUERY,
      body: NO_BODY,
      answer: ({ caller, id }) => {
        deleteContact(context, caller, id)
        return { status: 204 }
      },
    }),
  ]
}
