using System.Net;

namespace Gatehouse.Outbound.Http1;

/// <summary>The head of an answer is not one that HTTP/1.1 permits, or two readers could frame the answer differently.</summary>
/// <param name="part">The name of the invalid part. It is one of this client's own words, and no text of the server.</param>
internal sealed class Http1FormatException(string part)
    : HttpRequestException(HttpRequestError.InvalidResponse, $"the head of the response is invalid: {part}")
{
    /// <summary>The name of the invalid part, one of this client's own words.</summary>
    public string Part => part;
}
