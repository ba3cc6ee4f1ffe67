"""What hangs on people and companies by foreign keys: who may see and change it, and where it is told of.

A row is seen by those who see every record that it leads to, and changed by those who may change the one on which it
hangs. So nobody learns of a record through a relation.
"""
