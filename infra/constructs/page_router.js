// The page's addresses. Only what is listed reaches the bucket; the rest is answered here, so that a guessed name costs
// nothing and the bucket's own error page is never seen. It cannot be an error page of the distribution: that would also
// replace the API's 403 and 404, which have bodies of their own.
var FILES = __FILES__;
// CloudFront promises its policy's headers for what comes from the origin or the cache; what is answered here has its own.
var HEADERS = __HEADERS__;

function handler(event) {
  var request = event.request;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return answer(405, 'Method Not Allowed', { allow: { value: 'GET, HEAD' } }, 'This address is for reading.\n');
  }
  if (Object.prototype.hasOwnProperty.call(FILES, request.uri)) {
    request.uri = FILES[request.uri];
    return request;
  }
  if (request.uri === '/' || request.uri === '/device/') {
    return answer(302, 'Found', { location: { value: '/device' } }, '');
  }
  return answer(404, 'Not Found', {}, 'There is nothing at this address. To finish a login, open /device here.\n');
}

function answer(status, description, headers, body) {
  var own = {
    'content-type': { value: 'text/plain; charset=utf-8' },
    'cache-control': { value: 'no-store' }
  };
  return {
    statusCode: status,
    statusDescription: description,
    headers: Object.assign(own, HEADERS, headers),
    body: body
  };
}
