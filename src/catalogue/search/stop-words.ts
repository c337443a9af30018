/** Words that say nothing about which tool is meant; neither looked up nor indexed. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and any are as at be been by can could do does for from has have how i if in into is it its of ' +
    'on one or our please should so some than that the their them then there these they this those to us want ' +
    'was we were what when where which who will with would you your tool api endpoint'
  ).split(' '),
)
