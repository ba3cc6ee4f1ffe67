"""What people jot down on any record: notes, files and pictures. They follow the record's own rights."""
