"""The browser sign-in at the upstream OpenID Connect provider: Cognito by default, any provider with discovery.

Owns discovery, the authorization request, the exchange of the code and the check of the ID token. The provider's tokens end
here: what leaves is an Identity. Knows no cookie, no session and no table. Only signin's handler makes it.
"""
