"""What runs around Copier in `ml-scaffold new` and `update`, never by Copier itself."""
