/** Nothing from elsewhere, no script and no style but the files of the page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

/** The page before its script fills it. */
export const dashboardHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark">
<title>Federations</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="dashboard.css">
<script type="module" src="dashboard.js"></script>
</head>
<body>
<a class="skip" href="#federation">Skip to the federation</a>
<div class="page" id="dashboard"><noscript><p class="empty">The dashboard needs JavaScript.</p></noscript></div>
</body>
</html>
`;
