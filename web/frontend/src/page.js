/* Every page: lists are swapped in place, a pressed button says that it is working. */
import 'htmx.org';
import { announceBusyButtons } from './busy.js';
import { countSelectedRows } from './bulk.js';
import { focusFirstNews } from './focus.js';
import { warnBeforeTheEnd } from './session.js';

announceBusyButtons(document);
focusFirstNews(document);
countSelectedRows(document);
warnBeforeTheEnd(document);
