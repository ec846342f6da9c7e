/* Every page: lists are swapped in place, a pressed button says that it is working. */
import 'htmx.org';
import { announceBusyButtons } from './busy.js';
import { focusFirstNews } from './focus.js';

announceBusyButtons(document);
focusFirstNews(document);
