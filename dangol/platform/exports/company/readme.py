"""The sheet of paper in the box."""

README = """\
This is everything that a company kept in Dangol. manifest.json says what is what: each part with its number of rows and
SHA-256, each table with its columns, each business object with its fields and their labels.

tables/   one file a table, one JSON object a line (UTF-8), or CSV
files/    contents of attachments, named by their SHA-256; the table activities_attachment names them

Read back into an empty house:   dangol restore THIS-FILE
The format is described in the guide, page "Moving out".

이 파일에는 한 회사가 Dangol에 보관하던 모든 것이 들어 있어요. manifest.json에 각 파일의 행 수와 SHA-256,
각 표의 열, 각 오브젝트의 항목과 이름이 적혀 있어요. 빈 집에 되살리려면: dangol restore 이-파일
"""
