"""The sandbox's HTTP side: the API, the control calls and the pages."""
