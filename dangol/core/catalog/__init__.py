"""What we sell: products and the rates that turn other money into ours."""
