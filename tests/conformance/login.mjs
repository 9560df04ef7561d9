// openid-client logs in, as its documentation shows it. Prints the codes and then the tokens, each as one line of JSON.
// What it needs to know comes as JSON in the first argument: issuer, algorithm, clientId, clientSecret, scope.

import * as client from "openid-client";

const { issuer, algorithm, clientId, clientSecret, scope } = JSON.parse(process.argv[2]);
const authentication = clientSecret ? client.ClientSecretBasic(clientSecret) : client.None();
const config = await client.discovery(new URL(issuer), clientId, undefined, authentication, {
  algorithm,
  execute: [client.allowInsecureRequests], // plain http, for an issuer on localhost
});

const codes = await client.initiateDeviceAuthorization(config, { scope });
console.log(JSON.stringify(codes));

const tokens = await client.pollDeviceAuthorizationGrant(config, codes);
console.log(JSON.stringify(tokens));
