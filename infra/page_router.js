// The page's addresses. Only what is listed reaches the bucket; the rest is answered here, so that a guessed name costs
// nothing and the bucket's own error page is never seen. It cannot be an error page of the distribution: that would also
// replace the API's 403 and 404, which have bodies of their own.
var FILES = __FILES__;

function handler(event) {
  var request = event.request;
  if (request.uri === '/device') {
    request.uri = '/device.html';
    return request;
  }
  if (request.uri === '/' || request.uri === '/device/') {
    return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/device' } } };
  }
  if (FILES.indexOf(request.uri) >= 0) {
    return request;
  }
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: {
      'content-type': { value: 'text/plain; charset=utf-8' },
      'x-content-type-options': { value: 'nosniff' },
      'x-robots-tag': { value: 'noindex' }
    },
    body: 'There is nothing at this address. To finish a login, open /device here.\n'
  };
}
