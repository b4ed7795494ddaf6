// The first page works without this script; with it, the list of cases is asked for again until every finding is there.
"use strict";
if (document.body.dataset.working === "yes") setTimeout(() => location.reload(), 1500);
