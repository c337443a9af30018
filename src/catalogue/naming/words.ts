/**
 * The words of a name, lower case: `listInvoices` → list, invoices; `repos/list-for-user` → repos, list, for,
 * user; `getHTTPStatus` → get, http, status; `listURLs` → list, urls.
 */
export function words(name: string): readonly string[] {
  return name
    .slice(0, 512)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('OAuth', 'Oauth')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])(?!s?(?![A-Za-z0-9]))/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z]{2})/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
}
