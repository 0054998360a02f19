"""Reports for those who don't open the dashboard: one story, told as PDF, slides, workbook and web page."""
