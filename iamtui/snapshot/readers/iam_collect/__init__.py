"""A store of the collector iam-collect: a tree of small files, put together folder by folder (I110-I118)."""
