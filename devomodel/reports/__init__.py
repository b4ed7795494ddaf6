"""Three ways to print a projection: a page for residents, a document and a workbook."""
