"""Questions over everybody against `decide`, one by one."""
