"""Questions over everybody as the app asks and shows them."""
